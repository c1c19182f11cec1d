package dev.banyan.agent.probe;

import dev.banyan.api.v1.Probe;
import java.time.Duration;

/** What really tries a way. Thread-safe. */
@FunctionalInterface
public interface Ways {
    /** How {@code probe}, which keeps to the rules, comes out; takes about {@code timeout} at most, twice that where two things are tried. */
    Finding attempt(Probe probe, Duration timeout) throws InterruptedException;
}
