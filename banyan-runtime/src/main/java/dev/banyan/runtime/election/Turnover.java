package dev.banyan.runtime.election;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The present {@link Holding} of one process, and those who act on it. One task changes it, anybody reads it. */
final class Turnover {
    /** Who acts on the holding. Called on the task that changes it, when {@link Turnover#holding} answers the new one already. */
    interface Listener {
        void turnedOver(Holding before, Holding now);
    }

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Signal> waiting = new CopyOnWriteArrayList<>();

    private volatile Holding holding = Holding.NONE; // written by the task of whoever elects

    Holding holding() {
        return holding;
    }

    void addListener(Listener listener) {
        listeners.add(listener);
    }

    /** Takes what is held from now on; answers whether that is anything new. */
    boolean become(Holding now) {
        var before = holding;
        if (before.same(now)) {
            return false;
        }
        holding = now;
        listeners.forEach(listener -> listener.turnedOver(before, now));
        waiting.forEach(Signal::raise);
        return true;
    }

    /** Waits at most {@code atMost} until something is held and not in doubt; true when it is. */
    boolean awaitActive(Env env, Duration atMost) throws InterruptedException {
        var turned = env.signal();
        waiting.add(turned);
        try {
            long until = env.time().nanos() + atMost.toNanos();
            while (!holding.active() && until - env.time().nanos() > 0) {
                turned.await(Duration.ofNanos(until - env.time().nanos()));
            }
            return holding.active();
        } finally {
            waiting.remove(turned);
        }
    }
}
