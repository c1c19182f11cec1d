package dev.banyan.benchmark;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.DemoImage;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * Times how long after a change of a service's endpoints three agents have confirmed that their kernels lead to exactly these: while
 * one replica is started or stopped at a time, and while several are, which takes all that the machine has. Prints one line each. What is
 * wanted is asked for by this program: a CLI that starts would take as much of the processors as all that is measured. A cluster that has
 * just begun is not looked at.
 */
public final class EndpointBenchmark {
    private static final int AGENTS = 3;
    private static final int REPLICAS = 4;
    private static final int MOST = 9;
    private static final int WARM_UP = 50;
    private static final Duration GLANCE = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final Confirmations confirmations = new Confirmations(AGENTS);
    private final List<Thread> readers = new ArrayList<>();
    private final Random random = new Random(5);

    private volatile boolean over; // written when all is measured

    private EndpointBenchmark(Cluster cluster) {
        this.cluster = cluster;
    }

    /** The only argument is the number of changes of each sort; 200 without. */
    public static void main(String[] arguments) throws Exception {
        int changes = arguments.length == 0 ? 200 : Integer.parseInt(arguments[0]);
        try (var cluster = Cluster.start(AGENTS)) {
            var image = DemoImage.of("busybox");
            cluster.push(image);
            var benchmark = new EndpointBenchmark(cluster);
            benchmark.run(image, changes);
        }
    }

    private void run(DemoImage image, int changes) throws Exception {
        follow(
                Kinds.AGENT_REPORTS.name(),
                (object, nanos) -> confirmations.reported(
                        object.key().name(),
                        Kinds.AGENT_REPORTS.decode(object).status().getAppliedRevision(),
                        nanos));
        follow(
                Kinds.ENDPOINTS.name(),
                (object, nanos) -> confirmations.changed(object.meta().revision(), nanos));
        up(image);
        // Classes are loaded and what each change takes is compiled: a server's programs have run for long.
        scale(WARM_UP);
        alternate(WARM_UP);
        print("one replica comes or goes, to the third confirmation", () -> alternate(changes));
        print("several are started and stopped, to the third confirmation", () -> scale(changes));
        over = true;
        for (var reader : readers) {
            reader.join();
        }
    }

    private void print(String what, Runnable rounds) {
        confirmations.settled(LONG);
        confirmations.begin(what);
        rounds.run();
        confirmations.settled(LONG);
        System.out.println(confirmations.figures().line());
    }

    /** What a watch delivers of a kind, with the time at which it came. */
    private void follow(String kind, BiConsumer<StoredObject, Long> seen) {
        var store = cluster.store();
        var selection = Selection.of(kind);
        var listing = store.list(selection, ReadAt.LATEST);
        readers.add(Thread.ofVirtual().name("follow " + kind).start(() -> {
            try (var watch = store.watch(selection, listing.revision())) {
                while (!over) {
                    var batch = watch.next(GLANCE).orElse(new WatchBatch.Bookmark(0));
                    if (batch instanceof WatchBatch.Changes changes) {
                        changes.events().forEach(event -> tell(event, seen));
                    } else if (batch instanceof WatchBatch.Resync) {
                        throw new AssertionError("changes of " + kind + " are missing");
                    }
                }
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private static void tell(WatchEvent event, BiConsumer<StoredObject, Long> seen) {
        if (event instanceof WatchEvent.Put(var object)) {
            seen.accept(object, System.nanoTime());
        }
    }

    private void up(DemoImage image) throws IOException {
        var file = Files.writeString(
                cluster.engineServer().state().resolve("web.yaml"),
                """
                name: web
                services:
                  web:
                    image: %s
                    command: ["sh", "-c", "trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait"]
                    ports: ["8080:8080"]
                    deploy:
                      replicas: %d
                """
                        .formatted(image.reference(), REPLICAS));
        cluster.cli("up", "-f", file.toString()).orFail();
    }

    private void alternate(int changes) {
        long end = confirmations.count() + changes;
        for (int replicas = REPLICAS; confirmations.count() < end; replicas = 2 * REPLICAS + 1 - replicas) {
            scaleTo(replicas);
        }
    }

    private void scale(int changes) {
        long end = confirmations.count() + changes;
        int replicas = REPLICAS;
        while (confirmations.count() < end) {
            long before = confirmations.count();
            int wanted = 1 + random.nextInt(MOST);
            scaleTo(wanted);
            if (wanted != replicas) {
                Await.until(() -> confirmations.count() > before, LONG, () -> "a change was confirmed by all");
            }
            replicas = wanted;
        }
    }

    /** Asks for so many replicas and waits until there are no others, each change confirmed. */
    private void scaleTo(int replicas) {
        var ignored = cluster.client()
                .scale(ScaleRequest.newBuilder()
                        .setNamespace("default")
                        .setDeployment("web")
                        .putReplicas("web", replicas)
                        .build());
        Await.until(() -> runs(replicas), LONG, () -> replicas + " replicas run");
        confirmations.settled(LONG);
    }

    private boolean runs(int replicas) {
        var tasks = cluster.store().list(Selection.of(Kinds.TASKS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .filter(task -> task.status().getState() != TaskStatus.State.EXITED)
                .toList();
        return tasks.size() == replicas
                && tasks.stream().allMatch(task -> task.status().getReady());
    }
}
