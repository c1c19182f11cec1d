package dev.banyan.cli.command;

/** What happens when a person presses Ctrl-C. */
@FunctionalInterface
public interface Interruption {
    /** Runs {@code action} if the program is interrupted before the registration is closed; the program ends after it. */
    Registration during(Runnable action);

    /** Takes the action back. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
