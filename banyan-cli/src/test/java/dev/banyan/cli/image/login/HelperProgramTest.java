package dev.banyan.cli.image.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.registry.Login;
import dev.banyan.cli.context.ContextException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelperProgramTest {
    @TempDir
    private Path directory = Path.of("");

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void live() {
        environment.put("PATH", directory + ":/usr/bin:/bin");
    }

    @Test
    void asksForTheServerAndTakesThePassword() throws Exception {
        helper("printf '{\"Username\":\"%s of %s\",\"Secret\":\"pw\"}' \"$1\" \"$(cat)\"");

        assertThat(login("x", "ghcr.io")).isEqualTo(new Login.Password("get of ghcr.io", "pw"));
    }

    @Test
    void knowsAnIdentityToken() throws Exception {
        helper("echo '{\"Username\":\"<token>\",\"Secret\":\"kept\"}'");

        assertThat(login("x", "ghcr.io")).isEqualTo(new Login.IdentityToken("kept"));
    }

    @Test
    void givesTheHelperTheCallersVariables() throws Exception {
        environment.put("VAULT", "here");
        helper("printf '{\"Username\":\"%s\",\"Secret\":\"pw\"}' \"$VAULT$HOME\"");

        assertThat(login("x", "ghcr.io")).isEqualTo(new Login.Password("here", "pw"));
    }

    @Test
    void hasNoLoginWhenTheHelperHasNone() throws Exception {
        helper("echo 'credentials not found in native keychain'; exit 1");

        assertThat(new HelperProgram(environment).login("x", "ghcr.io")).isEmpty();
    }

    @Test
    void saysHowAHelperEndedAndNothingThatItSaid() throws Exception {
        helper("echo 's3cret is locked'; echo 's3cret' >&2; exit 4");

        assertThatThrownBy(() -> login("x", "ghcr.io"))
                .isInstanceOfSatisfying(ContextException.class, failed -> assertThat(failed.words())
                        .isEqualTo("docker-credential-x ended with status 4.\n"));
    }

    @Test
    void quotesNoAnswerThatIsNoLogin() throws Exception {
        for (var answer : new String[] {"s3cret", "{\"Username\": \"s3cret\"}", "[]", ""}) {
            helper("echo '" + answer + "'");

            assertThatThrownBy(() -> login("x", "ghcr.io"))
                    .as(answer)
                    .isInstanceOfSatisfying(ContextException.class, failed -> assertThat(failed.words())
                            .isEqualTo("docker-credential-x gives an answer that is no login.\n"))
                    .hasNoCause();
        }
    }

    @Test
    void toleratesOneThatDoesNotListen() throws Exception {
        helper("exec 0<&-; echo '{\"Username\":\"a\",\"Secret\":\"pw\"}'");

        assertThat(login("x", "ghcr.io/" + "long".repeat(40_000))).isEqualTo(new Login.Password("a", "pw"));
    }

    @Test
    void namesTheProgramThatIsMissing() {
        assertThatThrownBy(() -> login("desktop", "ghcr.io"))
                .isInstanceOfSatisfying(ContextException.class, failed -> assertThat(failed.words())
                        .contains(
                                "The login for ghcr.io",
                                "docker-credential-desktop, which is not there",
                                "credsStore"));
    }

    @Test
    void runsNothingThatIsNoNameOfAHelper() {
        for (var name : new String[] {"../x", "x y", "", "x;y"}) {
            assertThatThrownBy(() -> login(name, "ghcr.io"))
                    .as(name)
                    .isInstanceOfSatisfying(ContextException.class, failed -> assertThat(failed.words())
                            .contains("is no name of a credential helper"));
        }
    }

    private Login login(String name, String server) throws InterruptedException {
        return new HelperProgram(environment).login(name, server).orElseThrow();
    }

    private void helper(String script) throws IOException {
        var file = Files.writeString(directory.resolve("docker-credential-x"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
