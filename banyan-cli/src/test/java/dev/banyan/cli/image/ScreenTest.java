package dev.banyan.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.cli.image.News.Done;
import dev.banyan.cli.image.News.Line;
import dev.banyan.cli.image.News.Moved;
import dev.banyan.cli.output.Console;
import dev.banyan.cli.output.Palette;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Duration passed = Duration.ZERO;

    @Test
    void drawsOverItselfOnATerminal() {
        var screen = screen(true);

        screen.show(new Moved("redis:7", "fetched", 1_000_000, 4_000_000));
        screen.show(new Moved("redis:7", "fetched", 2_500_000, 4_000_000));

        assertThat(said())
                .isEqualTo("redis:7: 1.0 of 4.0 MB fetched\n\u001b[1A\u001b[2Kredis:7: 2.5 of 4.0 MB fetched\n");
    }

    @Test
    void writesALineFromTimeToTimeElsewhere() {
        var screen = screen(false);

        screen.show(new Moved("redis:7", "fetched", 1_000_000, 4_000_000));
        assertThat(said()).as("not each time").isEmpty();
        passed = Duration.ofSeconds(3);
        screen.idle();
        screen.idle();

        assertThat(said()).isEqualTo("redis:7: 1.0 of 4.0 MB fetched\n");
    }

    @Test
    void tellsOfWhatMovedOnceMoreAndOfNothingElse() {
        var screen = screen(false);
        screen.show(new Moved("redis:7", "fetched", 1_000_000, 4_000_000));

        screen.show(new Done(Provision.there("redis:7", "sha256:1")));
        screen.show(new Done(Provision.there("nginx", "sha256:2")));

        assertThat(said()).isEqualTo("redis:7: 4.0 MB fetched, done\n");
    }

    @Test
    void showsWhatABuilderSaysWithoutItsControlCharacters() {
        screen(true).show(new Line("web", "step \u001b[31m1\u0007"));

        assertThat(said())
                .startsWith("web | step ")
                .doesNotContain("\u001b", "\u0007")
                .endsWith("\n");
    }

    @Test
    void forgetsAtTheEndWhatWasMoving() {
        var screen = screen(false);
        screen.show(new Moved("redis:7", "fetched", 1_000_000, 4_000_000));

        screen.end();
        passed = Duration.ofSeconds(3);
        screen.idle();

        assertThat(said()).isEmpty();
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Screen screen(boolean terminal) {
        var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        var console = new Console(out, new PrintStream(err, true, StandardCharsets.UTF_8), terminal, Palette.PLAIN);
        return new Screen(console, env());
    }

    private Env env() {
        var real = new SystemEnv();
        var time = new TimeSource() {
            @Override
            public long nanos() {
                return passed.toNanos();
            }

            @Override
            public Instant now() {
                return Instant.EPOCH.plus(passed);
            }
        };
        return (Env) Proxy.newProxyInstance(
                Env.class.getClassLoader(),
                new Class<?>[] {Env.class},
                (proxy, method, words) -> method.getName().equals("time") ? time : method.invoke(real, words));
    }
}
