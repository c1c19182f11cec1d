package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.EventSpec.Severity;
import dev.banyan.cli.TestDeployments;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WriteOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsCommandTest {
    private static final String TASK = "tasks/default/shop.web.1.0.0";

    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);
    private long now;

    @BeforeEach
    void happen() {
        bench = new CommandBench(directory);
        now = bench.env.time().now().toEpochMilli();
        bench.cluster.event("a", TASK, Severity.WARNING, "PullFailed", now - 130_000);
        bench.cluster.event("b", "deployments/default/shop", Severity.NORMAL, "Starting", now - 200_000);
        bench.cluster.event("c", "deployments/default/blog", Severity.NORMAL, "Ready", now - 260_000);
        bench.cluster.event("d", "agents/-/a1", Severity.WARNING, "AgentLost", now - 320_000);
    }

    @Test
    void showsWhatHappenedToAnAppTheNewestLast() {
        assertThat(bench.run("events", "shop"))
                .isEqualTo(new CommandBench.Run(
                        0,
                        """
                                LAST  COUNT  SEVERITY  OBJECT                REASON      MESSAGE
                                3m    1      normal    deployments/shop      Starting    about b
                                2m    1      warning   tasks/shop.web.1.0.0  PullFailed  about a
                                """,
                        ""));
    }

    @Test
    void showsEverythingWithoutAName() {
        assertThat(bench.run("events").out().lines().map(line -> line.split(" +")[3]))
                .containsExactly("OBJECT", "agents/a1", "deployments/blog", "deployments/shop", "tasks/shop.web.1.0.0");
    }

    @Test
    void showsOnlyTheLastWhenAsked() {
        assertThat(bench.run("events", "--tail", "1").out().lines())
                .hasSize(2)
                .last()
                .asString()
                .contains("PullFailed");
    }

    @Test
    void saysItAsJson() {
        assertThat(bench.run("events", "blog", "-o", "json").out())
                .isEqualTo(
                        """
                        {
                          "schema": "banyan.events/1",
                          "items": [
                            {
                              "object": "deployments/default/blog",
                              "app": "blog",
                              "severity": "normal",
                              "reason": "Ready",
                              "message": "about c",
                              "count": 1,
                              "first_ms": %d,
                              "last_ms": %d,
                              "reporter": "engine/e1"
                            }
                          ]
                        }
                        """
                                .formatted(now - 260_000, now - 260_000));
    }

    @Test
    void refusesAnAppThatNeverWasAndShowsOneWithoutEvents() {
        var unknown = bench.run("events", "shob");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("there is no app \"shob\"");

        var _ = bench.cluster.apply(TestDeployments.apply("quiet"));
        assertThat(bench.run("events", "quiet").exit()).isZero();
    }

    @Test
    void goesOnWithWhatHappensLaterOverAGapInHistory() {
        var scripted = new Scripted(bench.cluster.store());
        bench.cluster.reading(scripted);
        scripted.batches.add(() -> {
            bench.cluster.event("a", TASK, Severity.WARNING, "PullFailed", now);
            return scripted.real();
        });
        scripted.batches.add(() -> {
            bench.cluster.event("e", TASK, Severity.NORMAL, "Started", now + 1_000);
            return new WatchBatch.Resync(WatchBatch.Resync.Reason.COMPACTED);
        });
        scripted.batches.add(WatchBatch.Closed::new);

        var run = bench.run("events", "shop", "-f");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out().lines().map(line -> line.replaceFirst("^[^ ]+Z  ", "")))
                .containsExactly(
                        "1  normal  deployments/shop  Starting  about b",
                        "1  warning  tasks/shop.web.1.0.0  PullFailed  about a",
                        "2  warning  tasks/shop.web.1.0.0  PullFailed  about a",
                        "1  normal  tasks/shop.web.1.0.0  Started  about e");
    }

    @Test
    void followsAsOneDocumentALine() {
        var scripted = new Scripted(bench.cluster.store());
        bench.cluster.reading(scripted);
        scripted.batches.add(WatchBatch.Closed::new);

        var out = bench.run("events", "blog", "-f", "-o", "json").out();

        assertThat(out).startsWith("{ \"schema\": \"banyan.event/1\", \"object\": \"deployments/default/blog\",");
        assertThat(out.lines()).hasSize(1);
    }

    /** Watches deliver what they are told to. */
    private static final class Scripted implements Store {
        private final Store store;
        private final Queue<Supplier<WatchBatch>> batches = new ArrayDeque<>();
        private long from;

        Scripted(Store store) {
            this.store = store;
        }

        /** The next changes of the store behind. */
        WatchBatch real() {
            try (var watch = store.watch(Selection.of("events"), from)) {
                return watch.next(Duration.ofSeconds(20)).orElseThrow();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }

        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            return store.get(key, at);
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            return store.list(selection, at);
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            from = afterRevision;
            return new Watch() {
                @Override
                public WatchBatch next() {
                    return batches.remove().get();
                }

                @Override
                public Optional<WatchBatch> next(Duration atMost) {
                    return Optional.of(next());
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            return store.commit(commit);
        }
    }
}
