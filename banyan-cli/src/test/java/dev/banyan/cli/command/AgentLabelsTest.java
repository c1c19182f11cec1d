package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.runtime.store.ReadAt;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentLabelsTest {
    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void open() {
        bench = new CommandBench(directory);
        bench.cluster.agent("a1", AgentStatus.State.READY, "10.0.0.1", "eu");
    }

    @Test
    void setsAndTakesAwayLabelsAndLeavesTheRest() {
        assertThat(bench.run("agents", "label", "a1", "zone=eu-1", "disk=ssd"))
                .isEqualTo(new CommandBench.Run(0, "a1  disk=ssd,zone=eu-1\n", ""));

        assertThat(bench.run("agents", "label", "a1", "disk-", "rack=7", "none-")
                        .out())
                .isEqualTo("a1  rack=7,zone=eu-1\n");

        assertThat(agent().getLabelsMap()).isEqualTo(Map.of("rack", "7", "zone", "eu-1"));
        assertThat(agent().getTagsList()).containsExactly("eu");
        assertThat(bench.run("agents").out()).contains("  rack=7,zone=eu-1  ");
        assertThat(bench.run("agents", "-o", "json").out())
                .contains("\"labels\": {\n        \"rack\": \"7\",\n        \"zone\": \"eu-1\"\n      }");
    }

    @Test
    void writesNothingWhenNothingChanges() {
        bench.run("agents", "label", "a1", "zone=eu");
        long revision = revision();

        assertThat(bench.run("agents", "label", "a1", "zone=eu").exit()).isZero();

        assertThat(revision()).isEqualTo(revision);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a1 | zone       | 3 | \"zone\" is neither NAME=VALUE nor NAME-",
                "a1 | zone=      | 3 | '' is no value of a label",
                "a1 | -zone=eu   | 2 | Missing required parameter",
                "a1 | zo ne=eu   | 3 | 'zo ne' is no name of a label",
                "a9 | zone=eu    | 2 | there is no agent \"a9\"",
                "A! | zone=eu    | 2 | there is no agent \"A!\"",
            })
    void refusesWhatIsNoLabelAndChangesNothing(String agent, String change, int exit, String words) {
        long revision = revision();

        var run = bench.run("agents", "label", agent, change);

        assertThat(run.exit()).as(run.err()).isEqualTo(exit);
        assertThat(run.err()).contains(words);
        assertThat(revision()).isEqualTo(revision);
    }

    @Test
    void takesAnAgentOutForGoodAndNoOther() {
        bench.cluster.agent("a2", AgentStatus.State.LOST, "10.0.0.2");

        assertThat(bench.run("agents", "remove", "a1")).isEqualTo(new CommandBench.Run(0, "a1 is removed\n", ""));

        assertThat(bench.run("agents").out()).contains("a2").doesNotContain("a1");
        var again = bench.run("agents", "remove", "a1");
        assertThat(again.exit()).isEqualTo(2);
        assertThat(again.err()).contains("there is no agent \"a1\"; banyan-cli agents lists those that there are");
    }

    @Test
    void removesNothingForAWrongName() {
        long revision = revision();

        for (var name : List.of("A!", "", "a1/x")) {
            var run = bench.run("agents", "remove", name);
            assertThat(run.exit()).as(name).isEqualTo(2);
            assertThat(run.err()).contains("there is no agent");
        }
        assertThat(bench.run("agents", "remove").exit()).isEqualTo(2);
        assertThat(bench.run("agents", "remove", "a1", "a2").exit()).isEqualTo(2);
        assertThat(revision()).isEqualTo(revision);
    }

    private AgentSpec agent() {
        return bench.cluster
                .store()
                .get(Kinds.AGENTS.key("-", "a1"), ReadAt.LATEST)
                .map(Kinds.AGENTS::decode)
                .orElseThrow()
                .spec();
    }

    private long revision() {
        return bench.cluster
                .store()
                .get(Kinds.AGENTS.key("-", "a1"), ReadAt.LATEST)
                .orElseThrow()
                .meta()
                .revision();
    }
}
