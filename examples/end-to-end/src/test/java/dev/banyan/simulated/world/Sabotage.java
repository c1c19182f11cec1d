package dev.banyan.simulated.world;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.runtime.store.Store;
import java.util.function.UnaryOperator;

/** Stands between controllers and what they act on, to show that a mistake of theirs would be found. */
public record Sabotage(UnaryOperator<Store> ofEngine, UnaryOperator<ContainerRuntime> ofAgents) {
    /** None. */
    public static final Sabotage NONE = new Sabotage(UnaryOperator.identity(), UnaryOperator.identity());
}
