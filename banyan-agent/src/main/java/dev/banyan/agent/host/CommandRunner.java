package dev.banyan.agent.host;

/** Runs commands. Thread-safe. */
@FunctionalInterface
public interface CommandRunner {
    /**
     * Runs {@code line} to its end; any exit status is a result.
     *
     * @throws HostException when the program could not be started, took longer or wrote more than it may
     * @throws InterruptedException when the calling task is cancelled; the program is killed first
     */
    CommandResult run(CommandLine line) throws InterruptedException;
}
