package dev.banyan.cli.image.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.registry.ImageName;
import dev.banyan.api.registry.Login;
import dev.banyan.cli.context.ContextException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginsTest {
    private static final Login ALICE = new Login.Password("alice", "se:cret");

    @TempDir
    private Path home = Path.of("");

    private final Map<String, String> environment = new HashMap<>();
    private final List<String> helped = new ArrayList<>();
    private Optional<Login> helps = Optional.empty();

    @BeforeEach
    void live() {
        environment.put("HOME", home.toString());
    }

    @Test
    void findsNothingWhereNobodyHasLoggedIn() throws Exception {
        assertThat(login("ghcr.io/a/b")).isEmpty();
        docker("{}");
        assertThat(login("ghcr.io/a/b")).isEmpty();
        docker("{\"auths\": {\"ghcr.io\": {}}}");
        assertThat(login("ghcr.io/a/b")).isEmpty();
    }

    @Test
    void readsWhatDockerKeeps() throws Exception {
        docker("{\"auths\": {\"ghcr.io\": {\"auth\": \"" + encoded("alice:se:cret") + "\"}}}");

        assertThat(login("ghcr.io/a/b:1")).contains(ALICE);
        assertThat(login("quay.io/a/b:1")).isEmpty();
        assertThat(login("redis")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://index.docker.io/v1/", "index.docker.io", "docker.io"})
    void knowsAllNamesOfDockersRegistry(String key) throws Exception {
        docker("{\"auths\": {\"" + key + "\": {\"username\": \"alice\", \"password\": \"se:cret\"}}}");

        assertThat(login("redis:7")).contains(ALICE);
    }

    @Test
    void prefersTheLoginForTheLongestPartOfTheName() throws Exception {
        docker("{\"auths\": {\"ghcr.io\": {\"auth\": \"" + encoded("host:1") + "\"}, \"ghcr.io/team\": {\"auth\": \""
                + encoded("team:2") + "\"}}}");

        assertThat(login("ghcr.io/team/web")).contains(new Login.Password("team", "2"));
        assertThat(login("ghcr.io/teams/web")).contains(new Login.Password("host", "1"));
    }

    @Test
    void readsIdentityTokens() throws Exception {
        docker("{\"auths\": {\"x.io\": {\"auth\": \"" + encoded("alice:") + "\", \"identitytoken\": \"opaque\"}}}");

        assertThat(login("x.io/a")).contains(new Login.IdentityToken("opaque"));
    }

    @Test
    void looksWhereTheUserSaysAndThenAtPodmans() throws Exception {
        file("own/config.json", "{\"auths\": {\"a.io\": {\"auth\": \"" + encoded("own:1") + "\"}}}");
        file(".docker/config.json", "{\"auths\": {\"b.io\": {\"auth\": \"" + encoded("usual:1") + "\"}}}");
        file("run/containers/auth.json", "{\"auths\": {\"c.io\": {\"auth\": \"" + encoded("podman:1") + "\"}}}");
        environment.put("DOCKER_CONFIG", home.resolve("own").toString());
        environment.put("XDG_RUNTIME_DIR", home.resolve("run").toString());

        assertThat(login("a.io/x")).contains(new Login.Password("own", "1"));
        assertThat(login("b.io/x")).isEmpty();
        assertThat(login("c.io/x")).contains(new Login.Password("podman", "1"));
    }

    @Test
    void asksTheHelperOfTheRegistryBeforeTheOneOfAll() throws Exception {
        docker("{\"credHelpers\": {\"a.io\": \"special\"}, \"credsStore\": \"pass\"}");
        helps = Optional.of(ALICE);

        assertThat(login("a.io/x")).contains(ALICE);
        login("b.io/x");
        login("redis");

        assertThat(helped).containsExactly("special a.io", "pass b.io", "pass https://index.docker.io/v1/");
    }

    @Test
    void takesWhatIsWrittenWhereTheHelperHasNothing() throws Exception {
        docker("{\"credsStore\": \"pass\", \"auths\": {\"a.io\": {\"auth\": \"" + encoded("alice:se:cret") + "\"}}}");

        assertThat(login("a.io/x")).contains(ALICE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"secret-word", "[\"secret-word\"]", "{\"auths\": {\"a.io\": {\"auth\": \"%secret-word%\"}}}"})
    void saysWhichFileItDoesNotUnderstandAndNothingOfItsContent(String text) throws Exception {
        docker(text);

        assertThatThrownBy(() -> login("a.io/x"))
                .isInstanceOf(ContextException.class)
                .hasMessageContaining(home.resolve(".docker/config.json").toString())
                .hasMessageNotContaining("secret-word")
                .hasNoCause();
    }

    @Test
    void speaksToHelpersAsDockerDoes() throws Exception {
        program("docker-credential-good", "read server; printf '{\"Username\":\"u-%s\",\"Secret\":\"s\"}' \"$server\"");
        program("docker-credential-token", "printf '{\"Username\":\"<token>\",\"Secret\":\"opaque\"}'");
        program("docker-credential-none", "echo 'credentials not found in native keychain'; exit 1");
        program("docker-credential-bad", "echo 'sesame'; exit 3");
        program("docker-credential-mumble", "echo 'sesame'");
        environment.put("PATH", home.resolve("bin").toString());
        var helper = new HelperProgram(environment);

        assertThat(helper.login("good", "a.io")).contains(new Login.Password("u-a.io", "s"));
        assertThat(helper.login("token", "a.io")).contains(new Login.IdentityToken("opaque"));
        assertThat(helper.login("none", "a.io")).isEmpty();
        for (var name : List.of("bad", "mumble", "absent", "../bin/good")) {
            assertThatThrownBy(() -> helper.login(name, "a.io"))
                    .as(name)
                    .isInstanceOf(ContextException.class)
                    .hasMessageContaining(name)
                    .hasMessageNotContaining("sesame");
        }
    }

    private void program(String name, String script) throws IOException {
        var file = file("bin/" + name, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Optional<Login> login(String image) throws InterruptedException {
        return new Logins(environment, (name, server) -> {
                    helped.add(name + " " + server);
                    return helps;
                })
                .of(ImageName.parse(image));
    }

    private void docker(String text) throws IOException {
        file(".docker/config.json", text);
    }

    private Path file(String name, String text) throws IOException {
        var file = home.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, text);
    }

    private static String encoded(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
