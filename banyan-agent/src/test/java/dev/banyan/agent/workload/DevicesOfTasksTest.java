package dev.banyan.agent.workload;

import static dev.banyan.agent.workload.OneServer.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.DeviceEdits.Node;
import dev.banyan.agent.device.Devices;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The devices in a task's assignment are what its container has. */
class DevicesOfTasksTest {
    @TempDir
    private Path disk;

    @TempDir
    private Path descriptions;

    private OneServer one;

    @BeforeEach
    void begin() throws Exception {
        Files.writeString(
                descriptions.resolve("a.yaml"),
                """
                kind: a.org/card
                devices:
                  - {name: "0", containerEdits: {env: [CARD=zero, COLOUR=red], deviceNodes: [{path: /dev/c, hostPath: /dev/null}]}}
                """);
        one = new OneServer(disk);
        one.killAgent();
        one.equip(new Devices(List.of(descriptions)));
        one.startAgent();
    }

    @AfterEach
    void end() {
        one.close();
    }

    @Test
    void aContainerHasThoseOfItsAssignment() {
        var task = assigned("a.org/card=0");
        task.getContainerBuilder().putEnvironment("COLOUR", "green").putEnvironment("SIZE", "1");

        one.want("t1", task);
        one.untilStarts(1);

        var spec = one.alive().getFirst();
        assertThat(spec.tuning().devices().nodes()).extracting(Node::path).containsExactly("/dev/c");
        assertThat(spec.process().environment())
                .as("the device knows best what it needs")
                .containsEntry("CARD", "zero")
                .containsEntry("COLOUR", "red")
                .containsEntry("SIZE", "1");
    }

    @Test
    void aTaskWithoutVariablesOfItsOwnGetsThoseOfItsDevices() {
        one.want("t1", assigned("a.org/card=0"));
        one.untilStarts(1);

        assertThat(one.alive().getFirst().process().environment()).containsOnlyKeys("CARD", "COLOUR");
    }

    @Test
    void aTaskWithoutAnyHasNone() {
        one.want("t1", task());
        one.untilStarts(1);

        assertThat(one.alive().getFirst().tuning().devices().isEmpty()).isTrue();
    }

    @Test
    void aDeviceThatIsGoneIsSaidByNameAndTheTaskGivenUp() {
        var key = one.want("t1", assigned("a.org/card=1"));

        one.until(() -> one.status(key).getReason().equals("DeviceMissing"));
        assertThat(one.status(key).getMessage()).contains("this server has no a.org/card=1");
        one.until(() -> one.state(key) == State.FAILED);
        assertThat(one.server().starts()).isZero();
    }

    private static TaskSpec.Builder assigned(String device) {
        var task = task();
        task.getAssignmentBuilder().addDevices(device);
        return task;
    }
}
