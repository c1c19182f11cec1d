package dev.banyan.cli.logs;

import dev.banyan.cli.command.Program;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** The verbs of this room, by name. */
public final class LogVerbs {
    private LogVerbs() {}

    /** What makes each verb; the classes are looked at when a verb is made. */
    public static Map<String, Function<Program, Callable<Integer>>> all() {
        return Map.of("logs", LogsCommand::new);
    }
}
