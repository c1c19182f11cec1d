package dev.banyan.runtime.simulation.broken;

import static dev.banyan.runtime.simulation.broken.Teams.MEMBERS;
import static dev.banyan.runtime.simulation.broken.Teams.TEAMS;

import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.simulation.broken.Teams.Sight;
import dev.banyan.runtime.simulation.campaign.ControllerWorld.Start;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/** Controllers of teams, each with one well-known mistake, and how it is done instead. */
enum Samples {
    /** Says first that it is done, and takes its own word for it when it comes back. */
    CRASH_BETWEEN_TWO_WRITES("not settled", Teams.controller(Samples::statusFirst), Teams.controller(Teams::level)),
    /** Takes for its own what has a name like its own, though that belongs to one of the same name who is gone. */
    NAME_INSTEAD_OF_UID("not settled", Teams.controller(Samples::byName), Teams.controller(Teams::level)),
    /** Does what an event seems to ask for, once. */
    EDGE_TRIGGERED("not settled", Samples::edgeTriggered, Teams.controller(Teams::level)),
    /** Repeats a write until it lands, though what it was decided from has changed. */
    UNBOUNDED_RETRY("not settled", Teams.controller(Samples::stubborn), Teams.controller(Teams::level)),
    /** Takes a cache that is not filled yet for a world that is empty. */
    ACTS_BEFORE_SYNC(
            "a wanted member stays does not hold",
            (env, store) -> withCleaner(env, store, false),
            (env, store) -> withCleaner(env, store, true)),
    /** Counts in a cache that is behind, and makes what is there already under another name. */
    STALE_READ(
            "no member too many does not hold", Teams.controller(Samples::drawnNames), Teams.controller(Teams::level));

    final String shows;
    final Start broken;
    final Start repaired;

    Samples(String shows, Start broken, Start repaired) {
        this.shows = shows;
        this.broken = broken;
        this.repaired = repaired;
    }

    private static Reconciler statusFirst(Sight sight) {
        var unfinished = new HashSet<ObjectKey>(); // what this process knows, and no other
        return request -> {
            var team = sight.teams().get(request.key());
            if (team.isPresent() && !team.get().status().equals(team.get().spec())) {
                unfinished.add(request.key());
                return Result.after(sight.store()
                        .commit(Commit.of(
                                Write.status(TEAMS, team.get(), team.get().spec()))));
            }
            if (team.isPresent() && !unfinished.contains(request.key())) {
                return Result.done();
            }
            var members = sight.members().byIndex("team", request.key().name());
            var next = Teams.nextMember(team, members);
            next.ifPresentOrElse(write -> unfinished.add(request.key()), () -> unfinished.remove(request.key()));
            return next.map(write -> Result.after(sight.store().commit(Commit.of(write))))
                    .orElse(Result.done());
        };
    }

    private static Reconciler byName(Sight sight) {
        return request -> {
            var team = sight.teams().get(request.key());
            if (team.isEmpty()) {
                return Teams.level(sight).reconcile(request);
            }
            var members = sight.members().byIndex("team", request.key().name());
            for (var member : members) {
                if (Teams.slot(member) >= Teams.wanted(team.get())) {
                    return Result.after(sight.store().commit(Commit.of(Write.delete(member))));
                }
            }
            var have = members.stream().map(Teams::slot).collect(Collectors.toSet());
            for (int slot = 0; slot < Teams.wanted(team.get()); slot++) {
                if (!have.contains(slot)) {
                    return Result.after(sight.store().commit(Commit.of(Teams.member(team.get(), slot))));
                }
            }
            return Teams.status(team.get(), have.size())
                    .map(write -> Result.after(sight.store().commit(Commit.of(write))))
                    .orElse(Result.done());
        };
    }

    private static void edgeTriggered(Env env, Store store) {
        var teams = Teams.teams(store, env);
        teams.addHandler(event -> {
            switch (event) {
                case ResourceEvent.Added<String, String>(var team) -> change(store, team, 0, Teams.wanted(team));
                case ResourceEvent.Updated<String, String>(var before, var team) -> {
                    if (!before.spec().equals(team.spec())) {
                        change(store, team, Teams.wanted(before), Teams.wanted(team));
                    }
                }
                case ResourceEvent.Deleted<String, String> deleted ->
                    change(store, deleted.last(), Teams.wanted(deleted.last()), 0);
            }
        });
        teams.start();
    }

    private static void change(Store store, Resource<String, String> team, int from, int to) {
        for (int slot = from; slot < to; slot++) {
            store.commit(Commit.of(Teams.member(team, slot)));
        }
        for (int slot = to; slot < from; slot++) {
            store.get(MEMBERS.key("default", team.name() + "." + slot), ReadAt.LATEST)
                    .ifPresent(member -> store.commit(Commit.of(Write.delete(MEMBERS.decode(member)))));
        }
        if (to > 0) {
            store.commit(Commit.of(Write.status(TEAMS, team, String.valueOf(to))));
        }
    }

    private static Reconciler stubborn(Sight sight) {
        return Teams.level(new Sight(sight.teams(), sight.members(), new StubbornStore(sight.store()), sight.env()));
    }

    /** One controller makes members, another takes away those whose team is gone. */
    private static void withCleaner(Env env, Store store, boolean waits) {
        var teams = Teams.teams(store, env);
        var members = Teams.members(store, env);
        Controller.named("teams", env)
                .watches(teams, EventMapper.self())
                .watches(members, EventMapper.owner(TEAMS))
                .reconciler(Teams.level(new Sight(teams.lister(), members.lister(), store, env)))
                .build()
                .start();
        var cleaner = Controller.named("cleaner", env).watches(members, EventMapper.self());
        if (waits) {
            cleaner = cleaner.watches(teams, EventMapper.states(team -> List.of()));
        }
        cleaner.reconciler(request -> members.lister()
                        .get(request.key())
                        .filter(member -> teams.lister().list().stream().noneMatch(team -> Teams.owned(member, team)))
                        .map(member -> Result.after(store.commit(Commit.of(Write.delete(member)))))
                        .orElse(Result.done()))
                .build()
                .start();
        members.start();
        teams.start();
    }

    private static Reconciler drawnNames(Sight sight) {
        return request -> {
            var team = sight.teams().get(request.key());
            var members = sight.members().byIndex("team", request.key().name());
            if (members.size() > team.map(Teams::wanted).orElse(0)) {
                return Result.after(sight.store().commit(Commit.of(Write.delete(members.getLast()))));
            }
            if (team.isEmpty()) {
                return Result.done();
            }
            for (int slot = members.size(); slot < Teams.wanted(team.get()); slot++) {
                sight.store()
                        .commit(Commit.of(Teams.member(
                                team.get(), "m." + sight.env().random().nextInt(1_000_000))));
            }
            return Teams.status(team.get(), members.size())
                    .map(write -> Result.after(sight.store().commit(Commit.of(write))))
                    .orElse(Result.done());
        };
    }
}
