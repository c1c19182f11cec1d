package dev.banyan.agent.container.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DaemonConfigTest {
    private static final String TOML = DaemonConfig.toml(
            new DaemonDirectory(Path.of("/var/lib/b"), Path.of("/run/b")),
            HostPrograms.OF_DEBIAN,
            "registry.banyan/pause:1");

    @Test
    void keepsEverythingBelowItsOwnDirectories() {
        assertThat(TOML)
                .contains("root = \"/var/lib/b/root\"")
                .contains("state = \"/run/b/state\"")
                .contains("address = \"/run/b/containerd.sock\"")
                .contains("conf_dir = \"/var/lib/b/net.d\"")
                .contains("config_path = \"/var/lib/b/certs.d\"");
    }

    @Test
    void opensNoPortBeyondTheLoopback() {
        assertThat(TOML)
                .contains("disable_tcp_service = true")
                .contains("stream_server_address = \"127.0.0.1\"")
                .contains("[metrics]\n  address = \"\"");
    }

    @Test
    void usesThePauseImageAndThePlugins() {
        assertThat(TOML)
                .contains("sandbox_image = \"registry.banyan/pause:1\"")
                .contains("bin_dir = \"" + HostPrograms.OF_DEBIAN.cniPlugins() + "\"");
    }

    @Test
    void givesEachHandlerItsProgramAndKeepsTheNameOfTheFirst() {
        assertThat(TOML)
                .contains("default_runtime_name = \"runc\"")
                .contains("runtimes.runc.options]\n        SystemdCgroup = false\n"
                        + "        BinaryName = \"/var/lib/b/runc-with-environment\"")
                .contains("runtimes.plain.options]\n        SystemdCgroup = false\n" + "        BinaryName = \""
                        + HostPrograms.OF_DEBIAN.runc() + "\"");
    }

    @Test
    void quotesWhatWouldEndAString() {
        assertThat(DaemonConfig.quoted("a\"b\\c\nd")).isEqualTo("\"a\\\"b\\\\c\\u000ad\"");
    }
}
