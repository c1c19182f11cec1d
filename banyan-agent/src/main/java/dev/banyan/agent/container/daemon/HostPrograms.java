package dev.banyan.agent.container.daemon;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The server's programs that containerd and the agent need, where Debian has them.
 *
 * @param cniPlugins directory
 */
public record HostPrograms(
        Path containerd, Path ctr, Path runc, Path setsid, Path catatonit, Path perl, Path cniPlugins) {
    public static final HostPrograms OF_DEBIAN = new HostPrograms(
            Path.of("/usr/bin/containerd"),
            Path.of("/usr/bin/ctr"),
            Path.of("/usr/sbin/runc"),
            Path.of("/usr/bin/setsid"),
            Path.of("/usr/bin/catatonit"),
            Path.of("/usr/bin/perl"),
            Path.of("/usr/lib/cni"));

    /** @throws DaemonException naming all that is missing and the packages that have it */
    public void require() {
        var missing = new ArrayList<String>();
        var packages = new ArrayList<String>();
        for (var program : needed()) {
            if (!Files.isExecutable(program.path())) {
                missing.add(program.path().toString());
                if (!packages.contains(program.debianPackage())) {
                    packages.add(program.debianPackage());
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new DaemonException("missing on this server: " + String.join(", ", missing)
                    + "; install them with: apt-get install --no-install-recommends " + String.join(" ", packages));
        }
    }

    private List<Program> needed() {
        return List.of(
                new Program(containerd, "containerd"),
                new Program(ctr, "containerd"),
                new Program(runc, "runc"),
                new Program(setsid, "util-linux"),
                new Program(catatonit, "catatonit"),
                new Program(perl, "perl-base"),
                new Program(cniPlugins.resolve("ptp"), "containernetworking-plugins"),
                new Program(cniPlugins.resolve("host-local"), "containernetworking-plugins"),
                new Program(cniPlugins.resolve("loopback"), "containernetworking-plugins"));
    }

    private record Program(Path path, String debianPackage) {}
}
