package dev.banyan.cli;

import dev.banyan.cli.command.Interruption;

/** Ctrl-C as the JVM tells of it: it runs hooks, then ends with 130. */
final class ShutdownHook implements Interruption {
    @Override
    public Registration during(Runnable action) {
        var hook = new Thread(action, "interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
        return () -> remove(hook);
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The hook runs already: there is nothing to take back.
        }
    }
}
