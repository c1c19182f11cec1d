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
    private static final Duration PATIENCE = Duration.ofSeconds(60);
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
        work();
        assertThat(board.writers()).containsExactly("a", "b", "c");

        a.kill();
        work();
        assertThat(board.writers()).containsExactly("b", "c");

        b.end();
        work();
        board.await(
                "the one that stopped has left", PATIENCE, () -> board.members().equals(List.of("c")));
        work();
        assertThat(board.writers()).containsExactly("c");

        start("d");
        board.await("the newcomer is a member", PATIENCE, () -> board.members().equals(List.of("c", "d")));
        work();
        assertThat(board.writers()).containsExactly("c", "d");
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
            work();
        }

        assertThat(board.writers()).containsExactly("a", "b");
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
        board.await("etcd answers", PATIENCE, this::answers);

        work();
        assertThat(board.writers()).containsExactly("a", "b");
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

    private boolean answers() {
        try {
            board.allDone();
            return true;
        } catch (StoreException away) {
            return false;
        }
    }

    private EtcdStore connected() throws InterruptedException {
        while (true) {
            try {
                return EtcdStore.connect(EtcdConfig.of(etcd.endpoint()), env);
            } catch (StoreException starting) {
                env.signal().await(Duration.ofMillis(20));
            }
        }
    }
}
