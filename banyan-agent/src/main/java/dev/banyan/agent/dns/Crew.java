package dev.banyan.agent.dns;

import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.env.TaskSpawner;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Tasks that come and go, so many at once and no more. Thread-safe. */
final class Crew {
    private final TaskSpawner spawner;
    private final String name;
    private final int most;
    private final Map<Long, Task> members = new ConcurrentHashMap<>();
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicLong number = new AtomicLong();

    Crew(TaskSpawner spawner, String name, int most) {
        this.spawner = spawner;
        this.name = name;
        this.most = most;
    }

    /** False when all are busy. */
    boolean start(TaskSpawner.Body body) {
        if (busy.incrementAndGet() > most) {
            busy.decrementAndGet();
            return false;
        }
        long id = number.incrementAndGet();
        var task = spawner.spawn(name, () -> {
            try {
                body.run();
            } finally {
                members.remove(id);
                busy.decrementAndGet();
            }
        });
        members.put(id, task);
        if (task.done()) {
            members.remove(id);
        }
        return true;
    }

    /** Cancels all of them. */
    void dismiss() {
        members.values().forEach(Task::cancel);
    }
}
