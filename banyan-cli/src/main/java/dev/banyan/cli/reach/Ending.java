package dev.banyan.cli.reach;

import dev.banyan.api.source.Visible;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.cli.output.Console;
import dev.banyan.cli.output.ExitCode;

/** What the outcome of a session means for the program. */
final class Ending {
    /** As Docker has it: the session failed, not the command. */
    static final int SESSION_FAILED = 125;

    private static final int NOT_EXECUTABLE = 126;
    private static final int NO_COMMAND = 127;

    private Ending() {}

    /** Says what failed, and how the program ends; for sessions that run no command. */
    static int say(Console console, ReachOutcome outcome) {
        return switch (outcome.getHowCase()) {
            case EXIT_CODE -> outcome.getExitCode();
            case DONE, HOW_NOT_SET -> ExitCode.OK.number();
            case FAILURE -> {
                words(console, outcome.getFailure());
                yield outcome.getFailure().getKind() == ReachFailure.Kind.ABSENT
                        ? ExitCode.USAGE.number()
                        : ExitCode.FAILED.number();
            }
        };
    }

    /** The exit code is the command's, and those of Docker for what is none. */
    static int ofCommand(Console console, ReachOutcome outcome) {
        if (!outcome.hasFailure()) {
            return say(console, outcome);
        }
        words(console, outcome.getFailure());
        return switch (outcome.getFailure().getKind()) {
            case NO_COMMAND -> NO_COMMAND;
            case NOT_EXECUTABLE -> NOT_EXECUTABLE;
            case KIND_UNSPECIFIED, ABSENT, INVALID, NOT_LISTENING, TOO_MANY, IDLE, FAILED, UNRECOGNIZED ->
                SESSION_FAILED;
        };
    }

    private static void words(Console console, ReachFailure failure) {
        console.say("banyan-cli: " + Visible.text(failure.getMessage()) + "\n");
    }
}
