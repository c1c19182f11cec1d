package dev.banyan.agent.workload;

/**
 * Time that goes on over restarts of the agent, and through suspends, but not over a reboot: waits that must survive the agent are
 * measured by it. Thread-safe.
 */
public interface BootClock {
    /** Milliseconds since boot. */
    long millis();

    /** Identity of the boot that {@link #millis()} counts from. */
    String bootId();
}
