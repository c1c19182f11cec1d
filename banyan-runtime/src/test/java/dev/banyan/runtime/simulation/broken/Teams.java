package dev.banyan.runtime.simulation.broken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.Invariant;
import dev.banyan.runtime.simulation.campaign.ControllerWorld;
import dev.banyan.runtime.simulation.campaign.Mode;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A team's spec says how many members it shall have, its status how many it has; each member is owned by its team. */
final class Teams {
    static final Kind<String, String> TEAMS = Texts.kind("teams");
    static final Kind<String, String> MEMBERS = Texts.kind("members");
    static final ObjectKey ALPHA = TEAMS.key("default", "alpha");

    private Teams() {}

    /** What a reconciler works with. */
    record Sight(Lister<String, String> teams, Lister<String, String> members, Store store, Env env) {}

    /** Makes a reconciler of teams. */
    interface Maker {
        Reconciler over(Sight sight);
    }

    static Informer<String, String> teams(Store store, Env env) {
        return Informer.of(TEAMS, store, env).build();
    }

    static Informer<String, String> members(Store store, Env env) {
        return Informer.of(MEMBERS, store, env)
                .index("team", member -> member.meta().owners().stream()
                        .map(owner -> owner.key().name())
                        .toList())
                .build();
    }

    /** The usual controller around a reconciler. */
    static ControllerWorld.Start controller(Maker maker) {
        return (env, store) -> {
            var teams = teams(store, env);
            var members = members(store, env);
            Controller.named("teams", env)
                    .watches(teams, EventMapper.self())
                    .watches(members, EventMapper.owner(TEAMS))
                    .reconciler(maker.over(new Sight(teams.lister(), members.lister(), store, env)))
                    .build()
                    .start();
            teams.start();
            members.start();
        };
    }

    /** How it should be done: from what is there to what is wanted, one write at a time. */
    static Reconciler level(Sight sight) {
        return request -> next(
                        sight.teams().get(request.key()),
                        sight.members().byIndex("team", request.key().name()))
                .map(write -> Result.after(sight.store().commit(Commit.of(write))))
                .orElse(Result.done());
    }

    private static Optional<Write> next(
            Optional<Resource<String, String>> team, List<Resource<String, String>> members) {
        return nextMember(team, members).or(() -> team.flatMap(known -> status(known, members.size())));
    }

    /** One member that has to go or to come. */
    static Optional<Write> nextMember(Optional<Resource<String, String>> team, List<Resource<String, String>> members) {
        for (var member : members) {
            if (team.isEmpty() || !owned(member, team.get()) || slot(member) >= wanted(team.get())) {
                return Optional.of(Write.delete(member));
            }
        }
        var have = members.stream().map(Teams::slot).collect(Collectors.toSet());
        return IntStream.range(0, team.map(Teams::wanted).orElse(0))
                .filter(slot -> !have.contains(slot))
                .mapToObj(slot -> member(team.orElseThrow(), slot))
                .findFirst();
    }

    static Optional<Write> status(Resource<String, String> team, int members) {
        var status = String.valueOf(members);
        return team.status().equals(status) ? Optional.empty() : Optional.of(Write.status(TEAMS, team, status));
    }

    static Write member(Resource<String, String> team, int slot) {
        return member(team, team.name() + "." + slot);
    }

    static Write member(Resource<String, String> team, String name) {
        return new Write.Create(
                Draft.of(MEMBERS, MEMBERS.key("default", name), "").ownedBy(team.asOwner()));
    }

    static int wanted(Resource<String, String> team) {
        return Integer.parseInt(team.spec());
    }

    static int slot(Resource<String, String> member) {
        return Integer.parseInt(member.name().substring(member.name().indexOf('.') + 1));
    }

    static boolean owned(Resource<String, String> member, Resource<String, String> team) {
        return member.meta().owners().contains(team.asOwner());
    }

    /** A team comes, shrinks, is replaced by one of the same name, and grows, while things go wrong. */
    static void play(Trial trial, ControllerWorld.Start start) {
        var world = new ControllerWorld(trial);
        var truth = world.truth();
        world.always("no member too many", neverTooMany());
        world.always("a wanted member stays", wantedStays());
        world.start("teams", start);
        create(truth, 3);
        pass(trial, Duration.ofSeconds(8));
        resize(truth, 2);
        pass(trial, Duration.ofSeconds(8));
        truth.commit(Commit.of(Write.delete(alpha(truth).orElseThrow()))).orFail();
        pass(trial, Duration.ofMillis(300));
        create(truth, 2);
        pass(trial, Duration.ofSeconds(8));
        resize(truth, 4);
        world.settles(() -> difference(truth));
        if (trial.mode() == Mode.LIVENESS && !trial.faults().struck().isEmpty()) {
            trial.reached("settled after trouble");
        }
    }

    private static void pass(Trial trial, Duration most) {
        var users = trial.random("users/" + trial.simulation().time().nanos());
        trial.simulation().runFor(Duration.ofNanos(users.nextLong(most.toNanos())));
    }

    static void create(Store truth, int wanted) {
        truth.commit(Commit.of(Write.create(TEAMS, ALPHA, String.valueOf(wanted))))
                .orFail();
    }

    static void resize(Store truth, int wanted) {
        truth.commit(Commit.of(Write.spec(TEAMS, alpha(truth).orElseThrow(), String.valueOf(wanted))))
                .orFail();
    }

    static Optional<Resource<String, String>> alpha(Store truth) {
        return truth.get(ALPHA, ReadAt.LATEST).map(TEAMS::decode);
    }

    private static List<Resource<String, String>> members(Store truth) {
        return truth.list(Selection.of(MEMBERS.name()), ReadAt.LATEST).objects().stream()
                .map(MEMBERS::decode)
                .toList();
    }

    /** What is not as wanted. */
    static Optional<String> difference(Store truth) {
        var team = alpha(truth).orElseThrow();
        var members = members(truth);
        long own = members.stream().filter(member -> owned(member, team)).count();
        boolean right =
                own == wanted(team) && members.size() == own && team.status().equals(team.spec());
        return right
                ? Optional.empty()
                : Optional.of("team " + team.spec() + " says " + team.status() + " and has " + own + " of "
                        + members.size() + " members");
    }

    private static Invariant neverTooMany() {
        var most = new HashMap<String, Integer>();
        return truth -> alpha(truth).ifPresent(team -> {
            int allowed = most.merge(team.uid(), wanted(team), Math::max);
            assertThat(members(truth).stream().filter(member -> owned(member, team)))
                    .as("members of " + team.name())
                    .hasSizeLessThanOrEqualTo(allowed);
        });
    }

    private static Invariant wantedStays() {
        var before = new HashMap<String, Resource<String, String>>();
        return truth -> {
            var now = members(truth);
            now.forEach(member -> before.remove(member.uid()));
            alpha(truth).ifPresent(team -> assertThat(before.values())
                    .as("members that went")
                    .noneMatch(member -> owned(member, team) && slot(member) < wanted(team)));
            before.clear();
            now.forEach(member -> before.put(member.uid(), member));
        };
    }
}
