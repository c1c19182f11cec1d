package dev.banyan.agent.container;

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
        Optional<StopSignal> stopSignal) {
    public ImageConfig {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
