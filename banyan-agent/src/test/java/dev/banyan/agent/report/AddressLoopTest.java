package dev.banyan.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Addresses of a server that come and go are reported within some seconds, and nothing while they stay. */
class AddressLoopTest {
    private static final Duration SOON = Duration.ofSeconds(3);

    private final Simulation simulation = new Simulation(1);
    private final SimulatedProcess process = simulation.process("agent");
    private final ReportLoop report = new ReportLoop(
            process.env(), new MemoryStore(simulation.process("store").env()), "a1");
    private Optional<List<String>> addresses = Optional.of(List.of("192.0.2.7", "2001:db8::7"));
    private int looks;

    private AddressLoop started() {
        var loop = new AddressLoop(process.env(), this::look, report);
        loop.start();
        return loop;
    }

    private List<String> look() {
        looks++;
        return addresses.orElseThrow(
                () -> new UncheckedIOException("cannot look at this server's addresses", new IOException("busy")));
    }

    @AfterEach
    void end() {
        simulation.close();
    }

    @Test
    void tellsTheFirstOnesAtOnce() {
        var ignored = new AddressLoop(process.env(), this::look, report);

        assertThat(report.now().getAddressesList()).containsExactly("192.0.2.7");
        assertThat(report.now().getIpv6AddressesList()).containsExactly("2001:db8::7");
    }

    @Test
    void followsWhatComesAndGoes() {
        var loop = started();
        addresses = Optional.of(List.of("192.0.2.7", "198.51.100.2", "2001:db8::7", "2001:db8::abcd"));
        simulation.runFor(SOON);

        assertThat(report.now().getAddressesList()).containsExactly("192.0.2.7", "198.51.100.2");
        assertThat(report.now().getIpv6AddressesList()).containsExactly("2001:db8::7", "2001:db8::abcd");
        addresses = Optional.of(List.of("2001:db8::abcd"));
        simulation.runFor(SOON);
        assertThat(report.now().getAddressesList()).isEmpty();
        assertThat(report.now().getIpv6AddressesList()).containsExactly("2001:db8::abcd");
        assertThat(loop.health().ready()).isTrue();
    }

    @Test
    void changesNothingWhileTheyStay() {
        started();
        simulation.runFor(SOON);
        var before = report.now();
        int looked = looks;

        simulation.runFor(Duration.ofMinutes(1));

        assertThat(looks).isBetween(looked + 20, looked + 40);
        assertThat(report.now()).isSameAs(before);
    }

    @Test
    void whatCannotBeSeenForAMomentIsAsItWas() {
        var loop = started();
        addresses = Optional.empty();
        simulation.runFor(SOON);

        assertThat(report.now().getAddressesList()).containsExactly("192.0.2.7");
        assertThat(loop.health().ready()).isFalse();
        addresses = Optional.of(List.of("192.0.2.8"));
        simulation.runFor(SOON);
        assertThat(report.now().getAddressesList()).containsExactly("192.0.2.8");
    }
}
