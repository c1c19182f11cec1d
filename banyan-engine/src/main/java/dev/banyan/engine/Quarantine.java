package dev.banyan.engine;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Quarantined;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Tells people of objects that cannot be decoded: each once as an event, and all as long as they are there in the engine's health. */
final class Quarantine extends TaskComponent {
    private static final Duration PERIOD = Duration.ofSeconds(2);

    /** Objects that the health names; the log has all. */
    private static final int NAMED_MAX = 5;

    private final List<? extends Informer<?, ?>> informers;
    private final EventRecorder events;
    private final Signal pause; // never raised: waiting on it is a wait that cancellation ends

    Quarantine(List<? extends Informer<?, ?>> informers, EventRecorder events, Env env) {
        super(env, "quarantine");
        this.informers = List.copyOf(informers);
        this.events = events;
        this.pause = env.signal();
    }

    /** Not ready while there is one: what it is about stands still. */
    @Override
    protected Health working() {
        var held = held();
        if (held.isEmpty()) {
            return Health.ready("every object can be decoded");
        }
        var named = held.stream()
                .limit(NAMED_MAX)
                .map(object -> object.key() + " (" + object.reason() + ")")
                .toList();
        return Health.notReady(held.size() + " objects cannot be decoded, and nothing is decided from them: "
                + String.join(", ", named) + "; correct or delete them");
    }

    @Override
    protected void run() throws InterruptedException {
        Set<String> told = Set.of();
        while (true) {
            told = tell(told);
            pause.await(PERIOD);
        }
    }

    /** Tells what is new; the answer is all that is told and still there. */
    private Set<String> tell(Set<String> told) {
        var now = new TreeSet<String>();
        for (var object : held()) {
            var line = object.key() + "@" + object.revision();
            now.add(line);
            if (!told.contains(line)) {
                events.warning(object.key(), "Undecodable", object.reason() + "; nothing is decided from it");
            }
        }
        return now;
    }

    private List<Quarantined> held() {
        return informers.stream()
                .flatMap(informer -> informer.quarantined().stream())
                .toList();
    }
}
