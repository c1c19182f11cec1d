package dev.banyan.api.config;

import java.io.PrintStream;
import java.util.List;

/**
 * One thing that a daemon's program does when told to by its first word.
 *
 * @param name such as {@code run}
 * @param meaning one line for {@code --help}
 * @param own settings that have a meaning for this verb alone
 */
public record Verb(String name, String meaning, List<Option> own, Body body) {
    public Verb {
        own = List.copyOf(own);
    }

    /** A verb with the settings that all verbs share. */
    public static Verb of(String name, String meaning, Body body) {
        return new Verb(name, meaning, List.of(), body);
    }

    /** What the verb does; what it throws is a failure that is told and ends the program with 1. */
    @FunctionalInterface
    public interface Body {
        void run(Settings settings, PrintStream out) throws InterruptedException;
    }
}
