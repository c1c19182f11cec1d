package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ContainerSpec.Process;
import dev.banyan.agent.container.DeviceEdits;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.agent.container.Tuning;
import dev.banyan.agent.device.Devices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a description of devices says is what a container of a real containerd has. The devices are ordinary ones of the kernel. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeviceServersTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path disk;

    private Rig rig;
    private ContainerRuntime runtime;

    @BeforeAll
    void startContainerd() throws Exception {
        rig = new Rig();
        runtime = rig.runtime("devices");
        runtime.pull(rig.image());
    }

    @AfterAll
    void removeEverything() throws Exception {
        rig.close();
    }

    @Test
    void aContainerHasTheDeviceAndAllThatItNeeds() throws Exception {
        Files.writeString(disk.resolve("library"), "of the vendor\n");
        describe(
                """
                cdiVersion: 0.6.0
                kind: example.com/widget
                devices:
                  - name: "0"
                    containerEdits:
                      env: [WIDGET=zero]
                      deviceNodes:
                        - {path: /dev/widget/0, hostPath: /dev/fuse, permissions: rw, fileMode: 384, uid: 7, gid: 8}
                containerEdits:
                  additionalGids: [4444]
                  mounts:
                    - {hostPath: %1$s/library, containerPath: /opt/widget/library, options: [ro, nosuid, nodev, bind]}
                  hooks:
                    - hookName: createRuntime
                      path: /bin/sh
                      args: [sh, -c, "cat >/dev/null; echo $TOLD >%1$s/hooked"]
                      env: [TOLD=made, PATH=/usr/bin:/bin]
                      timeout: 60
                """);

        var id = started(needed("example.com/widget=0"));

        assertThat(output(id, "ls -ln /dev/widget/0")).containsPattern("crw-------.* 7 +8 .*10, +229");
        assertThat(output(id, ": <>/dev/widget/0 && echo opens")).contains("opens");
        assertThat(output(id, "cat /opt/widget/library")).contains("of the vendor");
        assertThat(output(id, "echo x >/opt/widget/library; grep widget/library /proc/mounts"))
                .containsPattern("Read-only file system|can't create")
                .contains("nosuid");
        assertThat(output(id, "tr '\\0' '\\n' </proc/1/environ")).contains("WIDGET=zero");
        assertThat(output(id, "grep Groups /proc/1/status")).contains("4444");
        assertThat(disk.resolve("hooked")).hasContent("made");
    }

    @Test
    void aContainerWithoutTheDeviceMayNotUseIt() throws Exception {
        var id = started(DeviceEdits.NONE);

        assertThat(output(id, "ls /dev/widget; busybox mknod /tmp/w c 10 229 && : </tmp/w && echo opens"))
                .doesNotContain("opens");
    }

    @Test
    void aHookThatFailsIsAReasonNotToStart() throws Exception {
        describe(
                """
                kind: example.com/broken
                devices:
                  - name: "0"
                    containerEdits:
                      hooks: [{hookName: createRuntime, path: /bin/false}]
                """);
        var edits = needed("example.com/broken=0");

        assertThatThrownBy(() -> started(edits))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("hook");
    }

    private void describe(String text) throws Exception {
        Files.writeString(disk.resolve("device.yaml"), text.formatted(disk));
    }

    private DeviceEdits needed(String name) {
        var needed = new Devices(List.of(disk)).needed(List.of(name));
        assertThat(needed).isInstanceOf(Devices.Needed.Ready.class);
        return needed instanceof Devices.Needed.Ready ready ? ready.edits() : DeviceEdits.NONE;
    }

    private String started(DeviceEdits edits) throws Exception {
        var program = Process.running("/bin/sh", "-c", "trap 'exit 0' TERM; sleep 3600 & wait");
        var process = new Process(
                program.entrypoint(), program.command(), edits.environment(), Optional.empty(), Optional.empty());
        var spec = ContainerSpec.of("app", 0, rig.image(), "0.log")
                .withProcess(process)
                .withTuning(Tuning.USUAL.with(edits));
        var id = runtime.createContainer(runtime.runSandbox(rig.sandbox()).id(), spec);
        runtime.start(id);
        return id;
    }

    private String output(String id, String script) throws Exception {
        var outcome = runtime.exec(id, List.of("/bin/sh", "-c", script), PATIENCE);
        assertThat(outcome).isInstanceOf(ExecOutcome.Finished.class);
        return outcome instanceof ExecOutcome.Finished finished ? finished.output() : "";
    }
}
