package dev.banyan.cli.command;

import dev.banyan.api.identity.IdentityException;
import dev.banyan.api.source.Visible;
import dev.banyan.api.wire.ApiException;
import dev.banyan.cli.context.ContextException;
import dev.banyan.cli.output.Console;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.FailureScreen;
import dev.banyan.runtime.store.StoreException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What escapes a command, in words and as an exit code. */
final class Trouble {
    private final Console console;

    Trouble(Console console) {
        this.console = console;
    }

    int report(Throwable failure) {
        return switch (failure) {
            case ContextException context -> said(ExitCode.USAGE, context.words());
            case ApiException refused -> refused(refused);
            case StoreException unread -> screen(ExitCode.of(unread.reason()), words(unread), List.of());
            case IdentityException identity -> screen(ExitCode.DENIED, words(identity), List.of());
            case UncheckedIOException file -> screen(ExitCode.USAGE, words(file), List.of());
            case InterruptedException interrupted -> ExitCode.INTERRUPTED.number();
            case Throwable defect -> screen(ExitCode.FAILED, defect.toString(), List.of());
        };
    }

    private int refused(ApiException refused) {
        var why = refused.violations().stream()
                .map(violation -> violation.field() + ": " + violation.message())
                .toList();
        return screen(ExitCode.of(refused.reason()), words(refused), why);
    }

    private int screen(ExitCode code, String what, List<String> why) {
        var now = new ArrayList<String>();
        advice(code).ifPresent(now::add);
        console.say(new FailureScreen(what, why, List.of(), now).render(console.palette()));
        return code.number();
    }

    private int said(ExitCode code, String words) {
        console.say(words.lines().map(line -> Visible.text(line) + "\n").reduce("", String::concat));
        return code.number();
    }

    private static Optional<String> advice(ExitCode code) {
        return switch (code) {
            case UNREACHABLE -> Optional.of("Is the engine running, and is this the right context? See config.yaml.");
            case DENIED -> Optional.of("Join again with a new token: banyan-cli join --engine HOST --token-file FILE");
            case CONFLICT -> Optional.of("Look at what is there (banyan-cli ps), then try again.");
            case OK, FAILED, USAGE, INVALID, UNSCHEDULABLE, TIMEOUT, INTERRUPTED -> Optional.empty();
        };
    }

    private static String words(Throwable failure) {
        return Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString);
    }
}
