package dev.banyan.examples.fleet;

import static dev.banyan.examples.fleet.Feed.FEEDS;

import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.etcd.EtcdConfig;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.time.Duration;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A worker of the fleet, and what people ask of all. */
public final class Main {
    private static final String USAGE = """
            usage: worker-fleet work NAME     fetches this worker's share of the feeds until it is ended
                   worker-fleet fill COUNT    makes so many feeds
                   worker-fleet who           says who has fetched how many of the feeds last
            The etcd is the one at ETCD, or at http://127.0.0.1:2379.""";

    public static void main(String... words) throws InterruptedException {
        var env = new SystemEnv();
        var etcd = EtcdConfig.of(System.getenv().getOrDefault("ETCD", "http://127.0.0.1:2379")).under("/fleet/");
        try (var store = EtcdStore.connect(etcd, env)) {
            switch (words.length == 0 ? "" : words[0] + words.length) {
                case "work2" -> work(words[1], store, env);
                case "fill2" -> fill(Integer.parseInt(words[1]), store);
                case "who1" -> System.out.println(who(store));
                default -> System.out.println(USAGE);
            }
        } catch (StoreException | IllegalArgumentException | IllegalStateException failed) {
            System.err.println("worker-fleet: " + failed.getMessage());
            System.exit(1);
        }
    }

    private static void work(String name, Store store, SystemEnv env) throws InterruptedException {
        try (var worker = Worker.assemble(name, store, env)) {
            worker.start();
            System.out.println(name + " works");
            env.awaitShutdown(Duration.ofSeconds(30));
        }
        System.out.println(name + " has left");
    }

    private static void fill(int count, Store store) {
        for (int number = 1; number <= count; number++) {
            var key = FEEDS.key("", "feed-%03d".formatted(number));
            store.commit(Commit.of(Write.create(FEEDS, key, "https://example.org/" + key.name()))).orFail();
        }
        System.out.println(count + " feeds");
    }

    /** How many feeds each worker has fetched last. */
    static String who(Store store) {
        var shares = store.list(Selection.of(FEEDS.name()), ReadAt.LATEST).objects().stream()
                .map(FEEDS::decode)
                .map(feed -> feed.status().worker().isEmpty() ? "nobody" : feed.status().worker())
                .collect(Collectors.groupingBy(worker -> worker, TreeMap::new, Collectors.counting()));
        return shares.entrySet().stream()
                .map(share -> share.getKey() + " " + share.getValue())
                .collect(Collectors.joining(", "));
    }
}
