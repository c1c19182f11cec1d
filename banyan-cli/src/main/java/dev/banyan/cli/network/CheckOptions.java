package dev.banyan.cli.network;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a check is told. */
final class CheckOptions {
    private static final int EACH_MOST = 30;
    private static final int WITHIN_MOST = 3_600;

    @Parameters(paramLabel = "SERVICE", arity = "0..*", description = "Only these, as web or shop/web, and no agents.")
    private List<String> services = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "For each attempt, 1 to 30; ${DEFAULT-VALUE} unless told.")
    private int each;

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "For all of it, 1 to 3600; what is left then is a gap. ${DEFAULT-VALUE} unless told.")
    private int within;

    List<String> services() {
        return services;
    }

    int each() {
        return each;
    }

    int within() {
        return within;
    }

    boolean isSound() {
        return each >= 1 && each <= EACH_MOST && within >= 1 && within <= WITHIN_MOST;
    }
}
