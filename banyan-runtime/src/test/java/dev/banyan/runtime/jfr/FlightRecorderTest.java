package dev.banyan.runtime.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.controller.ControllerMetrics;
import dev.banyan.runtime.election.LeaderElector;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.election.Shards;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.observe.Greeter;
import dev.banyan.runtime.observe.StoreObserver;
import dev.banyan.runtime.queue.Cause;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightRecorderTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectKey KEY = new ObjectKey("things", "default", "one");

    @TempDir
    private Path files;

    private final FlightRecorder recorder = new FlightRecorder();

    @Test
    void recordsReconcilesCommitsAndListings() throws Exception {
        var ended = new CopyOnWriteArrayList<String>();
        var events = recorded(() -> {
            var counting = new ControllerMetrics() {
                @Override
                public void reconciled(String controller, Ending ending, Duration took) {
                    ended.add(ending.name());
                }
            };
            var all = dev.banyan.runtime.observe.FanOut.controllers(recorder, counting);
            try (var greeter = new Greeter(all, recorder, recorder, () -> {})) {
                greeter.greet("shy");
                greeter.await(() -> ended.contains("DONE"));
            }
        });

        assertThat(of(events, "Reconcile"))
                .anySatisfy(event -> {
                    assertThat(event.getString("controller")).isEqualTo("hello");
                    assertThat(event.getString("key")).isEqualTo("greetings/default/shy");
                    assertThat(event.getString("ending")).isEqualTo("FAILED");
                    assertThat(event.getInt("failures")).isZero();
                    assertThat(event.getString("cause")).isNotEmpty();
                })
                .anySatisfy(event -> {
                    assertThat(event.getString("ending")).isEqualTo("DONE");
                    assertThat(event.getInt("failures")).isOne();
                    assertThat(event.getString("lane")).isEqualTo("RETRY");
                });
        assertThat(of(events, "Commit")).hasSizeGreaterThanOrEqualTo(2).allSatisfy(event -> {
            assertThat(event.getString("key")).isEqualTo("greetings/default/shy");
            assertThat(event.getString("outcome")).isEqualTo("Written");
            assertThat(event.getLong("revision")).isPositive();
        });
        assertThat(of(events, "Relist")).singleElement().satisfies(event -> {
            assertThat(event.getString("informer")).isNotEmpty();
            assertThat(event.getString("cause")).isEqualTo("START");
        });
    }

    @Test
    void recordsWatchesThatLoseHistory() throws Exception {
        var events = recorded(() -> recorder.resynced(Selection.of("things"), WatchBatch.Resync.Reason.COMPACTED));

        assertThat(of(events, "WatchBreak")).singleElement().satisfies(event -> {
            assertThat(event.getString("selection")).contains("things");
            assertThat(event.getString("reason")).isEqualTo("COMPACTED");
        });
    }

    @Test
    void recordsWhatIsHandedOver() throws Exception {
        var env = new SystemEnv();
        var store = new MemoryStore(env);
        var membership = new Membership(store, env, "one", Membership.TTL);
        var shards = new Shards(membership, store, env);
        var elector = new LeaderElector(membership, store, env, "chief");
        recorder.watch(shards);
        recorder.watch(elector);
        var owns = env.signal();
        shards.addListener(view -> owns.raise()); // after the recorder
        var led = env.signal();
        elector.addListener(standing -> {
            if (standing.leads()) {
                led.raise();
            }
        });

        var events = recorded(() -> {
            membership.start();
            shards.start();
            elector.start();
            assertThat(shards.awaitReady(PATIENCE)).isTrue();
            assertThat(owns.await(PATIENCE)).isTrue();
            assertThat(led.await(PATIENCE)).isTrue();
            elector.stop();
            shards.stop();
            membership.stop();
        });

        assertThat(of(events, "HandOver")).anySatisfy(event -> {
            assertThat(event.getString("group")).isEqualTo(shards.name());
            assertThat(event.getBoolean("acting")).isTrue();
            assertThat(event.getLong("token")).isPositive();
        });
        assertThat(of(events, "HandOver")).anySatisfy(event -> {
            assertThat(event.getString("group")).isEqualTo(elector.name());
            assertThat(event.getBoolean("acting")).isTrue();
        });
    }

    @Test
    void doesNothingWhileNobodyRecords() {
        var run = new ControllerMetrics.Run("hello", KEY, 0, Lane.FRESH, Cause.ADDED, Duration.ZERO);

        assertThat(recorder.began(run)).isSameAs(ControllerMetrics.Running.UNSEEN);
        assertThat(recorder.began(Commit.of(new Write.Create(Draft.of(KEY, Bytes.EMPTY)))))
                .isSameAs(StoreObserver.Committing.UNSEEN);
    }

    private interface Story {
        void tell() throws Exception;
    }

    private List<RecordedEvent> recorded(Story story) throws Exception {
        try (var recording = new Recording()) {
            for (var name : List.of("Reconcile", "Commit", "Relist", "WatchBreak", "HandOver")) {
                recording.enable("dev.banyan." + name).withoutThreshold();
            }
            recording.start();
            story.tell();
            recording.stop();
            return read(recording);
        }
    }

    private List<RecordedEvent> read(Recording recording) throws IOException {
        var file = files.resolve("recording.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file);
    }

    private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.banyan." + name))
                .toList();
    }
}
