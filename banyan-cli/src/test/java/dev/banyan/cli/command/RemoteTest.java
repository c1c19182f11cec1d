package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.client.Endpoint;
import dev.banyan.api.client.Joining;
import dev.banyan.cli.StubEngine;
import dev.banyan.cli.TestDeployments;
import dev.banyan.cli.cluster.RemoteCluster;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.runtime.env.SystemEnv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private static Path keys = Path.of("");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void speaksToAnEngineOverMutualTlsAndNamesItWhenItIsGone() throws IOException, InterruptedException {
        var bench = new CommandBench(directory, new SystemEnv());
        var _ = bench.cluster.apply(TestDeployments.apply("shop"));
        var engine = StubEngine.start(keys, bench.cluster.store());
        try (engine) {
            bench.setting("XDG_CONFIG_HOME", engine.configurationHome().toString());
            bench.opening(
                    () -> RemoteCluster.access(bench.configuration(), bench.env).open());

            assertThat(answered(bench).out()).contains("shop  1");
        }

        var run = bench.run("ps");

        assertThat(run.exit()).isEqualTo(6);
        assertThat(run.err()).contains("no engine answers; tried " + engine.endpoint(), "Is the engine running");
    }

    /** Asks again while no engine answers: on a busy machine the first connection may take longer than a call may. */
    private static CommandBench.Run answered(CommandBench bench) {
        long began = System.nanoTime();
        var run = bench.run("ps");
        while (run.exit() == ExitCode.UNREACHABLE.number() && System.nanoTime() - began < PATIENCE.toNanos()) {
            run = bench.run("ps");
        }
        return run;
    }

    @Test
    void joiningMakesAContextThatOnlyItsOwnerCanRead() throws IOException, InterruptedException {
        var bench = new CommandBench(directory, new SystemEnv());
        try (var engine = StubEngine.start(keys, bench.cluster.store())) {
            bench.typing("tokenid1." + "s".repeat(43) + "." + "a".repeat(64) + "\n");
            bench.joining((endpoints, newcomer) -> new Joining.Joined(
                    engine.credentials(), "stubcluster", List.of(Endpoint.parse(engine.endpoint())), "registry:7444"));
            bench.opening(
                    () -> RemoteCluster.access(bench.configuration(), bench.env).open());

            var joined = bench.run(
                    "join", "--engine", engine.endpoint(), "--token-file", "-", "--context", "home", "-o", "json");

            assertThat(joined.exit()).as(joined.err()).isZero();
            assertThat(joined.err()).startsWith("joined cluster stubcluster as admin; context \"home\" in ");
            assertThat(joined.out()).contains("\"cluster\": \"stubcluster\"", "credentials/home/registry\"");
            assertThat(answered(bench).exit()).isZero();
            var context = bench.configuration().context();
            assertThat(context.endpoints()).containsExactly(engine.endpoint());
            var key = bench.configuration().credentials(context).key();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
        }
    }
}
