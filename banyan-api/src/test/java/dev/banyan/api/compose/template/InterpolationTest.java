package dev.banyan.api.compose.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.project.Projects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {
    @Test
    void fillsValuesAndLeavesKeys() {
        var loaded = Projects.web("labels: {$A: $A, b: '${A}-$$A'}")
                .variable("A", "one")
                .load();

        assertThat(loaded.service("web").mapping("labels").text("$A")).contains("one");
        assertThat(loaded.service("web").mapping("labels").text("b")).contains("one-$A");
    }

    @Test
    void readsWhatAVariableHoldsLikeWhatIsWritten() {
        var loaded = Projects.web("tty: $FLAG", "deploy: {replicas: $COUNT}", "ports: ['$PORT']")
                .variable("FLAG", "yes")
                .variable("COUNT", "3")
                .variable("PORT", "8080:80")
                .load();

        assertThat(loaded.service("web").flag("tty", false)).isTrue();
        assertThat(loaded.service("web").mapping("deploy").text("replicas")).contains("3");
        assertThat(loaded.service("web").items("ports")).hasSize(1);
    }

    @Test
    void makesNoNewYamlOfWhatAVariableHolds() {
        var loaded =
                Projects.web("labels: {a: $A}").variable("A", "{b: c}\nd: *e").load();

        assertThat(loaded.service("web").mapping("labels").text("a")).contains("{b: c}\nd: *e");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "user: x${;4:12 services.web.user: \"${\" begins no variable",
                "user: \"x${A:?no}\";4:13 services.web.user: the variable A is required: no",
                "user: ab${A:-${B:?deep}};4:18 services.web.user: the variable B is required: deep",
                "labels: [a=$];4:16 services.web.labels[0]: \"$\" begins no variable"
            })
    void saysWhereInsideOfTheValue(String line, String expected) {
        assertThat(Projects.web(line).load().reasons())
                .singleElement()
                .asString()
                .startsWith("compose.yaml:" + expected);
    }

    @Test
    void pointsToTheBeginningOfABlock() {
        assertThat(Projects.web("user: |", "  a", "  ${").load().reasons())
                .singleElement()
                .asString()
                .startsWith("compose.yaml:4:11 ");
    }

    @Test
    void warnsOnceOfEachVariableInAllFiles() {
        var loaded = Projects.web("labels: {a: $A, b: $A, c: '${B:-x}', d: $C}")
                .file("compose.override.yaml", "services: {web: {labels: {e: $A}}}")
                .load();

        assertThat(loaded.warnings())
                .containsExactly(
                        "compose.yaml:4:17 services.web.labels.a: the variable A is not set; it becomes empty (set it,"
                                + " or write \"${A:-default}\")",
                        "compose.yaml:4:45 services.web.labels.d: the variable C is not set; it becomes empty (set it,"
                                + " or write \"${C:-default}\")");
    }

    @Test
    void complainsOfNothingInTheAuthorsOwnParts() {
        var loaded = Projects.of("x-a: {b: $, c: $NONE, d: $A}\nservices: {web: {image: x, x-e: '${'}}\n")
                .variable("A", "1")
                .load();

        assertThat(loaded.right().tree().mapping("x-a").text("b")).contains("$");
        assertThat(loaded.right().tree().mapping("x-a").text("d")).contains("1");
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void knowsTheProjectsName() {
        var loaded = Projects.of("name: shop\nservices: {web: {image: '${COMPOSE_PROJECT_NAME}/web'}}")
                .load();

        assertThat(loaded.service("web").text("image")).contains("shop/web");
    }

    @Test
    void boundsWhatVariablesBecome() {
        var lines = new StringBuilder("labels:\n");
        for (int i = 0; i < 200; i++) {
            lines.append("  l").append(i).append(": $A\n");
        }
        var loaded =
                Projects.web(lines.toString()).variable("A", "x".repeat(60_000)).load();

        assertThat(loaded.reasons())
                .singleElement()
                .asString()
                .contains("variables make the file larger than 4096 KiB");
    }

    @Test
    void takesAnEmptyVariableForTextAndNotForNothing() {
        var loaded = Projects.web("user: $A").variable("A", "").load();

        assertThat(loaded.service("web").text("user")).contains("");
    }
}
