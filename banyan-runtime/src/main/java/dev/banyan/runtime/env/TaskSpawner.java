package dev.banyan.runtime.env;

/** Starts tasks. Thread-safe. */
public interface TaskSpawner {
    /** What a task does. It ends by returning; an {@link InterruptedException} means that it was cancelled. */
    @FunctionalInterface
    interface Body {
        /** Does the work, on the task itself. */
        void run() throws Exception;
    }

    /**
     * Starts {@code body} at once. Whoever starts a task also cancels and joins it. An exception that escapes the body ends the task, is
     * logged under its name, and is kept in {@link Task#failure()}.
     */
    Task spawn(String name, Body body);
}
