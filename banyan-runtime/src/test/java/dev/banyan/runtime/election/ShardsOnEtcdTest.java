package dev.banyan.runtime.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.etcd.EtcdConfig;
import dev.banyan.runtime.store.etcd.EtcdProcess;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real processes that divide jobs on a real etcd, and what happens to them. */
class ShardsOnEtcdTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int JOBS = 40;

    private final Env env = new SystemEnv();
    private final EtcdProcess etcd = EtcdProcess.start();
    private final List<JobWorker> workers = new ArrayList<>();
    private EtcdStore store;
    private JobBoard board;

    @BeforeEach
    void connect() throws InterruptedException {
        store = connected();
        board = new JobBoard(store, env, JOBS);
    }

    @AfterEach
    void close() {
        workers.forEach(JobWorker::close);
        board.close();
        store.close();
        etcd.close();
    }

    @Test
    void divideTheJobsAndTakeOverFromOneThatIsKilledAndOneThatStops() throws InterruptedException {
        var a = start("a");
        var b = start("b");
        start("c");
        board.await("all are members", PATIENCE, () -> board.members().equals(List.of("a", "b", "c")));
        workOf("a", "b", "c");

        a.kill();
        workOf("b", "c");

        b.end();
        work();
        board.await(
                "the one that stopped has left", PATIENCE, () -> board.members().equals(List.of("c")));
        workOf("c");

        start("d");
        board.await("the newcomer is a member", PATIENCE, () -> board.members().equals(List.of("c", "d")));
        workOf("c", "d");
        assertThat(board.violations()).isEmpty();
    }

    @Test
    void refuseWhatAProcessWritesThatStoodStillInTheMiddleOfItsWork() throws InterruptedException {
        var a = start("a");
        start("b");
        board.await("both are members", PATIENCE, () -> board.members().equals(List.of("a", "b")));
        for (int round = 0; round < 3; round++) {
            board.touchAll();
            a.pause();
            work();
            board.await(
                    "the sleeper is removed", PATIENCE, () -> board.members().equals(List.of("b")));
            assertThat(board.writers()).contains("b");
            board.touchAll();
            a.resume();
            board.await("the sleeper is back", PATIENCE, () -> board.members().equals(List.of("a", "b")));
            workOf("a", "b");
        }

        assertThat(board.violations()).isEmpty();
    }

    @Test
    void goOnAfterEtcdWasAway() throws InterruptedException {
        start("a");
        start("b");
        board.await("both are members", PATIENCE, () -> board.members().equals(List.of("a", "b")));
        work();

        etcd.kill();
        env.signal().await(Membership.TTL.plusSeconds(2));
        etcd.restart();

        workOf("a", "b");
        assertThat(board.violations()).isEmpty();
    }

    private JobWorker start(String id) {
        var worker = JobWorker.start(etcd.endpoint(), id);
        workers.add(worker);
        return worker;
    }

    private void work() throws InterruptedException {
        board.touchAll();
        board.await("all jobs are done", PATIENCE, board::allDone);
    }

    /** Lets them work until they share it: one that was kept from the processor for long may be out for a while. */
    private void workOf(String... ids) throws InterruptedException {
        long begun = env.time().nanos();
        do {
            assertThat(env.time().since(begun))
                    .as("writers are %s", board.writers())
                    .isLessThan(PATIENCE);
            work();
        } while (!board.writers().equals(List.of(ids)));
    }

    private EtcdStore connected() throws InterruptedException {
        long begun = env.time().nanos();
        while (true) {
            try {
                return EtcdStore.connect(EtcdConfig.of(etcd.endpoint()), env);
            } catch (StoreException starting) {
                assertThat(env.time().since(begun)).as("%s", starting).isLessThan(PATIENCE);
                env.signal().await(Duration.ofMillis(20));
            }
        }
    }
}
