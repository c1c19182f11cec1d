package dev.banyan.agent.workload;

import static dev.banyan.agent.workload.OneServer.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.runtime.resource.ObjectKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How statuses reach the store, and when they do not. */
class StatusReportingTest {
    @TempDir
    private Path disk;

    private OneServer one;

    @BeforeEach
    void begin() {
        one = new OneServer(disk);
    }

    @AfterEach
    void end() {
        one.close();
    }

    @Test
    void workGoesOnWithoutASessionAndIsToldInTheNext() {
        one.endSession();
        var key = one.want("t1", task());
        one.untilStarts(1);
        one.run(Duration.ofMinutes(1));

        assertThat(one.status(key)).isEqualTo(TaskStatus.getDefaultInstance());

        one.beginSession();
        assertThat(one.until(() -> one.status(key).getReady())).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aReplacedSessionWritesNothing() {
        one.loseSession();
        var key = one.want("t1", task());
        one.untilStarts(1);
        one.run(Duration.ofMinutes(1));

        assertThat(one.status(key)).isEqualTo(TaskStatus.getDefaultInstance());

        one.beginSession();
        one.untilRunning(key);
    }

    @Test
    void ofSeveralChangesTheNewestIsTold() {
        one.endSession();
        var key = one.want("t1", task());
        one.untilStarts(1);
        one.run(Duration.ofSeconds(1));
        one.server().end(one.aliveId(), 1);
        one.untilStarts(2);
        one.run(Duration.ofSeconds(1));
        long before = one.revision();

        one.beginSession();
        one.untilRunning(key);
        one.run(Duration.ofSeconds(10));

        assertThat(one.status(key).getAttempt()).isEqualTo(2);
        assertThat(one.revision()).as("one session and one status").isEqualTo(before + 2);
    }

    @Test
    void aTaskThatIsGoneDoesNotHoldUpTheOthers() {
        one.endSession();
        var gone = one.want("t1", task());
        var kept = one.want("t2", task());
        one.untilStarts(2);
        one.delete(gone);
        one.run(Duration.ofSeconds(1));

        one.beginSession();

        one.untilRunning(kept);
    }

    @Test
    void aTaskMadeAnewUnderTheSameNameIsToldOfOnce() {
        one.endSession();
        var key = one.want("t1", task());
        one.untilStarts(1);
        one.delete(key);
        one.run(Duration.ofSeconds(1));
        one.want("t1", task());
        one.untilStarts(2);
        one.run(Duration.ofSeconds(1));

        one.beginSession();

        one.untilRunning(key);
    }

    @Test
    void manyStatusesGoTogether() {
        one.endSession();
        var keys = new ArrayList<ObjectKey>();
        for (int i = 0; i < 60; i++) {
            keys.add(one.want("t" + i, task()));
        }
        one.untilStarts(60);
        one.run(Duration.ofSeconds(5));
        long before = one.revision();

        one.beginSession();
        keys.forEach(one::untilRunning);

        assertThat(one.revision()).as("the session and two commits").isEqualTo(before + 3);
    }

    @Test
    void theStartOfAContainerIsNotToldAnewByEveryReconcile() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        long started = one.status(key).getStartedAtMs();

        one.change(key, spec -> spec.setOrdinal(7));
        one.run(Duration.ofMinutes(1));

        assertThat(one.status(key).getStartedAtMs()).isEqualTo(started);
    }

    @Test
    void whatAnOlderReportHasWrittenOverIsToldAgain() {
        var key = one.want("t1", task());
        one.until(() -> one.state(key) == State.STARTING);
        var older = one.status(key);
        one.untilRunning(key);
        var newest = one.status(key);
        one.run(Duration.ofMinutes(1));

        one.landsLate(key, older);

        assertThat(one.until(() -> one.status(key).equals(newest))).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void anEndThatAnOlderReportHasWrittenOverIsToldAgain() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        var older = one.status(key);
        one.stop(key);
        one.until(() -> one.state(key) == State.EXITED);
        var newest = one.status(key);
        one.run(Duration.ofMinutes(1));

        one.landsLate(key, older);

        assertThat(one.until(() -> one.status(key).equals(newest))).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void whatWasToldIsNotToldAnewWhileNothingChanges() {
        var key = one.want("t1", task());
        one.untilRunning(key);
        one.run(Duration.ofMinutes(1));
        long told = one.revision();

        one.run(Duration.ofMinutes(10));

        assertThat(one.revision()).isEqualTo(told);
    }

    @Test
    void stoppingIsToldBeforeTheEnd() {
        one.web(new Behaviour.Ignores());
        var key = one.want("t1", task());
        one.untilRunning(key);

        one.stop(key);
        one.until(() -> one.state(key) == State.STOPPING);

        assertThat(one.status(key).getReady()).isFalse();
        assertThat(one.status(key).getContainerId()).isEqualTo(one.aliveId());
        one.until(() -> one.state(key) == State.EXITED);
    }
}
