package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.TaskSpawner;
import java.util.List;
import java.util.function.Function;

/** Several things at once. */
final class Concurrently {
    private Concurrently() {}

    /** Runs one task for each of {@code items} and waits for all; throws the failure of the first that failed. */
    static <T> void run(Env env, List<T> items, Function<T, TaskSpawner.Body> body) throws InterruptedException {
        var tasks = items.stream()
                .map(item -> env.tasks().spawn("task " + item, body.apply(item)))
                .toList();
        for (var task : tasks) {
            task.join();
        }
        for (var task : tasks) {
            task.failure().ifPresent(failure -> {
                throw new AssertionError(task.name() + " failed: " + failure.getMessage(), failure);
            });
        }
    }
}
