package dev.banyan.agent.container;

import java.util.Map;

/**
 * A container as the runtime has it.
 *
 * @param name name given in {@link ContainerSpec}
 * @param attempt attempt given in {@link ContainerSpec}
 */
public record ObservedContainer(
        String id,
        String sandboxId,
        String name,
        int attempt,
        State state,
        Map<String, String> labels,
        Map<String, String> annotations) {
    public ObservedContainer {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    /** Where a container is in its one way from created to ended. */
    public sealed interface State {
        /** Made, never started. */
        record Created() implements State {}

        record Running() implements State {}

        record Ended(ContainerExit exit) implements State {}

        /** The runtime lost track of it; it can only be removed. */
        record Unknown(String reason) implements State {}
    }
}
