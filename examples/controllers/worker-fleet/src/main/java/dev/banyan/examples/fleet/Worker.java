package dev.banyan.examples.fleet;

import static dev.banyan.examples.fleet.Feed.FEEDS;

import dev.banyan.examples.fleet.Feed.Fetch;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventFilter;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.election.Shards;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.time.Duration;

/** One process of the fleet: fetches the feeds that are its share, for as long as they are. */
final class Worker {
    /** How often a feed is fetched. */
    static final Duration PERIOD = Duration.ofSeconds(2);

    private Worker() {}

    /** The parts of a worker; whoever has them starts them. */
    static ControllerManager assemble(String name, Store store, Env env) {
        var feeds = Informer.of(FEEDS, store, env).build();
        var membership = new Membership(store, env, name, Membership.TTL);
        var shards = new Shards(membership, store, env);
        // Its own writes of the status are no news to it: the next fetch comes after the period.
        var description = Controller.named("feeds", env).watches(feeds, EventMapper.self(), EventFilter.spec());
        var controller = shards.controller(description, fenced -> fetcher(name, feeds.lister(), fenced));
        return ControllerManager.of(feeds, membership, shards, controller);
    }

    /** What it writes goes to the store it is given, which refuses it once the feed is another worker's. */
    static Reconciler fetcher(String name, Lister<String, Fetch> feeds, Store fenced) {
        return request -> {
            var feed = feeds.get(request.key());
            if (feed.isEmpty()) {
                return Result.done();
            }
            var fetched = Write.status(FEEDS, feed.get(), feed.get().status().next(name));
            var outcome = fenced.commit(Commit.of(fetched));
            return outcome.written() ? Result.requeueAfter(PERIOD) : Result.after(outcome);
        };
    }
}
