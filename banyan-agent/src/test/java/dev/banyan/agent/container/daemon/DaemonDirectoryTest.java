package dev.banyan.agent.container.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DaemonDirectoryTest {
    @Test
    void takesASocketPathOfTheLongestLengthThatTheKernelTakes() {
        int rest = "/containerd.sock.ttrpc".length();
        var longest = Path.of("/" + "r".repeat(107 - rest - 1));

        assertThat(new DaemonDirectory(Path.of("/data"), longest).socket()).hasFileName("containerd.sock");
    }

    @Test
    void refusesALongerOneAndSaysHowLongItIs() {
        int rest = "/containerd.sock.ttrpc".length();
        var tooLong = Path.of("/" + "r".repeat(107 - rest));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DaemonDirectory(Path.of("/data"), tooLong))
                .withMessageContaining("at most 107 bytes")
                .withMessageContaining("has 108");
    }

    @Test
    void refusesRelativePaths() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DaemonDirectory(Path.of("data"), Path.of("/run")));
        assertThatIllegalArgumentException().isThrownBy(() -> new DaemonDirectory(Path.of("/data"), Path.of("run")));
    }
}
