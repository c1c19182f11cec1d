package dev.banyan.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class DocumentTest {
    @Test
    void isYamlInTheOrderOfItsKeys() {
        var item = new LinkedHashMap<String, Object>();
        item.put("name", "web");
        item.put("ready", 2);
        item.put("ok", true);
        item.put("since", Optional.empty());
        item.put("ports", List.of("80/tcp", "443/tcp"));
        item.put("none", List.of());

        assertThat(new Document("banyan.test/1", "items", List.of(item)).in(Format.yaml))
                .isEqualTo(
                        """
                schema: banyan.test/1
                items:
                  - name: web
                    ready: 2
                    ok: true
                    since: null
                    ports:
                      - 80/tcp
                      - 443/tcp
                    none: []
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no",
                "Yes",
                "on",
                "y",
                "~",
                "null",
                "true",
                "010",
                "0x1f",
                "1_000",
                "12:30:45",
                "2026-11-21",
                "1e3",
                ".5",
                "+1",
                "=",
                "<<",
                "",
                " a",
                "a: b",
                "a #b",
                "- a",
                "&a",
                "*a",
                "!a",
                "%a",
                "@a",
                "'",
                "\"",
                "a\nb",
                "\u001b[2J",
                "\u202e",
                "\ud83d\ude00"
            })
    void showsATextAsTheTextItIs(String text) {
        var yaml = new Document("banyan.test/1", "text", List.of(text)).in(Format.yaml);

        assertThat(yaml).matches("[\\n\\x20-\\x7e]*");
        var read = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
        assertThat(read.get("text")).isEqualTo(List.of(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no",
                "Yes",
                "on",
                "y",
                "010",
                "1_000",
                "12:30:45",
                "2026-11-21",
                "2026-11-21T10:00:00Z",
                "=",
                "<<"
            })
    void quotesWhatOlderReadersWouldMistake(String text) {
        assertThat(new Document("banyan.test/1", "text", text).in(Format.yaml)).contains("text: '" + text + "'");
    }

    @Test
    void isJsonForWhoeverAskedForIt() {
        assertThat(new Document("banyan.test/1", "n", 1).in(Format.json))
                .isEqualTo("{\n  \"schema\": \"banyan.test/1\",\n  \"n\": 1\n}\n");
    }

    @Test
    void isOneOfAStream() {
        assertThat(Document.one(Format.json, Map.of("a", 1))).isEqualTo("{ \"a\": 1 }\n");
        assertThat(Document.one(Format.yaml, Map.of("a", 1))).isEqualTo("---\na: 1\n");
    }

    @Test
    void showsTheSameValueTwiceWithoutReferences() {
        var item = new ArrayList<Object>(List.of("x"));

        assertThat(new Document("banyan.test/1", "items", List.of(item, item)).in(Format.yaml))
                .doesNotContain("&", "*");
    }
}
