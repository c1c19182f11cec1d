package dev.banyan.runtime.simulation.weather;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostWeatherTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(5);

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void letsClocksDriftWithinWhatQuartzDoes() {
        var host = simulation.host("h");
        var seen = new ArrayList<Integer>();
        HostWeather.over(simulation, List.of(host), all(HostWeather.DRIFT), SECOND);
        for (int i = 0; i < 200; i++) {
            simulation.runFor(SECOND);
            seen.add(host.clock().driftPpm());
        }

        assertThat(seen).allMatch(ppm -> Math.abs(ppm) <= 200);
        assertThat(seen).anyMatch(ppm -> ppm > 50).anyMatch(ppm -> ppm < -50);
    }

    @Test
    void letsTheWallClockJumpEitherWay() {
        var host = simulation.host("h");
        var ahead = new ArrayList<Duration>();
        HostWeather.over(simulation, List.of(host), all(HostWeather.JUMP), SECOND);
        for (int i = 0; i < 500; i++) {
            simulation.runFor(SECOND);
            ahead.add(Duration.between(simulation.time().now(), host.clock().now()));
        }

        assertThat(ahead).anyMatch(Duration::isPositive).anyMatch(Duration::isNegative);
        assertThat(host.clock().nanos()).isEqualTo(simulation.time().nanos());
    }

    @Test
    void letsAHostStandStillAndGoOn() {
        var host = simulation.host("h");
        HostWeather.over(simulation, List.of(host), all(HostWeather.FREEZE), SECOND);

        for (int i = 0; i < 3; i++) {
            assertThat(simulation.runUntil(host::isFrozen, Duration.ofHours(1))).isTrue();
            assertThat(simulation.runUntil(
                            () -> !host.isFrozen(), Duration.ofMinutes(2).plus(SECOND)))
                    .isTrue();
        }
    }

    @Test
    void sparesHostsThatAreNotNamedAndAllOfThemWhenCalm() {
        var host = simulation.host("h");
        var other = simulation.host("other");
        var faults = all(HostWeather.ALL.toArray(FaultKind[]::new));
        HostWeather.over(simulation, List.of(host), faults, SECOND);
        simulation.runFor(Duration.ofMinutes(10));
        assertThat(other.clock().now()).isEqualTo(simulation.time().now());
        long strikes = faults.struck().size();
        assertThat(strikes).isPositive();

        faults.calm();
        simulation.runFor(Duration.ofMinutes(10));

        assertThat(faults.struck()).hasSize((int) strikes);
        assertThat(host.isFrozen()).isFalse();
    }

    private static FaultPlan all(FaultKind... kinds) {
        return FaultPlan.all(5, List.of(kinds));
    }
}
