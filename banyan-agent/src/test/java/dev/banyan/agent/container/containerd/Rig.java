package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.daemon.ContainerNetwork;
import dev.banyan.agent.container.daemon.ContainerdChild;
import dev.banyan.agent.container.daemon.DaemonDirectory;
import dev.banyan.agent.container.daemon.DaemonSettings;
import dev.banyan.agent.container.daemon.HostPrograms;
import dev.banyan.agent.container.daemon.PauseImage;
import dev.banyan.agent.container.daemon.Registries;
import dev.banyan.agent.material.MemoryDirectory;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.env.TaskSpawner;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of its own for tests: a network namespace without any way out, a containerd in it, a registry behind mutual TLS, and an image in
 * that registry. Everything is gone after {@link #close}.
 */
public final class Rig {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int REGISTRY_PORT = 7444;

    private final EnvironmentFiles environments;
    private final SystemEnv env = new SystemEnv();
    private final Path top;
    private final String namespace;
    private final AtomicInteger names = new AtomicInteger();
    private final List<ContainerdRuntime> runtimes = new ArrayList<>();
    private final List<Task> tasks = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private final PauseImage pause = PauseImage.around(HostPrograms.OF_DEBIAN.catatonit());
    private final ImageReference image;
    private ContainerdChild child;

    public Rig() throws Exception {
        this.top = Files.createTempDirectory("bct");
        this.namespace = top.getFileName().toString();
        run("ip", "netns", "add", namespace);
        run("ip", "-n", namespace, "link", "set", "lo", "up");
        makeCertificates();
        startRegistry();
        this.image = pushImage();
        new ContainerNetwork("bct", "10.222.7.0/24", 1400).write(directory());
        new Registries(directory()).write(registry(), credentials());
        this.environments = new EnvironmentFiles(
                MemoryDirectory.within(directory().runtime().resolve("material"), "environments"));
        this.child = startChild();
        awaitServing();
        pause.load(settings(), env);
    }

    public SystemEnv env() {
        return env;
    }

    public ImageReference image() {
        return image;
    }

    public ImageReference missingImage() {
        return new ImageReference(image.repository(), "sha256:" + "0".repeat(64));
    }

    public ContainerdChild child() {
        return child;
    }

    public DaemonSettings settings() {
        return new DaemonSettings(
                directory(), HostPrograms.OF_DEBIAN, pause.name(), Optional.of(Path.of("/run/netns", namespace)));
    }

    public DaemonDirectory directory() {
        return new DaemonDirectory(top.resolve("data"), top.resolve("run"));
    }

    public Path logs() {
        return top.resolve("logs");
    }

    public ContainerdRuntime runtime(String cluster) {
        var helpers = new ContainerdRuntime.Helpers(HostPrograms.OF_DEBIAN.catatonit(), environments);
        var runtime = ContainerdRuntime.at(directory().socket(), env, cluster, helpers);
        runtimes.add(runtime);
        return runtime;
    }

    public String freshName(String prefix) {
        return prefix + names.incrementAndGet();
    }

    /** Runs a task until {@link #close}. */
    public void spawn(TaskSpawner.Body body) {
        tasks.add(env.tasks().spawn("test", body));
    }

    public SandboxSpec sandbox() {
        var name = freshName("task");
        return new SandboxSpec(
                name,
                name + "-uid",
                0,
                name,
                logs().resolve(name),
                "/" + namespace,
                SandboxSpec.Dns.OF_THE_SERVER,
                Map.of(),
                Map.of());
    }

    public List<URI> registry() {
        return List.of(URI.create("https://127.0.0.1:" + REGISTRY_PORT));
    }

    public Registries.Credentials credentials() {
        return new Registries.Credentials(top.resolve("ca.crt"), top.resolve("client.crt"), top.resolve("client.key"));
    }

    /** As a new agent process would: another object over the same directory. */
    public ContainerdChild startChild() throws InterruptedException {
        return startChild(HostPrograms.OF_DEBIAN.setsid());
    }

    /** With another program in the place of the one that begins containerd's session. */
    public ContainerdChild startChild(Path setsid) throws InterruptedException {
        var debian = HostPrograms.OF_DEBIAN;
        var programs = new HostPrograms(
                debian.containerd(),
                debian.ctr(),
                debian.runc(),
                setsid,
                debian.catatonit(),
                debian.perl(),
                debian.cniPlugins());
        var settings = settings();
        child = new ContainerdChild(
                new DaemonSettings(settings.directory(), programs, settings.pauseImage(), settings.networkNamespace()),
                env);
        child.start();
        assertThat(child.awaitReady(PATIENCE))
                .as("containerd ready; see %s", top)
                .isTrue();
        return child;
    }

    /** Runs a program to its end and answers what it wrote. */
    public String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }

    /** Removes everything. */
    public void close() throws Exception {
        tasks.forEach(Task::cancel);
        for (var task : tasks) {
            task.join();
        }
        child.stop();
        for (var runtime : runtimes) {
            try {
                for (var sandbox : runtime.list().sandboxes()) {
                    runtime.removeSandbox(sandbox.id());
                }
            } finally {
                runtime.close();
            }
        }
        child.terminate();
        killLeftovers();
        for (var process : processes) {
            process.destroyForcibly().waitFor();
        }
        run("ip", "netns", "del", namespace);
        removeCgroups();
        delete(top);
    }

    /** The socket accepts before CRI serves behind it, and CRI would miss an image that comes earlier. */
    private void awaitServing() throws InterruptedException {
        var runtime = runtime("rig");
        long start = env.time().nanos();
        while (true) {
            try {
                runtime.version();
                return;
            } catch (ContainerException starting) {
                assertThat(env.time().since(start))
                        .as("CRI serves; see %s", top)
                        .isLessThan(PATIENCE);
                env.signal().await(Duration.ofMillis(5));
            }
        }
    }

    /** Whatever a test that died left running: every process of this rig names its directory. */
    private void killLeftovers() throws IOException, InterruptedException {
        var ours = top + "/";
        var handles = ProcessHandle.allProcesses()
                .filter(handle -> commandLine(handle.pid()).contains(ours))
                .toList();
        for (var handle : handles) {
            handle.destroyForcibly();
        }
        for (var handle : handles) {
            handle.onExit().join(); // until then it may hold mounts, cgroups and files
        }
        var mounts = Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" ")[1])
                .filter(path -> path.startsWith(top + "/"))
                .toList();
        for (var mount : mounts.reversed()) {
            run("umount", "-l", mount);
        }
    }

    private void removeCgroups() throws IOException {
        try (var hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (var hierarchy : hierarchies.toList()) {
                var ours = hierarchy.resolve(namespace);
                if (Files.isDirectory(ours)) {
                    Files.delete(ours);
                }
            }
        }
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    private void makeCertificates() throws Exception {
        var ca = top.resolve("ca.crt").toString();
        var caKey = top.resolve("ca.key").toString();
        run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=test-ca",
                "-keyout",
                caKey,
                "-out",
                ca);
        sign("server", "subjectAltName=IP:127.0.0.1");
        sign("client", "extendedKeyUsage=clientAuth");
    }

    private void sign(String name, String extension) throws Exception {
        var extensions = Files.writeString(top.resolve(name + ".ext"), extension + "\n");
        run(
                "openssl",
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                top.resolve(name + ".key").toString(),
                "-out",
                top.resolve(name + ".csr").toString());
        run(
                "openssl",
                "x509",
                "-req",
                "-days",
                "2",
                "-in",
                top.resolve(name + ".csr").toString(),
                "-CA",
                top.resolve("ca.crt").toString(),
                "-CAkey",
                top.resolve("ca.key").toString(),
                "-CAcreateserial",
                "-extfile",
                extensions.toString(),
                "-out",
                top.resolve(name + ".crt").toString());
    }

    private void startRegistry() throws Exception {
        var config = Files.writeString(
                top.resolve("registry.yml"),
                """
                version: 0.1
                storage:
                  filesystem:
                    rootdirectory: %1$s/registry
                http:
                  addr: 127.0.0.1:%2$d
                  tls:
                    certificate: %1$s/server.crt
                    key: %1$s/server.key
                    minimumtls: tls1.2
                    clientcas: [%1$s/ca.crt]
                """
                        .formatted(top, REGISTRY_PORT));
        processes.add(new ProcessBuilder(inside("docker-registry", "serve", config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(top.resolve("registry.log").toFile())
                .start());
    }

    private ImageReference pushImage() throws Exception {
        var rootfs = top.resolve("rootfs");
        Files.createDirectories(rootfs.resolve("bin"));
        for (var directory : List.of("etc", "tmp", "proc", "sys", "dev")) {
            Files.createDirectories(rootfs.resolve(directory));
        }
        Files.copy(Path.of("/bin/busybox"), rootfs.resolve("bin/busybox"));
        for (var applet : List.of(
                "sh", "sleep", "echo", "cat", "ps", "hostname", "dd", "id", "seq", "ip", "kill", "ls", "ln", "mkdir")) {
            Files.createSymbolicLink(rootfs.resolve("bin").resolve(applet), Path.of("busybox"));
        }
        Files.writeString(rootfs.resolve("etc/passwd"), "root:x:0:0:root:/:/bin/sh\napp:x:1000:1000:app:/:/bin/sh\n");
        Files.writeString(rootfs.resolve("etc/group"), "root:x:0:\nstaff:x:50:\n");
        var layout = top.resolve("oci").toString();
        run("umoci", "init", "--layout", layout);
        run("umoci", "new", "--image", layout + ":bb");
        run("umoci", "insert", "--image", layout + ":bb", rootfs.toString(), "/");
        run(
                "umoci",
                "config",
                "--image",
                layout + ":bb",
                "--config.env",
                "PATH=/bin",
                "--config.cmd",
                "/bin/sh",
                "--config.cmd",
                "-c",
                "--config.cmd",
                "trap 'exit 0' TERM; sleep 3600 & wait");
        var certificates = Files.createDirectories(top.resolve("push"));
        Files.copy(top.resolve("ca.crt"), certificates.resolve("ca.crt"));
        Files.copy(top.resolve("client.crt"), certificates.resolve("client.cert"));
        Files.copy(top.resolve("client.key"), certificates.resolve("client.key"));
        return push("bb", "1");
    }

    private ImageReference push(String image, String tag) throws Exception {
        var digest = top.resolve("digest");
        run(inside(
                        "skopeo",
                        "copy",
                        "--retry-times",
                        "5",
                        "--dest-cert-dir",
                        top.resolve("push").toString(),
                        "--digestfile",
                        digest.toString(),
                        "oci:" + top.resolve("oci") + ":" + image,
                        "docker://127.0.0.1:" + REGISTRY_PORT + "/test/bb:" + tag)
                .toArray(String[]::new));
        return new ImageReference(
                "registry.banyan/test/bb", Files.readString(digest).strip());
    }

    /** The same image with a health check in its configuration, as Docker's builder writes one. */
    public ImageReference imageWithHealthCheck(String json) throws Exception {
        var layout = top.resolve("oci");
        var manifests = read(layout.resolve("index.json"));
        var entry = manifests.getAsJsonArray("manifests").get(0).getAsJsonObject();
        var manifest = read(blob(entry.get("digest").getAsString()));
        var configuration =
                read(blob(manifest.getAsJsonObject("config").get("digest").getAsString()));
        configuration.getAsJsonObject("config").add("Healthcheck", JsonParser.parseString(json));
        replace(manifest.getAsJsonObject("config"), configuration);
        replace(entry, manifest);
        Files.writeString(layout.resolve("index.json"), manifests.toString());
        return push("bb", "checked");
    }

    /** The same image with one more layer, which has one file of so many bytes that cannot be compressed. */
    public ImageReference imageOf(int bytes) throws Exception {
        var file = Files.write(top.resolve("large"), env.entropy().bytes(bytes));
        run("umoci", "insert", "--image", top.resolve("oci") + ":bb", "--tag", "large", file.toString(), "/large");
        return push("large", "large");
    }

    /** From now on so many bits a second go through the namespace, where the registry is. */
    public void throttle(int bitsPerSecond) throws Exception {
        var rate = Integer.toString(bitsPerSecond);
        // A packet of the loopback has up to 64 KiB, and must fit into the bucket.
        run(inside("tc", "qdisc", "add", "dev", "lo", "root", "tbf", "rate", rate, "burst", "131072", "latency", "1s")
                .toArray(String[]::new));
    }

    private Path blob(String digest) {
        return top.resolve("oci/blobs").resolve(digest.replace(':', '/'));
    }

    private static JsonObject read(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    /** Keeps {@code content} as a blob, and has {@code descriptor} name it. */
    private void replace(JsonObject descriptor, JsonObject content) throws Exception {
        var bytes = content.toString().getBytes(StandardCharsets.UTF_8);
        var digest = "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        Files.write(blob(digest), bytes);
        descriptor.addProperty("digest", digest);
        descriptor.addProperty("size", bytes.length);
    }

    private List<String> inside(String... command) {
        var all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + namespace));
        all.addAll(List.of(command));
        return all;
    }

    private static void delete(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
