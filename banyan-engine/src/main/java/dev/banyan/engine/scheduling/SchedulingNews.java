package dev.banyan.engine.scheduling;

import dev.banyan.engine.scheduling.BindingPlan.Binding;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells people where tasks went, and why others went nowhere: each cause once, however often somebody looks again. Shared by all reconciles
 * of an engine, and thread-safe; what was told is known to the engine that told it, so that the next owner of an app tells it once more.
 */
public final class SchedulingNews {
    private final EventRecorder events;

    /** By app, as long as it has tasks without an agent: the cause by service. */
    private final Map<ObjectKey, Map<String, String>> told = new ConcurrentHashMap<>();

    public SchedulingNews(EventRecorder events) {
        this.events = events;
    }

    /** The app has no task that waits. */
    void settled(ObjectKey deployment) {
        told.remove(deployment);
    }

    /** {@code causes} by service are all that the app has. */
    void unplaced(ObjectKey deployment, Map<String, String> causes) {
        var before = causes.isEmpty() ? told.remove(deployment) : told.put(deployment, causes);
        causes.forEach((service, why) -> {
            if (before == null || !why.equals(before.get(service))) {
                events.warning(deployment, "Unplaceable", service + ": " + why);
            }
        });
    }

    /** The plan was committed. */
    void placed(ObjectKey deployment, BindingPlan plan) {
        for (Binding binding : plan.bindings()) {
            events.normal(
                    binding.task().key(), "Placed", "on " + binding.assignment().getAgent());
        }
        plan.volumes()
                .forEach((name, volume) -> events.normal(
                        deployment, "VolumePlaced", "volume " + name + " is on " + volume.getAgent() + " from now on"));
    }
}
