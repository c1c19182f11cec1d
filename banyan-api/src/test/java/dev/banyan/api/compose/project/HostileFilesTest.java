package dev.banyan.api.compose.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.source.YamlReader;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files made to take long or much. That each is answered at all, in a small heap, is the point; what they cost is measured elsewhere. */
class HostileFilesTest {
    static Stream<Named<String>> bombs() {
        return Stream.of(
                Named.of("nested lists", "a: " + "[".repeat(100_000)),
                Named.of("nested mappings", "{a: ".repeat(60_000)),
                Named.of("nested blocks", repeated(400, i -> " ".repeat(i) + "a:\n")),
                Named.of("a million aliases", "a: &a x\nb: [" + "*a,".repeat(80_000) + "]\n"),
                Named.of("aliases of aliases", laughs()),
                Named.of("merges of merges", merges()),
                Named.of("an alias of itself", "a: &a [*a]\n"),
                Named.of("a long number", "services: {web: {image: x, scale: " + "9".repeat(60_000) + "}}\n"),
                Named.of("a long decimal", "services: {web: {image: x, cpus: 1e" + "9".repeat(60_000) + "}}\n"),
                Named.of("a long text", "a: " + "x".repeat(70_000)),
                Named.of("a long key", "? " + "k".repeat(70_000) + "\n: 1\n"),
                Named.of("a long file", "#".repeat(YamlReader.TEXT_MAX + 1)),
                Named.of("many keys", repeated(20_000, i -> "k" + i + ":\n")),
                Named.of("a key many times", "a: 1\n".repeat(30_000)),
                Named.of("many unknown keys", "services:\n  web:\n" + repeated(9_000, i -> "    imag" + i + ": 1\n")),
                Named.of(
                        "many unknown dependencies",
                        "services:\n" + repeated(190, i -> "  svc" + i + ": {image: x}\n") + "  web: {depends_on: ["
                                + repeated(8_000, i -> "svcx" + i + ",") + "]}\n"),
                Named.of(
                        "many unknown words",
                        "services: {web: {image: x, cap_add: [" + repeated(18_000, i -> "a" + i + ",") + "]}}\n"),
                Named.of(
                        "many wrong mounts",
                        "services: {web: {image: x, volumes: [" + repeated(9_000, i -> "'a:/b" + i + ":rq',")
                                + "]}}\n"),
                Named.of("nested variables", "services: {web: {image: '" + "${A:-".repeat(10_000) + "'}}\n"),
                Named.of(
                        "a long duration",
                        "services: {web: {image: x, stop_grace_period: " + "1s".repeat(30_000) + "}}\n"),
                Named.of("a long mount", "services: {web: {image: x, volumes: ['" + "a:".repeat(30_000) + "']}}\n"),
                Named.of("a long image", "services: {web: {image: '" + "a-".repeat(30_000) + "'}}\n"),
                Named.of("a long port", "services: {web: {image: x, ports: ['" + "1:".repeat(30_000) + "']}}\n"),
                Named.of("tags", "a: !!java.net.URL [x]\n"),
                Named.of("a malformed tag", "!1%1"),
                Named.of("control characters", "services: {web: {image: \"\u0000\u001b[2J\"}}\n"),
                Named.of("lone surrogates", "services: {web: {image: \"\ud800\"}}\n"),
                Named.of("tabs", "services:\n\tweb:\n\t\timage: x\n"));
    }

    private static String repeated(int times, IntFunction<String> part) {
        return IntStream.range(0, times).mapToObj(part).collect(Collectors.joining());
    }

    private static String laughs() {
        return "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
                + IntStream.range(1, 40)
                        .mapToObj(i -> "a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(9)))
                        .collect(Collectors.joining());
    }

    private static String merges() {
        return "a0: &a0 {k: v}\n"
                + IntStream.range(1, 40)
                        .mapToObj(i ->
                                "a%d: &a%d {<<: [%s], k%d: v}\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(9), i))
                        .collect(Collectors.joining());
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void areRefusedWithAPlace(String bomb) {
        var reasons = Projects.of(bomb).load().complaints().refusals();

        assertThat(reasons).isNotEmpty().hasSizeLessThanOrEqualTo(100).allSatisfy(reason -> {
            assertThat(reason.position().line()).isPositive();
            assertThat(reason.message()).hasSizeLessThan(2000);
            assertThat(reason.render().codePoints().filter(Character::isISOControl))
                    .containsOnly((int) '\n');
        });
    }

    @Test
    void areReadOnlySoMany() {
        var projects = Projects.of("include: [" + repeated(300, i -> "f" + i + ".yaml,") + "]\n");
        for (int i = 0; i < 300; i++) {
            projects.file("f" + i + ".yaml", "services: {s" + i + ": {image: x}}\n");
        }

        assertThat(projects.load().reasons()).anySatisfy(reason -> assertThat(reason)
                .endsWith("is not read: a project has at most 200 files of 4096 KiB together"));
    }

    @Test
    void holdOnlySoMuchTogether() {
        var projects = Projects.of("include: [" + repeated(20, i -> "f" + i + ".yaml,") + "]\n");
        for (int i = 0; i < 20; i++) {
            projects.file("f" + i + ".yaml", "x-a: [" + "1,".repeat(15_000) + "]\n");
        }

        assertThat(projects.load().reasons())
                .anySatisfy(reason -> assertThat(reason).endsWith("the files before hold 100000 values together"));
    }

    @Test
    void ofVariablesAreBoundedToo() {
        var growing = "A=" + "x".repeat(1000) + "\n" + repeated(40, i -> "A=$A$A\n");

        assertThat(Projects.of("services: {web: {image: x}}")
                        .file(".env", growing)
                        .load()
                        .reasons())
                .singleElement()
                .asString()
                .contains("variables make its values larger than 1024 KiB");
        assertThat(Projects.of("services: {web: {image: x}}")
                        .file(".env", repeated(30_000, i -> "V" + i + "=\n"))
                        .load()
                        .reasons())
                .singleElement()
                .asString()
                .contains("holds more than 10000 variables");
        assertThat(Projects.of("services: {web: {image: x}}")
                        .file(".env", "not a variable\n".repeat(17_000))
                        .load()
                        .reasons())
                .hasSize(100);
    }
}
