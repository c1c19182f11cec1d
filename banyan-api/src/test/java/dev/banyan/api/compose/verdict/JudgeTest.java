package dev.banyan.api.compose.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.node.Trail;
import dev.banyan.api.compose.project.Projects;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Everything;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.compose.verdict.Verdict.Refused;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JudgeTest {
    @Test
    void refusesWithPlaceReasonAndWhatToWriteInstead() {
        assertThat(reasons(Projects.web("cpu_percent: 5", "isolation: x", "cgroup_parent: none")))
                .containsExactly(
                        "compose.yaml:4:5 services.web.cpu_percent: \"cpu_percent\" is not supported: it is for containers of"
                                + " Windows (write \"cpus\")",
                        "compose.yaml:5:5 services.web.isolation: \"isolation\" is not supported: it is for containers of"
                                + " Windows (to go on without it, list it under x-banyan-ignore)",
                        "compose.yaml:6:5 services.web.cgroup_parent: \"cgroup_parent\" is not supported: agents choose where control groups are"
                                + " (to go on without it, list it under x-banyan-ignore)");
    }

    @Test
    void findsWhatIsBelowAnHonouredKeyInEveryItem() {
        assertThat(reasons(
                        Projects.web("gpus: [{count: 1, options: {a: b}}, {count: 1}, {count: 2, options: {a: b}}]")))
                .extracting(line -> line.replaceAll(": \".*", ""))
                .containsExactly(
                        "compose.yaml:4:23 services.web.gpus[0].options",
                        "compose.yaml:4:64 services.web.gpus[2].options");
    }

    @Test
    void refusesAWholeKeyOnce() {
        assertThat(reasons(Projects.web("credential_spec: {file: a, registry: b}")))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "oom_kill_disable: false",
                "use_api_socket: false",
                "deploy: {mode: replicated}",
                "ports: [{target: 80, mode: ingress}]",
                "develop: {watch: [{path: ., action: rebuild}]}",
                "attach: false",
                "expose: [80]",
                "ports: [{target: 80, name: http, app_protocol: http}]",
                "x-own: {cap_add: 1}",
            })
    void takesWhatAsksForNothing(String line) {
        assertThat(reasons(Projects.web(line))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "oom_kill_disable: true",
                "use_api_socket: true",
                "gpus: [{count: 1, options: {a: b}}]",
            })
    void refusesTheOtherValueOfTheSameKey(String line) {
        assertThat(reasons(Projects.web(line))).hasSize(1);
    }

    /** Nothing that has a verdict of refusal passes, and nothing else is refused. */
    @Test
    void refusesExactlyTheKeysWhoseVerdictSaysSo() {
        var everything = Everything.TEXT;
        var loaded = Projects.of(everything.replaceAll("x-banyan-ignore.*", ""))
                .variable("COMPOSE_PROFILES", "p")
                .load();
        Judge.check(loaded.right().tree(), List.of(), spot(loaded));

        var refused = new TreeSet<String>();
        loaded.complaints().refusals().forEach(reason -> refused.add(reason.field()));
        var expected = new TreeSet<String>();
        for (var key : ComposeKeys.SERVICE.keys().keySet()) {
            if (Verdicts.ALL.of("services.*." + key) instanceof Refused) {
                expected.add("services.web." + key);
            }
        }
        for (var key : ComposeKeys.DOCUMENT.keys().keySet()) {
            if (Verdicts.ALL.of(key) instanceof Refused) {
                expected.add(key);
            }
        }
        assertThat(refused).containsAll(expected);
        refused.removeAll(expected);
        assertThat(refused)
                .allSatisfy(field -> assertThat(Verdicts.ALL.of(table(field))).isInstanceOf(Refused.class));
    }

    private static String table(String field) {
        return field.replaceFirst("^services\\.[a-z]+", "services.*")
                .replaceAll("\\[[0-9]+]", ".*")
                .replaceFirst("^(configs|secrets|volumes|networks)\\.[a-z]+", "$1.*")
                .replaceFirst("(services\\.\\*\\.networks)\\.[a-z]+", "$1.*")
                .replaceFirst("depends_on\\.[a-z]+", "depends_on.*");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x-banyan-ignore: [driver_opts, gpus.*.options]",
                "x-banyan-ignore: [\"gpus[0].options\", driver_opts]",
                "x-banyan-ignore: [gpus.0.options, '*']",
            })
    void warnsOfWhatAServiceAccepts(String line) {
        var judged = judged(Projects.web("driver_opts: {a: b}", "gpus: [{count: 1, options: {a: b}}]", line));

        assertThat(judged.reasons()).isEmpty();
        assertThat(judged.warnings())
                .containsExactly(
                        "compose.yaml:4:5 services.web.driver_opts: \"driver_opts\" is ignored: it is an option of Docker's drivers"
                                + " (it is listed under x-banyan-ignore)",
                        "compose.yaml:5:23 services.web.gpus[0].options: \"options\" is ignored: it is for Docker's drivers"
                                + " (it is listed under x-banyan-ignore)");
    }

    @Test
    void takesOnePathWithoutAList() {
        assertThat(reasons(Projects.web("driver_opts: {a: b}", "x-banyan-ignore: driver_opts")))
                .isEmpty();
    }

    @Test
    void acceptsForAllServicesAtTheTop() {
        var two =
                "services:\n  a: {image: x, cgroup_parent: none}\n  b: {image: x, cgroup_parent: none}\nmodels: {n: {model: x}}\n";

        assertThat(reasons(Projects.of(two))).hasSize(3);
        assertThat(reasons(Projects.of(two + "x-banyan-ignore: [services.*.cgroup_parent, models]")))
                .isEmpty();
        assertThat(reasons(Projects.of(two + "x-banyan-ignore: [services.a.cgroup_parent, models]")))
                .singleElement()
                .asString()
                .contains("services.b.cgroup_parent");
    }

    @Test
    void acceptsForItsOwnServiceOnly() {
        assertThat(reasons(Projects.of(
                        "services:\n  a: {image: x, cgroup_parent: none, x-banyan-ignore: [cgroup_parent]}\n"
                                + "  b: {image: x, cgroup_parent: none}\n")))
                .singleElement()
                .asString()
                .contains("services.b.cgroup_parent");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "drivr_opts          | there is no \"drivr_opts\" to ignore (did you mean \"driver_opts\"?)",
                "cap_add        | there is no \"cap_add\" to ignore",
                "image          | \"image\" is not refused: there is nothing to ignore (remove it from the list)",
                "expose         | \"expose\" is not refused: there is nothing to ignore (remove it from the list)",
                "dns            | there is no \"dns\" to ignore",
                "credential_spec.file | \"credential_spec.file\" is not refused: there is nothing to ignore (write \"credential_spec\")",
                "gpus           | \"gpus\" is not refused: there is nothing to ignore (write \"gpus[0].options\")",
                "services.web.driver_opts | there is no \"services.web.driver_opts\" to ignore",
            })
    void complainsOfWhatIsListedForNothing(String path, String message) {
        var project = Projects.web(
                "driver_opts: {a: b}",
                "credential_spec: {file: a}",
                "expose: [80]",
                "gpus: [{count: 1, options: {a: b}}]",
                "x-banyan-ignore: [driver_opts, credential_spec, gpus.*.options, " + path + "]");

        assertThat(reasons(project))
                .singleElement()
                .asString()
                .startsWith("compose.yaml:8:")
                .endsWith("services.web.x-banyan-ignore[3]: " + message);
    }

    @Test
    void complainsAtTheTopToo() {
        assertThat(
                        reasons(
                                Projects.of(
                                        "services: {a: {image: x, cgroup_parent: none}}\nx-banyan-ignore: [services.a.cgroup_paren]\n")))
                .containsExactly(
                        "compose.yaml:1:26 services.a.cgroup_parent: \"cgroup_parent\" is not supported: agents choose where control groups are"
                                + " (to go on without it, list it under x-banyan-ignore)",
                        "compose.yaml:2:19 x-banyan-ignore[0]: there is no \"services.a.cgroup_paren\" to ignore"
                                + " (did you mean \"services.a.cgroup_parent\"?)");
    }

    @Test
    void saysNothingOfServicesThatAreLeftOut() {
        var text =
                "services:\n  a: {image: x}\n  b: {image: x, profiles: [p], cgroup_parent: none}\nx-banyan-ignore: [%s]\n";

        for (var path : List.of("services.b.cgroup_parent", "services.*.cgroup_parent")) {
            assertThat(reasons(Projects.of(text.formatted(path)))).isEmpty();
            assertThat(reasons(Projects.of(text.formatted(path)).variable("COMPOSE_PROFILES", "p")))
                    .isEmpty();
        }
        assertThat(reasons(Projects.of(text.formatted("services.a.cgroup_parent"))))
                .hasSize(1);
    }

    @Test
    void refusesMorePathsThanAnybodyNeeds() {
        var paths = IntStream.rangeClosed(0, Ignoring.PATHS_MAX)
                .mapToObj(number -> "a" + number)
                .collect(Collectors.joining(", "));

        assertThat(reasons(Projects.web("x-banyan-ignore: [" + paths + "]")))
                .singleElement()
                .asString()
                .endsWith("lists 101 paths; at most 100 are possible");
    }

    @Test
    void joinsTheListsOfSeveralFiles() {
        var project = Projects.web("cgroup_parent: none", "driver_opts: {a: b}", "x-banyan-ignore: [cgroup_parent]")
                .file("compose.override.yaml", "services: {web: {x-banyan-ignore: [driver_opts, cgroup_parent]}}\n");

        assertThat(reasons(project)).isEmpty();
        assertThat(project.load().web()).contains("x-banyan-ignore:\n  - cgroup_parent\n  - driver_opts\n");
    }

    @Test
    void forgetsTheListOfAnEarlierFileWhenToldSo() {
        var project = Projects.web("cgroup_parent: none", "x-banyan-ignore: [cgroup_parent]")
                .file("compose.override.yaml", "services: {web: {x-banyan-ignore: !reset }}\n");

        assertThat(reasons(project)).singleElement().asString().contains("services.web.cgroup_parent");
    }

    @Test
    void takesTheListOfAServiceThatIsExtended() {
        assertThat(reasons(Projects.of(
                        "services:\n  a: {image: x, cgroup_parent: none, x-banyan-ignore: [cgroup_parent]}\n"
                                + "  b: {extends: a, oom_kill_disable: true, x-banyan-ignore: [oom_kill_disable]}\n")))
                .isEmpty();
    }

    @Test
    void takesTheListOfAnIncludedFile() {
        var project = Projects.of("include: [db.yaml]\nservices: {a: {image: x, oom_kill_disable: true}}\n"
                        + "x-banyan-ignore: [services.a.oom_kill_disable]\n")
                .file(
                        "db.yaml",
                        "services: {db: {image: x, cgroup_parent: none}}\nx-banyan-ignore: services.db.cgroup_parent\n");

        assertThat(reasons(project)).isEmpty();
        assertThat(project.load().printed())
                .contains("x-banyan-ignore:\n  - services.db.cgroup_parent\n  - services.a.oom_kill_disable\n");
    }

    @Test
    void takesTheListOfAnIncludedFileAlsoWhenThereIsNoOther() {
        var project = Projects.of("include: [db.yaml]\nservices: {a: {image: x}}\n")
                .file(
                        "db.yaml",
                        "services: {db: {image: x, cgroup_parent: none}}\nx-banyan-ignore: services.db.cgroup_parent\n");

        assertThat(reasons(project)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "x-banyan-ingore: [dns],x-banyan-ingore,did you mean \"x-banyan-ignore\"?",
        "deploy: {x-banyan-slow: 1},x-banyan-slow,",
    })
    void refusesKeysThatLookLikeBanyansOwn(String line, String key, String suggestion) {
        var reason = Projects.web(line).load().complaints().refusals().getFirst();

        assertThat(reason.message()).isEqualTo("unknown key \"" + key + "\"");
        assertThat(reason.suggestion().orElse("")).isEqualTo(suggestion == null ? "" : suggestion);
    }

    @Test
    void answersListsThatAreMeantToTakeLong() {
        var gpus = "gpus: [" + "{count: 1, options: {a: b}},".repeat(2_000) + "]";
        var paths = IntStream.range(0, 90)
                .mapToObj(number -> "'gpus.*.option" + number + "'")
                .collect(Collectors.joining(","));

        for (var list :
                List.of(paths, "'" + "a.".repeat(20_000) + "'", "'" + "[".repeat(20_000) + "'", "'', '.', '*'")) {
            var judged = judged(Projects.web(gpus, "x-banyan-ignore: [" + list + "]"));
            assertThat(judged.complaints().refusals())
                    .isNotEmpty()
                    .hasSizeLessThanOrEqualTo(100)
                    .allSatisfy(reason -> assertThat(reason.message()).hasSizeLessThan(200));
        }
    }

    private static List<String> reasons(Projects project) {
        return judged(project).reasons();
    }

    private static Projects.Result judged(Projects project) {
        var loaded = project.load();
        var disabled = loaded.right().disabled();
        Judge.check(loaded.right().tree(), disabled, spot(loaded));
        return loaded;
    }

    private static Spot spot(Projects.Result loaded) {
        var tree = loaded.project().orElseThrow().tree();
        return new Spot(loaded.complaints(), Trail.ROOT, tree.place());
    }
}
