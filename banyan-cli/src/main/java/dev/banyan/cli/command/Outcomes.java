package dev.banyan.cli.command;

import dev.banyan.cli.app.AppEvents;
import dev.banyan.cli.output.Console;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.progress.Ending;
import dev.banyan.cli.progress.Explanation;
import dev.banyan.runtime.store.Store;

/** Says how following an app ended, when it did not end well. */
final class Outcomes {
    private final Program program;
    private final Console console;
    private final Store store;
    private final String app;
    private final String again;

    /** {@code again} is the command that was given; the events of the app are read from {@code store}. */
    Outcomes(Program program, Store store, String app, String again) {
        this.program = program;
        this.console = program.console();
        this.store = store;
        this.app = app;
        this.again = again;
    }

    ExitCode report(Ending ending) {
        return switch (ending) {
            case Ending.Ready ready -> ExitCode.OK;
            case Ending.Failed failed -> {
                console.say(Explanation.of(failed, again).render(console.palette()) + lastEvents());
                yield ExitCode.FAILED;
            }
            case Ending.Blocked blocked -> {
                console.say(Explanation.of(blocked, app, again).render(console.palette()) + lastEvents());
                yield ExitCode.FAILED;
            }
            case Ending.Unplaceable unplaceable -> {
                console.say(Explanation.of(unplaceable, again).render(console.palette()) + lastEvents());
                yield ExitCode.UNSCHEDULABLE;
            }
            case Ending.Superseded other -> {
                console.say("somebody deployed release " + other.release() + " of " + app
                        + " meanwhile; see banyan-cli ps " + app + "\n");
                yield ExitCode.CONFLICT;
            }
            case Ending.Gone gone -> {
                console.say("somebody removed " + app + " meanwhile\n");
                yield ExitCode.CONFLICT;
            }
            case Ending.TimedOut timedOut -> {
                console.say("time is over; " + app + " goes on by itself. Watch it: banyan-cli ps " + app + "\n"
                        + lastEvents());
                yield ExitCode.TIMEOUT;
            }
        };
    }

    private String lastEvents() {
        return AppEvents.words(store, app, program.env().time().now());
    }
}
