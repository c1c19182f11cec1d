package dev.banyan.cli.completion;

import dev.banyan.cli.command.Program;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** The verb of this room, by name. */
public final class CompletionVerbs {
    private CompletionVerbs() {}

    /** What makes the verb. */
    public static Map<String, Function<Program, Callable<Integer>>> all() {
        return Map.of("completion", CompletionCommand::new);
    }
}
