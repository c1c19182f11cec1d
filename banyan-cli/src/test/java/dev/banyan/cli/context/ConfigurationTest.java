package dev.banyan.cli.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.banyan.api.source.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final Context HOME =
            new Context("home", "abc12345", List.of("engine:7443", "unix:/run/x"), "credentials/home");
    private static final Context WORK = new Context("it's", "", List.of("w"), "/abs");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void readsWhatItPrints() {
        var contexts = Contexts.NONE.with(HOME).with(WORK);

        assertThat(Contexts.parse(new SourceText("f", contexts.print()))).isEqualTo(contexts);
        assertThat(Contexts.parse(new SourceText("f", Contexts.NONE.print()))).isEqualTo(Contexts.NONE);
    }

    @Test
    void makesTheNewestContextCurrentAndReplacesItsNamesake() {
        var moved = new Context("home", "other", List.of("e"), "c");
        var contexts = Contexts.NONE.with(HOME).with(WORK).with(moved);

        assertThat(contexts.current()).contains("home");
        assertThat(contexts.all()).containsExactly(WORK, moved);
    }

    @Test
    void namesEveryMistakeWithItsPlace() {
        var text = "currnt: a\ncontexts:\n  a: {endpoint: x}\n";

        assertThatExceptionOfType(ContextException.class)
                .isThrownBy(() -> Contexts.parse(new SourceText("config.yaml", text)))
                .satisfies(failure -> assertThat(failure.words())
                        .contains("config.yaml:1:1: currnt: unknown key \"currnt\"", "did you mean \"current\"?")
                        .contains("config.yaml:3:3: contexts.a: needs endpoints and credentials")
                        .contains("config.yaml:3:7: contexts.a.endpoint: unknown key", "did you mean \"endpoints\"?"));
    }

    @Test
    void linksTheCredentialsUnderTheNamesThatImageToolsWant() throws IOException {
        var configuration = Configuration.of(Map.of("HOME", directory.toString()));
        var credentials = configuration.credentials(HOME);
        Files.createDirectories(credentials.key().getParent());
        Files.writeString(credentials.authority(), "authority");
        Files.writeString(credentials.certificate(), "certificate");
        Files.writeString(credentials.key(), "key");

        var made = configuration.registryCertificates(HOME);
        assertThat(configuration.registryCertificates(HOME)).isEqualTo(made);

        assertThat(made.resolve("ca.crt")).hasContent("authority");
        assertThat(made.resolve("client.cert")).hasContent("certificate");
        assertThat(made.resolve("client.key")).hasContent("key");
        Files.writeString(credentials.certificate(), "renewed");
        assertThat(made.resolve("client.cert")).hasContent("renewed");
    }

    @Test
    void looksWhereTheUserSays() {
        assertThat(Configuration.of(Map.of("HOME", "/h")).file()).isEqualTo(Path.of("/h/.config/banyan/config.yaml"));
        assertThat(Configuration.of(Map.of("HOME", "/h", "XDG_CONFIG_HOME", "/x"))
                        .file())
                .isEqualTo(Path.of("/x/banyan/config.yaml"));
        assertThat(Configuration.of(Map.of("XDG_CONFIG_HOME", "/x", "BANYAN_CONFIG", "/c/b.yaml"))
                        .file())
                .isEqualTo(Path.of("/c/b.yaml"));
    }

    @Test
    void keepsTheFileForItsOwner() throws IOException {
        var configuration = configuration(Map.of());

        configuration.add(HOME);
        configuration.add(WORK);

        assertThat(configuration.context()).isEqualTo(WORK);
        var file = configuration.file();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.resolveSibling("."))))
                .isEqualTo("rwx------");
        assertThat(configuration.credentials(HOME).key()).isEqualTo(file.resolveSibling("credentials/home/key.pem"));
        assertThat(configuration.credentials(WORK).key()).isEqualTo(Path.of("/abs/key.pem"));
    }

    @Test
    void letsTheEnvironmentChooseAContext() {
        configuration(Map.of()).add(HOME);
        configuration(Map.of()).add(WORK);

        assertThat(configuration(Map.of("BANYAN_CONTEXT", "home")).context()).isEqualTo(HOME);
        assertThatExceptionOfType(ContextException.class)
                .isThrownBy(
                        () -> configuration(Map.of("BANYAN_CONTEXT", "none")).context())
                .withMessageContaining("there are: home, it's");
    }

    @Test
    void saysHowToGetAContextWhenThereIsNone() {
        assertThat(configuration(Map.of()).contexts()).isEqualTo(Contexts.NONE);
        assertThatExceptionOfType(ContextException.class)
                .isThrownBy(() -> configuration(Map.of()).context())
                .withMessageContaining("banyan-cli join --engine");
    }

    @Test
    void findsContextsByName() {
        assertThat(Contexts.NONE.with(HOME).named("home")).contains(HOME);
        assertThat(Contexts.NONE.with(HOME).named("work")).isEqualTo(Optional.empty());
    }

    private Configuration configuration(Map<String, String> more) {
        var environment = new HashMap<>(more);
        environment.put("XDG_CONFIG_HOME", directory.toString());
        return Configuration.of(environment);
    }
}
