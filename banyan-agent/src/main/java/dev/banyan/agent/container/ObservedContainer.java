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

    /** The same container, known to be further on its way than the listing shows. */
    public ObservedContainer in(State later) {
        return new ObservedContainer(id, sandboxId, name, attempt, later, labels, annotations);
    }

    /** Whether it ran and does not any more. */
    public boolean ended() {
        return state instanceof State.Ended;
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
