package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.ExtraHost;
import dev.banyan.api.v1.HealthCheck;
import dev.banyan.api.v1.Logging;
import dev.banyan.api.v1.Powers;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.runtime.resource.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the settings of a task do to its containers. */
class SettingsTest {
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
    void aContainerIsMadeAsTheyAsk() {
        running(settings -> settings.setUser("app")
                .putLabels("team", "shop")
                .putAnnotations("note", "x")
                .setReadOnly(true));

        assertThat(started().process().user()).contains("app");
        assertThat(started().confinement().readOnly()).isTrue();
        assertThat(started().labels()).containsEntry("team", "shop").containsKey(TaskRuntime.TASK_UID_LABEL);
        assertThat(started().annotations()).containsEntry("note", "x").containsKey(TaskRuntime.IMAGE_ANNOTATION);
    }

    @Test
    void theClustersOwnLabelsCannotBeForged() {
        running(settings -> settings.putLabels(TaskRuntime.TASK_UID_LABEL, "forged")
                .putAnnotations(TaskRuntime.IMAGE_ANNOTATION, "forged"));

        assertThat(started().labels()).doesNotContainValue("forged");
        assertThat(started().annotations()).doesNotContainValue("forged");
    }

    @Test
    void theHostsFileHasTheNamesThatWereAskedFor() throws IOException {
        var key = running(settings -> settings.setHostname("front")
                .setDomainname("shop.example")
                .addExtraHosts(ExtraHost.newBuilder().setName("server").setAddress("host-gateway")));

        assertThat(Files.readString(disk.resolve("hosts").resolve(one.task(key).uid())))
                .contains("\tfront.shop.example front\n")
                .contains("10.222.0.1\tserver\n");
    }

    @Test
    void whatTheAgentDoesNotGrantIsNotStarted() {
        var key = wanted(settings -> settings.setPowers(Powers.newBuilder().addAdd("NET_ADMIN")));

        one.until(() -> one.state(key) == State.FAILED);

        assertThat(one.server().starts()).isZero();
        assertThat(one.status(key).getMessage())
                .isEqualTo("NotGranted: this agent does not grant cap:NET_ADMIN; add it to privileges in its"
                        + " agent.yaml, and restart it");
    }

    @Test
    void whatTheAgentGrantsIsStarted() {
        one.killAgent();
        one.grant("cap:NET_ADMIN", "privileged");
        one.startAgent();

        running(settings ->
                settings.setPowers(Powers.newBuilder().addAdd("NET_ADMIN").setPrivileged(true)));

        assertThat(started().tuning().powers().add()).containsExactly("NET_ADMIN");
        assertThat(started().tuning().isolation().privileged()).isTrue();
        assertThat(started().confinement().noNewPrivileges()).isFalse();
    }

    @Test
    void theServicesSignalAsksItToEnd() {
        one.web(new Behaviour.Ignores());
        var key = running(settings -> settings.setStopSignal(9));

        one.stop(key);

        assertThat(one.until(() -> one.state(key) == State.EXITED)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void outputIsNotKeptWhenNobodyWantsIt() {
        running(settings -> settings.setLogging(Logging.newBuilder().setNone(true)));

        assertThat(started().logPath()).isEmpty();
        one.run(Duration.ofMinutes(1));
        assertThat(one.alive()).hasSize(1);
    }

    @Test
    void theImagesOwnHealthCheckIsRun() {
        offerChecked();
        check(new Behaviour.Answers(1, "closed"));
        var key = one.want("t1", OneServer.task());
        one.until(() -> one.state(key) == State.RUNNING);
        one.run(Duration.ofMillis(500));
        assertThat(one.status(key).getReady()).isFalse();

        check(new Behaviour.Answers(0, ""));

        one.untilRunning(key);
        check(new Behaviour.Answers(1, "closed"));
        one.untilStarts(2);
    }

    @Test
    void theNextAgentKnowsTheImagesCheckAsWell() {
        offerChecked();
        check(new Behaviour.Answers(0, ""));
        var key = one.want("t1", OneServer.task());
        one.untilRunning(key);
        one.killAgent();
        one.startAgent();
        one.run(Duration.ofSeconds(5));
        assertThat(one.server().starts()).isEqualTo(1);

        check(new Behaviour.Answers(1, "closed"));

        one.untilStarts(2);
    }

    @Test
    void theImagesCheckCanBeSwitchedOff() {
        offerChecked();
        check(new Behaviour.Answers(1, "closed"));

        running(settings -> settings.setHealthcheckDisabled(true));
        one.run(Duration.ofMinutes(1));

        assertThat(one.server().starts()).isEqualTo(1);
    }

    @Test
    void theServicesCheckWinsOverTheImages() {
        offerChecked();
        check(new Behaviour.Answers(1, "closed"));
        one.server().script(List.of("/own"), new Behaviour.Answers(0, ""));
        var task = OneServer.task();
        task.getContainerBuilder()
                .setHealthcheck(HealthCheck.newBuilder().addTest("/own").setIntervalMs(1_000));

        one.untilRunning(one.want("t1", task));
        one.run(Duration.ofMinutes(1));

        assertThat(one.server().starts()).isEqualTo(1);
    }

    @Test
    void aStartIsAskedForAtThePaceThatItsAuthorGave() {
        check(new Behaviour.Answers(1, ""));
        var key = one.want("t1", paced(60_000, 5_000, 30_000));
        one.until(() -> one.state(key) == State.RUNNING);
        one.run(Duration.ofSeconds(12));

        check(new Behaviour.Answers(0, ""));

        // Asked after 0, 5 and 10 seconds, and then after 15.
        assertThat(one.until(() -> one.status(key).getReady())).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @Test
    void afterTheStartPeriodTheUsualPaceHolds() {
        check(new Behaviour.Answers(1, ""));
        var key = one.want("t1", paced(1_000, 200, 30_000));
        one.until(() -> one.state(key) == State.RUNNING);
        one.run(Duration.ofSeconds(3));

        check(new Behaviour.Answers(0, ""));

        assertThat(one.until(() -> one.status(key).getReady()))
                .isBetween(Duration.ofSeconds(25), Duration.ofSeconds(31));
    }

    private static TaskSpec.Builder paced(long startPeriod, long startInterval, long interval) {
        return OneServer.checked(HealthCheck.newBuilder()
                .setStartPeriodMs(startPeriod)
                .setStartIntervalMs(startInterval)
                .setIntervalMs(interval)
                .setTimeoutMs(500)
                .setRetries(3));
    }

    private void offerChecked() {
        var check = new ImageConfig.Check(
                List.of("/check"), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO, 3);
        one.server()
                .offer(
                        OneServer.IMAGE,
                        new ImageConfig(
                                        List.of(),
                                        List.of("/web"),
                                        Map.of(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty())
                                .withCheck(Optional.of(check)));
    }

    private void check(Behaviour behaviour) {
        one.server().script(List.of("/check"), behaviour);
    }

    private ContainerSpec started() {
        return one.server().started().getLast();
    }

    private ObjectKey running(UnaryOperator<ContainerSettings.Builder> change) {
        var key = wanted(change);
        one.untilRunning(key);
        return key;
    }

    private ObjectKey wanted(UnaryOperator<ContainerSettings.Builder> change) {
        var task = OneServer.task();
        task.getContainerBuilder().setSettings(change.apply(ContainerSettings.newBuilder()));
        return one.want("t1", task);
    }
}
