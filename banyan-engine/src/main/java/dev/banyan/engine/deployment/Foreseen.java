package dev.banyan.engine.deployment;

import dev.banyan.api.v1.PlannedService;
import dev.banyan.api.v1.PlannedTask;
import java.util.List;

/**
 * What a {@link Forecast} has shown.
 *
 * @param services by name
 * @param tasks in the order in which it happens; what is kept comes first
 */
public record Foreseen(List<PlannedService> services, List<PlannedTask> tasks) {
    public Foreseen {
        services = List.copyOf(services);
        tasks = List.copyOf(tasks);
    }
}
