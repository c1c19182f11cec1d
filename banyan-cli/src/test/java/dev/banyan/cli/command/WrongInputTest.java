package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.TestDeployments;
import dev.banyan.cli.context.ContextException;
import dev.banyan.runtime.store.StoreException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrongInputTest {
    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void deploy() {
        bench = new CommandBench(directory);
        var _ = bench.cluster.apply(TestDeployments.apply("shop"));
        bench.file("good.yaml", "services: {a: {image: x}}\n");
        bench.file("broken.yaml", "services: [\n");
        bench.file(
                "bomb.yaml",
                "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n");
        bench.file("token", "not a token");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pss                                        | 2 | Did you mean: ",
                "''                                         | 2 | Usage: banyan-cli",
                "ps --outptu json                           | 2 | Unknown option",
                "ps -o xml                                  | 2 | expected one of",
                "ps shpo                                    | 2 | did you mean \"shop\"?",
                "ps UPPER_case                              | 2 | there is no app \"UPPER_case\"",
                "down                                       | 2 | Missing required parameter: 'APP'",
                "down nothing                               | 2 | there is no app \"nothing\"",
                "logs --tail x shop                         | 2 | 'x' is not an int",
                "scale shop web                             | 2 | ",
                "scale shop web=-1                          | 2 | 0 to 1000 replicas",
                "scale shop web=many                        | 2 | ",
                "up                                         | 2 | There is no compose.yaml",
                "up -f none.yaml                            | 2 | The file \"none.yaml\" cannot be read",
                "up -f good.yaml --timeout soon             | 2 | 'soon' is no time",
                "up -f good.yaml --tag No_Tag               | 2 | --tag must be",
                "up -f good.yaml -p My_App                  | 3 | project name \"My_App\"",
                "up -f broken.yaml                          | 3 | broken.yaml:2:1: is not valid YAML",
                "up -f bomb.yaml                            | 3 | bomb.yaml",
                "join --engine e --token-file token         | 2 | The token is not one",
                "join --engine e --token-file none          | 2 | There is no file none",
                "join --engine e                            | 2 | --token-file",
                "init --token-file none                     | 2 | There is no file none"
            })
    void isRefusedWithItsExitCode(String words, int exit, String message) {
        var run = bench.run(words.isBlank() ? new String[0] : words.strip().split(" "));

        assertThat(run.exit()).as(run.err()).isEqualTo(exit);
        assertThat(run.err()).contains(message == null ? "" : message.strip());
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"DENIED, 5", "UNAUTHENTICATED, 5", "UNAVAILABLE, 6", "CONFLICT, 8", "INTERNAL, 1", "TOO_LARGE, 3"})
    void refusalsOfTheEngineHaveTheirExitCode(Reason reason, int exit) {
        bench.cluster.failNext(
                new ApiException(reason, "no engine answers; tried e1:7443 (refused), e2:7443 (refused)"));

        var run = bench.run("status");

        assertThat(run.exit()).isEqualTo(exit);
        assertThat(run.err()).startsWith("WHAT  no engine answers; tried e1:7443 (refused), e2:7443 (refused)\n");
    }

    @Test
    void failedReadsHaveTheirExitCode() {
        bench.opening(() -> {
            throw new StoreException(StoreException.Reason.UNAVAILABLE, "tried e1:7443");
        });

        assertThat(bench.run("ps").exit()).isEqualTo(6);
    }

    @Test
    void aDefectIsAFailureWithItsName() {
        bench.opening(() -> {
            throw new IllegalStateException("broken invariant");
        });

        var run = bench.run("ps");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("IllegalStateException: broken invariant");
    }

    @Test
    void sayingWhereTheContextIsMissingIsNoScreen() {
        bench.opening(() -> {
            throw new ContextException("There is none.\nJoin one.\n");
        });

        assertThat(bench.run("ps")).isEqualTo(new CommandBench.Run(2, "", "There is none.\nJoin one.\n"));
    }

    @Test
    void helpIsDataAndShowsExamples() {
        var run = bench.run("up", "--help");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Usage: banyan-cli up", "Examples:", "--timeout");
        assertThat(bench.run("--help").out()).contains("Exit codes:", "agents", "scale");
    }

    @Test
    void aTokenNeverShowsUp() {
        var secret = "s".repeat(42);
        bench.typing("tokenid1." + secret + "." + "a".repeat(64));

        var run = bench.run("join", "--engine", "e", "--token-file", "-");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("malformed secret").doesNotContain(secret);
    }

    @Test
    void joiningNamesTheEnginesThatDoNotAnswer() {
        bench.typing("tokenid1." + "s".repeat(43) + "." + "a".repeat(64) + "\n");
        bench.setting("USER", "Ann!");

        var run = bench.run("join", "--engine", "e1", "--engine", "e2:7", "--token-file", "-");

        assertThat(run.exit()).isEqualTo(6);
        assertThat(run.err()).contains("admin finds no engine at e1, e2:7");
        assertThat(bench.run("init", "--token-file", "-").err()).contains("unix:/run/banyan/engine.sock");
    }
}
