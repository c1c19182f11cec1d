package dev.banyan.cli.admin;

import dev.banyan.cli.command.Program;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** The verbs of this room, by name. */
public final class AdminVerbs {
    private AdminVerbs() {}

    /** What makes each verb; the classes are looked at when a verb is made. */
    public static Map<String, Function<Program, Callable<Integer>>> all() {
        var verbs = new LinkedHashMap<String, Function<Program, Callable<Integer>>>();
        verbs.put("cluster", ClusterCommand::new);
        verbs.put("controllers", ControllersCommand::new);
        verbs.put("token", TokenCommand::new);
        return verbs;
    }
}
