package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of statuses that change while they are sent, and of sendings that end otherwise than landed. */
class StatusReporterTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ObjectKey TASK = Kinds.TASKS.key("default", "web");
    private static final ObjectKey SESSION = Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, "uid");

    private final Simulation simulation = new Simulation(19);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final Way way = new Way();
    private StatusReporter reporter;

    @BeforeEach
    void start() {
        create(TASK, Kinds.TASKS.spec().encode(TaskSpec.getDefaultInstance()));
        create(SESSION, Bytes.EMPTY);
        long epoch = truth.get(SESSION, ReadAt.LATEST).orElseThrow().meta().revision();
        reporter = new StatusReporter(
                simulation.process("agent").env(), way, () -> Optional.of(new Precondition.Fence(SESSION, epoch)));
        reporter.start();
    }

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void sendsWhatCameWhileTheFormerWasSent() {
        way.meanwhile.add(() -> report(State.RUNNING));

        report(State.STARTING);
        simulation.runFor(SECOND);

        assertThat(status().getState()).isEqualTo(State.RUNNING);
        assertThat(way.sent).hasSize(2);
    }

    @Test
    void sendsEachStatusOnceAndUnderItsSession() {
        report(State.RUNNING);
        simulation.runFor(SECOND.multipliedBy(60));

        assertThat(way.sent).singleElement().satisfies(commit -> assertThat(commit.preconditions())
                .singleElement()
                .isInstanceOf(Precondition.Fence.class));
    }

    @Test
    void sendsAgainWhatMayNotHaveLanded() {
        way.answers.add(new WriteOutcome.Unavailable("no leader"));
        way.answers.add(new WriteOutcome.Unknown("nonce", "no answer"));

        report(State.RUNNING);
        simulation.runFor(SECOND.multipliedBy(2));

        assertThat(status().getState()).isEqualTo(State.RUNNING);
        assertThat(way.sent).hasSize(3);
    }

    @Test
    void givesUpWhatIsRefusedForGood() {
        way.answers.add(new WriteOutcome.Denied("not yours"));

        report(State.RUNNING);
        simulation.runFor(SECOND.multipliedBy(60));

        assertThat(way.sent).hasSize(1);
        assertThat(reporter.health().detail()).isEqualTo("0 statuses to send");
    }

    private void report(State state) {
        reporter.report(
                TASK, task().uid(), TaskStatus.newBuilder().setState(state).build());
    }

    private TaskStatus status() {
        return task().status();
    }

    private Resource<TaskSpec, TaskStatus> task() {
        return Kinds.TASKS.decode(truth.get(TASK, ReadAt.LATEST).orElseThrow());
    }

    private void create(ObjectKey key, Bytes spec) {
        assertThat(truth.commit(Commit.of(new Write.Create(Draft.of(key, spec))))
                        .written())
                .isTrue();
    }

    /** The way to the store: it sees each commit, something may happen while one is under way, and one may be answered otherwise. */
    private final class Way implements Store {
        private final List<Commit> sent = new ArrayList<>();
        private final ArrayDeque<Runnable> meanwhile = new ArrayDeque<>();
        private final ArrayDeque<WriteOutcome> answers = new ArrayDeque<>();

        @Override
        public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
            return truth.get(key, at);
        }

        @Override
        public Listing list(Selection selection, ReadAt at) {
            return truth.list(selection, at);
        }

        @Override
        public Watch watch(Selection selection, long afterRevision) {
            return truth.watch(selection, afterRevision);
        }

        @Override
        public WriteOutcome commit(Commit commit) {
            sent.add(commit);
            Optional.ofNullable(meanwhile.poll()).ifPresent(Runnable::run);
            return Optional.ofNullable(answers.poll()).orElseGet(() -> truth.commit(commit));
        }
    }
}
