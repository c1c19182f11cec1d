package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Cluster;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The CLI in the hands of somebody who is not root and is in no group. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserTest {
    private static final int FIRST = 61_234;
    private static final int SECOND = 61_235;

    private final Cluster cluster = Cluster.start(1);

    @BeforeAll
    void pushImage() {
        cluster.push(DemoImage.of("busybox"));
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    @Test
    void joinsDeploysAndLooksWithoutRoot() throws IOException {
        var user = user("first", FIRST);
        var token = given(user, cluster.token("admin"));
        var file = given(user, WebApp.compose(cluster, "mine", 8080, 1));

        cluster.cliAs(user, "join", "--engine", cluster.api(), "--token-file", token.toString())
                .orFail();
        var up = cluster.cliAs(user, "up", "-f", file.toString()).orFail();
        var ps = cluster.cliAs(user, "ps", "mine").orFail();

        assertThat(up.out()).contains("web  http://" + cluster.agentServer(1).address() + ":8080");
        assertThat(ps.out()).containsPattern("web +0 +1 +" + cluster.agentName(1) + " +ready");
        cluster.cliAs(user, "logs", "mine", "web").orFail();
        cluster.cliAs(user, "down", "mine").orFail();
        assertAllIsTheUsersAlone(user);
    }

    @Test
    void joinsByTheSocketOfTheEngineWithoutRoot() throws IOException {
        var user = user("second", SECOND);
        var token = given(user, cluster.token("admin"));

        cluster.cliAs(user, "join", "--engine", "unix:" + cluster.socket(), "--token-file", token.toString())
                .orFail();

        assertThat(cluster.cliAs(user, "agents").orFail().out()).contains(cluster.agentName(1));
    }

    @Test
    void whoHasNotJoinedIsToldHowAndSeesNothing() {
        var output = cluster.cliAs(user("third", SECOND + 1), "ps");

        assertThat(output.status()).as(output.toString()).isEqualTo(2);
        assertThat(output.err()).contains("has joined no cluster yet").contains("banyan-cli join");
        assertThat(output.out()).isEmpty();
    }

    @Test
    void aTokenThatWasSpentJoinsNobodyElse() throws IOException {
        var token = cluster.token("admin");
        var user = user("fourth", SECOND + 2);
        var other = user("fifth", SECOND + 3);
        cluster.cliAs(
                        user,
                        "join",
                        "--engine",
                        cluster.api(),
                        "--token-file",
                        given(user, token).toString())
                .orFail();

        var output = cluster.cliAs(
                other,
                "join",
                "--engine",
                cluster.api(),
                "--token-file",
                given(other, token).toString());

        assertThat(output.status()).as(output.toString()).isEqualTo(5);
        assertThat(other.home().resolve(".config/banyan/config.yaml")).doesNotExist();
    }

    private User user(String name, int id) {
        return User.create(id, cluster.engineServer().state().resolve("home-" + name));
    }

    private static Path given(User user, Path file) throws IOException {
        var own = Files.copy(file, user.home().resolve(file.getFileName()));
        user.own(own);
        return own;
    }

    private static void assertAllIsTheUsersAlone(User user) throws IOException {
        var directory = user.home().resolve(".config/banyan");
        try (var files = Files.walk(directory)) {
            assertThat(files).hasSizeGreaterThan(3).allSatisfy(file -> {
                assertThat(Files.getAttribute(file, "unix:uid"))
                        .as(file.toString())
                        .isEqualTo(user.id());
                if (file.endsWith("key.pem") || file.endsWith("client.key")) {
                    var attributes = Files.readAttributes(file, PosixFileAttributes.class);
                    assertThat(PosixFilePermissions.toString(attributes.permissions()))
                            .isEqualTo("rw-------");
                }
            });
        }
    }
}
