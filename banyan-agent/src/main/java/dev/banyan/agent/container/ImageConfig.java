package dev.banyan.agent.container;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an image says about how it wants to run. */
public record ImageConfig(
        List<String> entrypoint,
        List<String> command,
        Map<String, String> environment,
        Optional<String> user,
        Optional<String> workingDirectory,
        Optional<StopSignal> stopSignal,
        Optional<Check> check) {
    public ImageConfig {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** An image that says nothing of its health. */
    public ImageConfig(
            List<String> entrypoint,
            List<String> command,
            Map<String, String> environment,
            Optional<String> user,
            Optional<String> workingDirectory,
            Optional<StopSignal> stopSignal) {
        this(entrypoint, command, environment, user, workingDirectory, stopSignal, Optional.empty());
    }

    /** The same with this check. */
    public ImageConfig withCheck(Optional<Check> its) {
        return new ImageConfig(entrypoint, command, environment, user, workingDirectory, stopSignal, its);
    }

    /**
     * How its health is asked for.
     *
     * @param test the command and its arguments
     * @param interval zero is not told, as with all that follow
     */
    public record Check(
            List<String> test,
            Duration interval,
            Duration timeout,
            Duration startPeriod,
            Duration startInterval,
            int retries) {
        public Check {
            test = List.copyOf(test);
        }
    }
}
