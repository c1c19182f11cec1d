package dev.banyan.api.compose.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.banyan.api.compose.ComposeLoader;
import dev.banyan.api.compose.ComposeOutcome;
import dev.banyan.api.compose.project.Request;
import dev.banyan.api.compose.schema.ComposeKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page and the schema for editors against the tables: whoever changes a verdict changes them in the same commit. */
class ComposeDocumentsTest {
    private static final String ACCEPT =
            "./mvnw test -pl banyan-api -am -Dtest=ComposeDocumentsTest -Dbanyan.compose=accept"
                    + " -Dsurefire.failIfNoSpecifiedTests=false";
    private static final Path DOCUMENTS = Path.of("..", "docs");

    @ParameterizedTest
    @CsvSource({"compose.md", "compose-schema.json"})
    void areWhatTheTablesSay(String name) throws Exception {
        var file = DOCUMENTS.resolve(name);
        var now = name.equals("compose.md") ? ComposePage.text() : EditorSchema.text();
        if ("accept".equals(System.getProperty("banyan.compose"))) {
            Files.writeString(file, now);
        }

        assertThat(now)
                .as("docs/" + name + " and the tables differ; if that is meant, run: " + ACCEPT)
                .isEqualTo(Files.readString(file));
    }

    @Test
    void haveALineForEveryKeyWithAVerdictOfItsOwn() {
        var page = ComposePage.text();

        assertThat(Verdicts.ALL.ownPaths()).allSatisfy(path -> assertThat(page)
                .contains("\n| `" + path.replaceFirst("^services\\.\\*\\.", "") + "` | "));
        assertThat(page)
                .contains("| `oom_kill_disable` | refused |", "| `mac_address` | not yet |", "| `attach` | metadata |");
    }

    @Test
    void haveASchemaWithEveryKey() {
        var schema = JsonParser.parseString(EditorSchema.text()).getAsJsonObject();
        var found = new ArrayList<String>();
        collect(schema, "", found);

        assertThat(found).containsExactlyInAnyOrderElementsOf(ComposeKeys.DOCUMENT.paths());
    }

    private static void collect(JsonObject schema, String path, List<String> found) {
        var prefix = path.isEmpty() ? "" : path + ".";
        if (schema.get("properties") instanceof JsonObject properties) {
            properties.entrySet().forEach(entry -> {
                found.add(prefix + entry.getKey());
                collect(entry.getValue().getAsJsonObject(), prefix + entry.getKey(), found);
            });
        }
        for (var inner : List.of("items", "additionalProperties")) {
            if (schema.get(inner) instanceof JsonObject below) {
                collect(below, prefix + "*", found);
            }
        }
    }

    @Test
    void haveASchemaThatStrikesThroughWhatIsRefused() {
        var schema = JsonParser.parseString(EditorSchema.text()).getAsJsonObject();
        var service = below(schema, "properties", "services", "additionalProperties", "properties");

        assertThat(service.getAsJsonObject("mac_address").get("deprecated").getAsBoolean())
                .isTrue();
        assertThat(service.getAsJsonObject("mac_address").get("description").getAsString())
                .isEqualTo("Refused, not yet supported: It comes with settings of networks.");
        assertThat(service.getAsJsonObject("image").has("deprecated")).isFalse();
        assertThat(service.getAsJsonObject("tty").get("type")).hasToString("[\"string\",\"boolean\",\"null\"]");
    }

    private static JsonObject below(JsonObject schema, String... steps) {
        JsonElement at = schema;
        for (var step : steps) {
            at = at.getAsJsonObject().get(step);
        }
        return at.getAsJsonObject();
    }

    @Test
    void haveAnExampleThatLoads() {
        var example = ComposePage.text().replaceFirst("(?s).*```yaml\n(.*?)```.*", "$1");
        var outcome = ComposeLoader.load(
                Request.in(Path.of("/srv/app"), Map.of()),
                path -> path.endsWith("compose.yaml") ? Optional.of(example) : Optional.empty());

        assertThat(outcome).isInstanceOfSatisfying(ComposeOutcome.Loaded.class, loaded -> assertThat(loaded.warnings())
                .hasSize(2));
    }
}
