package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.Command;
import dev.banyan.harness.Daemon;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Output;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Images of another registry, which wants a password, and images that are built, on agents that reach neither. */
@Tag("servers")
class OtherRegistryTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String OTHER = "localhost:5055";
    private static final String PASSWORD = "correct-horse-battery";

    private static Cluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = Cluster.start(ClusterPlan.agents(2).engineOption("unused-images", "20s"));
        registry();
        copy(DemoImage.of("busybox").archive(), "team/busybox:1");
        copy(DemoImage.of("busybox").archive(), "team/other:1");
        copy(DemoImage.of("busybox").archive(), "team/stays:1");
        copy(DemoImage.of("busybox").archive(), "team/goes:1");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void aPrivateImageRunsOnAgentsThatDoNotReachItsRegistry() throws IOException {
        logins("{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(OTHER, basic(PASSWORD)));
        var file = web("private", 8101, "image: " + OTHER + "/team/busybox:1");

        var plan = up(file, "--dry-run");
        var again = up(file, "--dry-run", "-o", "json");

        assertThat(plan.status()).as(plan.toString()).isZero();
        assertThat(plan.out())
                .containsPattern("localhost:5055/team/busybox:1 +fetched from localhost:5055 +[0-9.]+ MB");
        assertThat(again.out()).as("nothing was fetched").contains("\"comes\": \"fetched\"");

        var up = up(file);

        assertThat(up.status()).as(up.toString()).isZero();
        awaitPage(8101, "ok\n");
        assertThat(up.err()).contains("MB fetched, done");
        var digest = again.out().replaceAll("(?s).*\"digest\": \"(sha256:[0-9a-f]+)\".*", "$1");
        assertThat(up(file, "--dry-run", "-o", "json").out())
                .as("the content that was foreseen")
                .contains("\"comes\": \"there\"", "\"digest\": \"" + digest + "\"", "\"changed\": false");
    }

    @Test
    void whoHasNoLoginIsToldWhichRegistryWantsOne() throws IOException {
        logins("{}");
        var file = web("nologin", 8102, "image: " + OTHER + "/team/busybox:1\n    pull_policy: always");

        var up = up(file);

        assertThat(up.status()).isNotZero();
        assertThat(up.err())
                .contains(
                        OTHER + "/team/busybox:1 cannot be had from " + OTHER, "wants a login", "docker login " + OTHER)
                .contains("nologin.yaml:4:", "services.web.image");
    }

    @Test
    void anImageThatIsBuiltHereRunsThere() throws IOException {
        logins("{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(OTHER, basic(PASSWORD)));
        var context = Files.createDirectories(cluster.engineServer().state().resolve("site"));
        Files.writeString(context.resolve("page"), "built here\n");
        Files.writeString(
                context.resolve("Dockerfile"),
                """
                FROM oci-archive:%s
                ARG GREETING=none
                COPY page /www/healthz
                RUN echo "$GREETING" >> /www/healthz
                """
                        .formatted(DemoImage.of("busybox").archive()));
        var file = web("built", 8103, "build: {context: site, args: {GREETING: hello}}");
        assertThat(up(file, "--dry-run").out())
                .containsPattern("registry.banyan/apps/built/web:latest +built here by buildah")
                .containsPattern("create +built.web.1.0.0");

        var up = up(file);

        assertThat(up.status()).as(up.toString()).isZero();
        awaitPage(8103, "built here\nhello\n");
        assertThat(up.err()).contains("web | ", "MB pushed, done");

        Files.writeString(context.resolve("page"), "built again\n");
        assertThat(up(file).err()).contains("is wanted already");
        assertThat(up(file, "--dry-run", "--build").out()).containsPattern("web +replaced");
        assertThat(up(file, "--build").status()).isZero();
        awaitPage(8103, "built again\nhello\n");
    }

    @Test
    void anImageGoesOnceNoAppNamesIt() throws IOException {
        logins("{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(OTHER, basic(PASSWORD)));
        assertThat(up(web("stays", 8105, "image: " + OTHER + "/team/stays:1")).status())
                .isZero();
        assertThat(up(web("goes", 8106, "image: " + OTHER + "/team/goes:1")).status())
                .isZero();
        assertThat(images()).containsPattern("team/goes +1 .* goes +-").containsPattern("team/stays +1 .* stays +-");

        cluster.cli("down", "goes").orFail();

        Await.until(() -> !images().contains("team/goes"), SOON, () -> "the image is gone: " + images());
        assertThat(images()).containsPattern("team/stays +1 .* stays +-");
        awaitPage(8105, "ok\n");
        assertThat(up(web("goes", 8106, "image: " + OTHER + "/team/goes:1")).err())
                .as("it is fetched again")
                .contains("MB fetched, done");
    }

    private static String images() {
        return cluster.cli("images", "ls").orFail().out();
    }

    @Test
    void noLoginIsKeptAnywhere() throws IOException {
        logins("{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(OTHER, basic(PASSWORD)));
        var file = web("kept", 8104, "image: " + OTHER + "/team/other:1\n    pull_policy: always");
        assertThat(up(file).status()).isZero();

        var found = Command.of(
                        "grep",
                        "--recursive",
                        "--files-with-matches",
                        "--fixed-strings",
                        "-e",
                        PASSWORD,
                        "-e",
                        basic(PASSWORD),
                        cluster.engineServer().state().resolve("data").toString(),
                        cluster.engineServer().logs().toString(),
                        cluster.agentServer(1).state().toString())
                .run();

        assertThat(found.out()).isEmpty();
    }

    private static Output up(Path file, String... more) {
        var words = new ArrayList<>(List.of("up", "-f", file.toString()));
        words.addAll(List.of(more));
        var environment = Map.of(
                "DOCKER_CONFIG",
                state().resolve("docker").toString(),
                "BUILDAH_ISOLATION",
                "chroot",
                "STORAGE_DRIVER",
                "vfs",
                "CONTAINERS_STORAGE_CONF",
                state().resolve("storage.conf").toString());
        return cluster.cliWith(environment, words.toArray(String[]::new));
    }

    private static Path state() {
        return cluster.engineServer().state();
    }

    private static String page(int port) {
        return cluster.outside()
                .get("http://" + cluster.agentServer(2).address() + ":" + port + "/healthz")
                .body();
    }

    /** A load balancer follows what is ready. */
    private static void awaitPage(int port, String text) {
        Await.until(() -> page(port).equals(text), SOON, () -> "the page is " + text + ", not " + page(port));
    }

    private static Path web(String name, int port, String image) {
        return WebApp.file(
                cluster,
                name + ".yaml",
                """
                name: %s
                services:
                  web:
                    %s
                    command: ["sh", "-c", "trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait"]
                    ports: ["%d:8080"]
                    healthcheck:
                      test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"]
                """
                        .formatted(name, image, port));
    }

    private static void logins(String json) throws IOException {
        var directory = Files.createDirectories(state().resolve("docker"));
        Files.writeString(directory.resolve("config.json"), json);
    }

    private static String basic(String password) {
        return Base64.getEncoder().encodeToString(("alice:" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** A registry of the distribution's on the engine's server, with one user. */
    private static Daemon registry() throws IOException {
        var hash = Command.of(
                        "perl", "-e", "print crypt($ARGV[0], $ARGV[1])", PASSWORD, "$2y$05$abcdefghijklmnopqrstuu")
                .run()
                .orFail();
        var users = Files.writeString(state().resolve("users"), "alice:" + hash.out() + "\n");
        var config = Files.writeString(
                state().resolve("other.yml"),
                """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:5055"}
                auth: {htpasswd: {realm: other, path: %s}}
                """
                        .formatted(state().resolve("other"), users));
        Files.writeString(
                state().resolve("storage.conf"),
                """
                [storage]
                driver = "vfs"
                graphroot = "%s"
                runroot = "%s"
                """
                        .formatted(state().resolve("graph"), state().resolve("run-graph")));
        var daemon = cluster.engineServer().start("other", Command.of("docker-registry", "serve", config.toString()));
        Await.until(
                () -> cluster.engineServer().get("http://" + OTHER + "/v2/").status() == 401,
                SOON,
                () -> "the other registry answers\n" + daemon.tail());
        return daemon;
    }

    private static void copy(Path archive, String name) {
        cluster.engineServer()
                .run(
                        "skopeo",
                        "copy",
                        "--quiet",
                        "--dest-tls-verify=false",
                        "--dest-creds",
                        "alice:" + PASSWORD,
                        "oci-archive:" + archive,
                        "docker://" + OTHER + "/" + name)
                .orFail();
    }
}
