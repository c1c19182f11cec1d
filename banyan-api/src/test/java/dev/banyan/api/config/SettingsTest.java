package dev.banyan.api.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.config.Settings.Entry;
import dev.banyan.api.config.Settings.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    private static final List<Option> OPTIONS = List.of(
            new Option("api-port", "7443", "where the API listens"),
            new Option("lost", "7s", "silence before tasks move"),
            new Option("etcd-endpoints", "", "an etcd of your own"));

    @TempDir
    private Path directory;

    @Test
    void fallsBackToTheDefault() {
        var settings = resolve(Map.of(), Map.of(), Optional.empty());

        assertThat(settings.entries()).contains(new Entry("api-port", "7443", "default"));
        assertThat(settings.duration("lost")).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void flagBeatsVariableBeatsFile() throws IOException {
        var file = Optional.of(Files.writeString(directory.resolve("engine.yaml"), "api-port: 1\nlost: 1s\n"));

        assertThat(resolve(Map.of("api-port", "3"), Map.of("BANYAN_API_PORT", "2"), file)
                        .port("api-port"))
                .isEqualTo(3);
        assertThat(resolve(Map.of(), Map.of("BANYAN_API_PORT", "2"), file).port("api-port"))
                .isEqualTo(2);
        assertThat(resolve(Map.of(), Map.of(), file).entries())
                .contains(new Entry(
                        "api-port", "1", directory.resolve("engine.yaml").toString()));
    }

    @Test
    void listsAreWrittenWithCommasOrAsYaml() throws IOException {
        var file = Files.writeString(directory.resolve("engine.yaml"), "etcd-endpoints: [a, b]\n");

        assertThat(resolve(Map.of(), Map.of(), Optional.of(file)).list("etcd-endpoints"))
                .containsExactly("a", "b");
        assertThat(resolve(Map.of("etcd-endpoints", "c, d"), Map.of(), Optional.empty())
                        .list("etcd-endpoints"))
                .containsExactly("c", "d");
    }

    @Test
    void refusesAllThatItDoesNotKnowAtOnce() throws IOException {
        var file = Files.writeString(directory.resolve("engine.yaml"), "apiport: 1\nlost: {a: b}\n");

        assertThatThrownBy(() -> resolve(Map.of("prot", "1"), Map.of(), Optional.of(file)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("unknown flag --prot")
                .hasMessageContaining("unknown key 'apiport'")
                .hasMessageContaining("'lost' is neither one value nor a list");
    }

    @Test
    void saysWhereAMalformedValueCameFrom() {
        assertThatThrownBy(() -> resolve(Map.of("api-port", "70000"), Map.of(), Optional.empty())
                        .port("api-port"))
                .hasMessage("api-port is '70000' (from --api-port), which is not a number from 1 to 65535");
        assertThatThrownBy(() -> resolve(Map.of("lost", "soon"), Map.of(), Optional.empty())
                        .duration("lost"))
                .hasMessageContaining("which is not a duration");
    }

    @Test
    void saysThatAFileIsMissingOrMalformed() throws IOException {
        var missing = Optional.of(directory.resolve("nothing.yaml"));
        var malformed = Optional.of(Files.writeString(directory.resolve("bad.yaml"), "a: [\n"));

        assertThatThrownBy(() -> resolve(Map.of(), Map.of(), missing)).hasMessageContaining("cannot read");
        assertThatThrownBy(() -> resolve(Map.of(), Map.of(), malformed)).hasMessageContaining("is no YAML");
    }

    private static Settings resolve(Map<String, String> flags, Map<String, String> environment, Optional<Path> file) {
        return Settings.resolve(OPTIONS, new Sources(flags, environment, file));
    }
}
