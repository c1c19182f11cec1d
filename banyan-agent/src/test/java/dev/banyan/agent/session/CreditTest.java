package dev.banyan.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CreditTest {
    private final Simulation simulation = new Simulation(1);
    private final Env env = simulation.process("agent").env();
    private final Credit credit = new Credit(env.signal());
    private final AtomicInteger spent = new AtomicInteger();

    @AfterEach
    void end() {
        simulation.close();
    }

    @Test
    void isSpentAsOftenAsItWasGivenAndNoOftener() {
        var spending = env.tasks().spawn("spending", () -> {
            while (true) {
                credit.spend();
                spent.incrementAndGet();
            }
        });
        passes();
        assertThat(spent).hasValue(0);

        credit.give(3);
        passes();
        assertThat(spent).hasValue(3);

        credit.give(1);
        credit.give(2);
        passes();
        assertThat(spent).hasValue(6);
        assertThat(spending.done()).isFalse();
    }

    @Test
    void isKeptUntilItIsSpent() {
        credit.give(2);
        env.tasks().spawn("spending", () -> {
            credit.spend();
            credit.spend();
            spent.set(2);
        });
        passes();

        assertThat(spent).hasValue(2);
    }

    @Test
    void whoWaitsCanBeCancelled() {
        var waiting = env.tasks().spawn("waiting", credit::spend);
        passes();

        waiting.cancel();
        passes();

        assertThat(waiting.done()).isTrue();
    }

    private void passes() {
        simulation.runFor(Duration.ofSeconds(1));
    }
}
