package dev.banyan.cli.kinds;

import dev.banyan.cli.command.Program;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** The verbs of this room, by name. */
public final class KindVerbs {
    private KindVerbs() {}

    /** What makes each verb; the classes are looked at when a verb is made. */
    public static Map<String, Function<Program, Callable<Integer>>> all() {
        var verbs = new LinkedHashMap<String, Function<Program, Callable<Integer>>>();
        verbs.put("kinds", KindsCommand::new);
        verbs.put("get", GetCommand::new);
        verbs.put("apply", ApplyCommand::new);
        verbs.put("delete", DeleteCommand::new);
        return verbs;
    }
}
