package dev.banyan.cli.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.cli.cluster.Passage;
import dev.banyan.cli.output.Console;
import dev.banyan.cli.output.Palette;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CopyMeterTest {
    private static final String UP_AND_CLEAR = "\u001b[1A\u001b[2K";
    private static final ByteString MEGABYTE = ByteString.copyFrom(new byte[1_000_000]);

    private final Simulation simulation = new Simulation(1);
    private final SimulatedProcess process = simulation.process("cli");
    private final Env env = process.env();
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

    @AfterEach
    void end() {
        simulation.close();
    }

    @Test
    void showsBytesAndRateOverTheLineBeforeAndTakesItAway() {
        inside(() -> {
            var meter = meter(true, false);
            var passage = meter.over(new Through());
            passes(Duration.ofSeconds(1));
            assertThat(passage.send(sent())).isTrue();
            passes(Duration.ofSeconds(1));
            assertThat(passage.receive(Duration.ZERO)).isPresent();
            meter.end();
        });

        assertThat(text()).isEqualTo("1.0 MB, 1.0 MB/s\n" + UP_AND_CLEAR + "2.0 MB, 1.0 MB/s\n" + UP_AND_CLEAR);
    }

    @Test
    void drawsNoOftenerThanEyesFollow() {
        inside(() -> {
            var passage = meter(true, false).over(new Through());
            for (int i = 0; i < 100; i++) {
                passes(Duration.ofMillis(10));
                var ignored = passage.send(sent());
            }
        });

        assertThat(text().lines()).hasSize(5);
    }

    @Test
    void showsNothingWithoutATerminalOrWhenAskedToBeQuiet() {
        inside(() -> {
            for (var meter : new CopyMeter[] {meter(false, false), meter(true, true)}) {
                passes(Duration.ofSeconds(1));
                assertThat(meter.over(new Through()).send(sent())).isTrue();
                meter.end();
            }
        });

        assertThat(text()).isEmpty();
    }

    @Test
    void saysWhatIsSaidOnALineThatStays() {
        inside(() -> {
            var meter = meter(true, false);
            var passage = meter.over(new Through());
            passes(Duration.ofSeconds(1));
            var ignored = passage.send(sent());
            meter.say("left out \u001b[31m");
            passes(Duration.ofSeconds(1));
            ignored = passage.send(sent());
        });

        assertThat(text()).startsWith("1.0 MB, 1.0 MB/s\nleft out ").doesNotContain(UP_AND_CLEAR, "\u001b[31m");
    }

    @Test
    void aCopyThatTookNoTimeHasARate() {
        assertThat(CopyMeter.words(0, 0)).isEqualTo("0.0 MB, 0.0 MB/s");
        assertThat(CopyMeter.words(12_345_678, 500_000_000)).isEqualTo("12.3 MB, 24.7 MB/s");
    }

    private void inside(TaskSpawner.Body work) {
        simulation.runIn(process, Duration.ofMinutes(1), work);
    }

    private void passes(Duration time) throws InterruptedException {
        var ignored = env.signal().await(time);
    }

    private CopyMeter meter(boolean terminal, boolean quiet) {
        var out = new PrintStream(seen, true, StandardCharsets.UTF_8);
        return CopyMeter.of(new Console(out, out, terminal, Palette.PLAIN), env.time(), quiet);
    }

    private String text() {
        return seen.toString(StandardCharsets.UTF_8);
    }

    private static ReachUp sent() {
        return ReachUp.newBuilder().setData(MEGABYTE).build();
    }

    /** Takes everything, and gives a part whenever it is asked. */
    private static final class Through implements Passage {
        @Override
        public boolean send(ReachUp part) {
            return true;
        }

        @Override
        public Optional<ReachDown> receive(Duration atMost) {
            return Optional.of(ReachDown.newBuilder().setData(MEGABYTE).build());
        }

        @Override
        public void close() {}
    }
}
