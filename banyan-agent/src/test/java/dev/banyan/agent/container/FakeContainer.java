package dev.banyan.agent.container;

import dev.banyan.runtime.env.Signal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A container as it truly is, and since when the daemon says so. Guarded by its server's lock. */
final class FakeContainer {
    final String id;
    final String cluster;
    final String sandboxId;
    final ContainerSpec spec;
    final Map<String, String> labels;
    final Behaviour behaviour;

    /** Who waits for its end. */
    final List<Signal> waiting = new ArrayList<>();

    /** What commands do in this container alone. */
    final Map<List<String>, Behaviour> commands = new HashMap<>();

    /** From when on the daemon's listing shows the end; in the time of the environment. */
    long noticedAt;

    private ObservedContainer.State state = new ObservedContainer.State.Created();

    FakeContainer(String id, FakeSandbox sandbox, ContainerSpec spec, Map<String, String> labels, Behaviour behaviour) {
        this.id = id;
        this.cluster = sandbox.cluster;
        this.sandboxId = sandbox.id;
        this.spec = spec;
        this.labels = labels;
        this.behaviour = behaviour;
    }

    /** Whether its process truly runs. */
    boolean running() {
        return state instanceof ObservedContainer.State.Running;
    }

    boolean created() {
        return state instanceof ObservedContainer.State.Created;
    }

    void is(ObservedContainer.State now) {
        state = now;
    }

    Optional<ContainerExit> exit() {
        return state instanceof ObservedContainer.State.Ended ended ? Optional.of(ended.exit()) : Optional.empty();
    }

    /** The end has happened, and the daemon's listing does not show it yet. */
    boolean unnoticed(long now) {
        return exit().isPresent() && now < noticedAt;
    }

    /** What the daemon says of it. */
    ObservedContainer observed(long now) {
        var shown = unnoticed(now) ? new ObservedContainer.State.Running() : state;
        return new ObservedContainer(id, sandboxId, spec.name(), spec.attempt(), shown, labels, spec.annotations());
    }

    String title() {
        return spec.name() + "/" + spec.attempt();
    }
}
