package dev.banyan.runtime.simulation.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SettlingTest {
    private static final Kind<String, String> LAMPS = Texts.kind("lamps");
    private static final ObjectKey LAMP = LAMPS.key("default", "one");
    private static final Settling SETTLING = new Settling(Duration.ofSeconds(60), Duration.ofSeconds(30));

    private final Simulation simulation = new Simulation(3);
    private final SimulatedProcess process = simulation.process("p");
    private final MemoryStore truth = new MemoryStore(process.env());

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void answersHowLongItTookAndWaitsOutTheWindow() {
        task(() -> {
            pause(10);
            light("on");
        });

        assertThat(check()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
        assertThat(simulation.time().elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void takesNoTimeWhereAllIsAsWantedAlready() {
        light("on");

        assertThat(check()).isZero();
    }

    @Test
    void saysWhatIsNotAsWantedWhenItNeverBecomesSo() {
        light("off");

        assertThatThrownBy(this::check)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not settled after PT1M and PT30S: the lamp is Optional[off]");
    }

    @Test
    void doesNotTakeFlappingForRest() {
        task(() -> {
            for (int turn = 0; ; turn++) {
                light(turn % 4 == 0 ? "off" : "on");
                pause(5);
            }
        });

        assertThatThrownBy(this::check).hasMessageContaining("not settled");
    }

    @Test
    void doesNotTakeWritingTheSameAgainAndAgainForRest() {
        light("on");
        task(() -> {
            for (int turn = 0; ; turn++) {
                status("turn " + turn);
                pause(20);
            }
        });

        assertThatThrownBy(this::check).hasMessageContaining(LAMP + " was written");
    }

    @Test
    void letsBeWrittenAtRestWhatIsRestless() {
        light("on");
        task(() -> {
            for (int turn = 0; ; turn++) {
                status("turn " + turn);
                pause(20);
            }
        });

        assertThat(SETTLING.check(simulation, truth, this::difference, LAMP::equals))
                .isZero();
    }

    @Test
    void looksAgainAfterEachWriteThoughNobodyNotesIt() {
        light("on");
        task(() -> {
            pause(40);
            light("off");
            pause(1);
            light("on");
        });
        light("off");
        task(() -> {
            pause(20);
            light("on");
        });

        assertThat(check()).isGreaterThan(Duration.ofSeconds(41));
    }

    @Test
    void isTooLateAfterItsBound() {
        task(() -> {
            pause(61);
            light("on");
        });

        assertThatThrownBy(this::check).hasMessageContaining("not settled");
    }

    private Duration check() {
        return SETTLING.check(simulation, truth, this::difference, key -> false);
    }

    private Optional<String> difference() {
        var spec = truth.get(LAMP, ReadAt.LATEST).map(LAMPS::decode).map(lamp -> lamp.spec());
        return spec.filter("on"::equals).isPresent() ? Optional.empty() : Optional.of("the lamp is " + spec);
    }

    private void task(TaskSpawner.Body body) {
        process.env().tasks().spawn("task", body);
    }

    private void pause(long seconds) throws InterruptedException {
        process.env().signal().await(Duration.ofSeconds(seconds));
    }

    private void light(String spec) {
        var write = truth.get(LAMP, ReadAt.LATEST)
                .map(LAMPS::decode)
                .<Write>map(lamp -> Write.spec(LAMPS, lamp, spec))
                .orElseGet(() -> Write.create(LAMPS, LAMP, spec));
        truth.commit(Commit.of(write)).orFail();
    }

    private void status(String status) {
        var lamp = LAMPS.decode(truth.get(LAMP, ReadAt.LATEST).orElseThrow());
        truth.commit(Commit.of(Write.status(LAMPS, lamp, status))).orFail();
    }
}
