package dev.banyan.agent.container;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The daemon's events and who listens. A stream breaks when the daemon dies and begins again some time after it is back; what happens
 * between is lost, and the first event of the new stream says so. Guarded by its server's lock.
 */
final class FakeEvents {
    private final FakeServer server;
    private final Env env;
    private final List<Watcher> watchers = new ArrayList<>();

    FakeEvents(FakeServer server, Env env) {
        this.server = server;
        this.env = env;
    }

    /** A listener; while the daemon is away it hears nothing. */
    Watcher open(String cluster, boolean away) {
        var watcher = new Watcher(cluster, env.signal());
        watchers.add(watcher);
        if (!away) {
            watcher.subscribe("subscribed");
        }
        return watcher;
    }

    void close(Watcher watcher) {
        watchers.remove(watcher);
    }

    void tell(String cluster, ContainerEvent event) {
        watchers.stream()
                .filter(watcher -> watcher.subscribed && watcher.cluster.equals(cluster))
                .forEach(watcher -> watcher.add(event));
    }

    void breakStreams() {
        watchers.forEach(watcher -> watcher.subscribed = false);
    }

    /** All who listen and are not subscribed are so from now on. */
    void subscribe(String reason) {
        watchers.stream().filter(watcher -> !watcher.subscribed).forEach(watcher -> watcher.subscribe(reason));
    }

    /** One listener's events, in order. */
    final class Watcher {
        private final String cluster;
        private final Signal arrived;
        private final Deque<ContainerEvent> events = new ArrayDeque<>();
        private boolean subscribed;

        private Watcher(String cluster, Signal arrived) {
            this.cluster = cluster;
            this.arrived = arrived;
        }

        private void subscribe(String reason) {
            subscribed = true;
            add(new ContainerEvent.Resynchronise(reason));
        }

        private void add(ContainerEvent event) {
            events.add(event);
            arrived.raise();
        }

        ContainerEvent next() throws InterruptedException {
            while (true) {
                var event = server.locked(() -> Optional.ofNullable(events.poll()));
                if (event.isPresent()) {
                    return event.get();
                }
                arrived.await();
            }
        }
    }
}
