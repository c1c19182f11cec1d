package dev.banyan.api.compose.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.node.Node;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EnvironmentsTest {
    @Test
    void letsLaterFilesWinAndTheServiceOverAll() {
        var projects = Projects.web("env_file: [a.env, {path: b.env}]", "environment: {C: own}")
                .file("a.env", "A=a\nB=a\nC=a\n")
                .file("b.env", "B=b\nC=b\n");

        assertThat(environment(projects)).isEqualTo(Map.of("A", "a", "B", "b", "C", "own"));
    }

    @Test
    void inheritsFromTheCallerAndDotEnvWhatHasNoValue() {
        var projects = Projects.web("environment: [ONE, TWO, THREE]")
                .file(".env", "TWO=dot\n")
                .variable("ONE", "caller");

        assertThat(environment(projects)).isEqualTo(Map.of("ONE", "caller", "TWO", "dot"));
    }

    @Test
    void takesAwayWhatTheServiceInheritsFromNobody() {
        var projects = Projects.web("env_file: a.env", "environment: {A: }").file("a.env", "A=a\nB=b\n");

        assertThat(environment(projects)).isEqualTo(Map.of("B", "b"));
    }

    @Test
    void readsARawFileAsItIs() {
        var projects = Projects.web("env_file: [{path: a.env, format: raw}]")
                .file("a.env", "# comment\nA='quoted $B' # stays\n\nB=\nC\n")
                .variable("C", "caller");

        assertThat(environment(projects)).isEqualTo(Map.of("A", "'quoted $B' # stays", "B", "", "C", "caller"));
    }

    @Test
    void fillsInTheCallersVariablesInFiles() {
        var projects = Projects.web("env_file: a.env")
                .file("a.env", "A=$V-${W:-w}\nB=$A\n")
                .variable("V", "v");

        assertThat(environment(projects)).isEqualTo(Map.of("A", "v-w", "B", "v-w"));
    }

    @Test
    void wantsOnlyRequiredFiles() {
        assertThat(Projects.web("env_file: [{path: none.env, required: false}]")
                        .load()
                        .reasons())
                .isEmpty();
        assertThat(Projects.web("env_file: [none.env]").load().reasons())
                .containsExactly("compose.yaml:4:16 services.web.env_file[0]: the file \"none.env\" cannot be read");
    }

    @Test
    void addsTheLabelsOfFilesBelowThoseOfTheService() {
        var loaded = Projects.web("label_file: l.txt", "labels: {b: own}")
                .file("l.txt", "a=file\nb=file\n")
                .load();

        assertThat(loaded.service("web").mapping("labels").text("a")).contains("file");
        assertThat(loaded.service("web").mapping("labels").text("b")).contains("own");
        assertThat(loaded.service("web").member("label_file")).isEmpty();
        assertThat(Projects.web("label_file: [none]").load().reasons())
                .containsExactly("compose.yaml:4:18 services.web.label_file: the file \"none\" cannot be read");
    }

    @Test
    void saysOnceWhereAFileIsWrongThatManyServicesName() {
        var text = "services:\n  a: {image: x, env_file: e.env}\n  b: {image: x, env_file: e.env}\n";

        assertThat(Projects.of(text)
                        .file("e.env", "A=1\nnot a variable\n")
                        .load()
                        .reasons())
                .containsExactly("e.env:2:1 : must be NAME=value (quote a value that runs over several lines)");
    }

    @Test
    void boundsVariablesAndValues() {
        var many = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            many.append("V").append(i).append("=1\n");
        }
        var projects = Projects.web("env_file: [many.env, long.env]", "environment: {X: \"a\\0b\"}")
                .file("many.env", many.toString())
                .file("long.env", "L=" + "x".repeat(40_000) + "\n");

        assertThat(projects.load().reasons())
                .containsExactly(
                        "compose.yaml:5:5 services.web.environment: sets 302 variables; at most 256 are possible",
                        "compose.yaml:5:5 services.web.environment: a value is longer than 32 KiB",
                        "compose.yaml:5:19 services.web.environment.X: a value must be at most 32 KiB and hold no NUL");
    }

    private static Map<String, String> environment(Projects projects) {
        var service = projects.load().service("web");
        var found = new TreeMap<String, String>();
        service.mapping("environment")
                .members()
                .forEach(member -> found.put(member.key(), ((Node.Scalar) member.value()).text()));
        assertThat(service.member("env_file")).isEmpty();
        return found;
    }
}
