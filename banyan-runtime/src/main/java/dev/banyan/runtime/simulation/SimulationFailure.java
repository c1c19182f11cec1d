package dev.banyan.runtime.simulation;

import java.util.Arrays;

/** A simulated run went wrong. The message names the seed that replays it. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** A failure of one run; {@code message} says which. */
    public SimulationFailure(String message) {
        super(message);
    }

    /** A failure of one run by {@code cause}. */
    public SimulationFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** Where a failure comes from, without what differs from run to run: two runs with the same answer failed alike. */
    public static String about(Throwable failure) {
        var root = failure;
        for (var cause = failure.getCause(); failure instanceof SimulationFailure && cause != null; ) {
            root = cause;
            cause = cause instanceof SimulationFailure ? cause.getCause() : null;
        }
        var place = Arrays.stream(root.getStackTrace())
                .filter(frame -> !isTool(frame.getClassName()))
                .findFirst()
                .map(frame -> " at " + frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                .orElse("");
        return root.getClass().getName() + place;
    }

    private static boolean isTool(String type) {
        return type.startsWith("java.")
                || type.startsWith("jdk.")
                || type.startsWith("org.assertj.")
                || type.startsWith("org.junit.");
    }
}
