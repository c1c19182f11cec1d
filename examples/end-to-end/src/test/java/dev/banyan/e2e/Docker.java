package dev.banyan.e2e;

import dev.banyan.harness.Await;
import dev.banyan.harness.Command;
import dev.banyan.harness.Daemon;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.HttpAnswer;
import dev.banyan.harness.Output;
import dev.banyan.harness.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Docker itself on a server of a test, with Debian's {@code dockerd} and its rules of iptables. All it has is below the server's folder. */
final class Docker {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String IMAGE = "beside/web:1";

    /** Where Debian's {@code iptables} is told which one it is. */
    private static final String ALTERNATIVES = "/etc/alternatives";

    /** Of the wire's range, which never leaves the machine. */
    private static final String BRIDGE = "10.99.200.1/24";

    /** The bridge itself. */
    private static final String LINK = "docker0";

    private static final String SERVE =
            "trap 'exit 0' TERM; mkdir /www-docker; echo $0 >/www-docker/index.html; httpd -f -p 80 -h /www-docker & wait";

    private final Server server;
    private final Path folder;
    private final OwnFiles files;
    private Daemon daemon;

    /** The program that it makes its rules by. */
    enum Iptables {
        NFT,
        LEGACY
    }

    private Docker(Server server, Iptables iptables) {
        this.server = server;
        this.folder = server.state().resolve("docker");
        // Where it would keep a key, and what somebody may have told the machine's own.
        this.files = new OwnFiles(folder).with("/etc/docker").with(ALTERNATIVES);
        if (iptables == Iptables.LEGACY) {
            files.link(ALTERNATIVES, "iptables", "/usr/sbin/iptables-legacy");
            files.link(ALTERNATIVES, "ip6tables", "/usr/sbin/ip6tables-legacy");
        }
        this.daemon = startDaemon();
    }

    /** A new one, with the image's content as its own. */
    static Docker start(Server server, DemoImage image, Iptables iptables) {
        var docker = new Docker(server, iptables);
        var archive = docker.folder.resolve("image.tar");
        server.run(
                        "skopeo",
                        "copy",
                        "--quiet",
                        "oci-archive:" + image.archive(),
                        "docker-archive:" + archive + ":" + IMAGE)
                .orFail();
        docker.client("load", "--quiet", "--input", archive.toString()).orFail();
        return docker;
    }

    private Daemon startDaemon() {
        var configuration = write("daemon.json", "{}");
        var started = server.start(
                "dockerd",
                files.command(List.of(
                        "dockerd",
                        "--config-file=" + configuration,
                        "--data-root=" + folder.resolve("data"),
                        "--exec-root=" + folder.resolve("exec"),
                        "--pidfile=" + folder.resolve("docker.pid"),
                        "--host=unix://" + socket(),
                        "--bip=" + BRIDGE,
                        "--exec-opt=native.cgroupdriver=cgroupfs",
                        "--cgroup-parent=/banyan/" + server.namespace() + "-docker")));
        Await.until(
                () -> {
                    started.mustLive();
                    return client("version").status() == 0;
                },
                SOON,
                () -> "dockerd answers\n" + started.tail());
        return started;
    }

    private Path socket() {
        return folder.resolve("docker.sock");
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + name, failed);
        }
    }

    private Output client(String... words) {
        var all = new ArrayList<>(
                List.of("docker", "--config", folder.resolve("client").toString()));
        all.addAll(List.of("--host", "unix://" + socket()));
        all.addAll(List.of(words));
        return server.run(Command.of(all.toArray(String[]::new)));
    }

    /** As its service does; containers are started again. */
    void restart() {
        daemon.stop(SOON);
        daemon = startDaemon();
    }

    /** Starts a container that tells its name at a published port of the server. */
    void run(String name, int port) {
        var published = port + ":80";
        client(
                        "run",
                        "--detach",
                        "--restart=always",
                        "--name",
                        name,
                        "--publish",
                        published,
                        IMAGE,
                        "sh",
                        "-c",
                        SERVE,
                        name)
                .orFail();
    }

    /** Takes a container away. */
    void remove(String name) {
        client("rm", "--force", name).orFail();
    }

    /** Where a container is on Docker's bridge. */
    String address(String name) {
        return client("inspect", "--format", "{{.NetworkSettings.IPAddress}}", name)
                .orFail()
                .out()
                .strip();
    }

    /** What a container gets from an address. */
    Output fetch(String name, String url) {
        return client("exec", name, "timeout", "10", "wget", "-q", "-O", "-", url);
    }

    /** Waits until a client gets the container's name from the server's port. */
    void awaitAnswer(Server client, String name, int port) {
        var url = "http://" + server.address() + ":" + port + "/";
        Await.until(
                () -> isFrom(name, client.get(url)),
                SOON,
                () -> name + " answers at " + url + ": " + client.get(url) + "\n" + daemon.tail());
    }

    /** Waits until the kernel has given an address to each of Docker's links, the bridge being late, and has nothing left to try of them. */
    void awaitAddresses() {
        Await.until(
                () -> tentative().isBlank() && addressed().containsAll(links()),
                SOON,
                () -> "each of " + links() + " has an address, not only " + addressed() + "\n" + tentative());
    }

    private String tentative() {
        return server.run("ip", "-6", "addr", "show", "tentative").orFail().out();
    }

    private List<String> links() {
        var all = new ArrayList<>(names("ip", "-o", "link", "show", "master", LINK));
        all.add(LINK);
        return all;
    }

    private List<String> addressed() {
        return names("ip", "-6", "-o", "addr", "show", "scope", "link");
    }

    /** Of links, one a line, each behind its number. */
    private List<String> names(String... command) {
        return server.run(command)
                .orFail()
                .out()
                .lines()
                .map(line -> line.split("[:@ ]+")[1])
                .toList();
    }

    private static boolean isFrom(String name, HttpAnswer answer) {
        return answer.ok() && answer.body().strip().equals(name);
    }
}
