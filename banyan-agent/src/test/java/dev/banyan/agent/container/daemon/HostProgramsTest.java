package dev.banyan.agent.container.daemon;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostProgramsTest {
    @Test
    void namesAllThatIsMissingAndEachPackageOnce(@TempDir Path server) throws Exception {
        var present = program(server, "containerd");
        var programs = new HostPrograms(
                present,
                server.resolve("ctr"),
                program(server, "runc"),
                program(server, "setsid"),
                server.resolve("catatonit"),
                program(server, "perl"),
                server.resolve("cni"));

        assertThatThrownBy(programs::require)
                .isInstanceOf(DaemonException.class)
                .hasMessageContaining("missing on this server: " + server.resolve("ctr"))
                .hasMessageContaining(server.resolve("cni/ptp").toString())
                .hasMessageEndingWith("apt-get install --no-install-recommends containerd catatonit"
                        + " containernetworking-plugins");
    }

    @Test
    void isContentWhenAllIsThere(@TempDir Path server) throws Exception {
        for (var plugin : new String[] {"ptp", "host-local", "loopback"}) {
            program(server, plugin);
        }
        var any = program(server, "any");

        assertThatNoException().isThrownBy(() -> new HostPrograms(any, any, any, any, any, any, server).require());
    }

    private static Path program(Path directory, String name) throws Exception {
        return Files.createFile(
                directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
}
