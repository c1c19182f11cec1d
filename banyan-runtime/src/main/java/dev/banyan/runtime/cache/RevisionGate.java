package dev.banyan.runtime.cache;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Lets tasks wait until a revision has passed. Nothing has passed before the first {@link #pass}. Thread-safe. */
final class RevisionGate {
    private record Waiter(long revision, Signal signal) {}

    private final Env env;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Waiter> waiters = new ArrayList<>(); // guarded by lock
    private long passed; // guarded by lock
    private boolean open; // guarded by lock

    RevisionGate(Env env) {
        this.env = env;
    }

    /** The last revision that passed; 0 before. */
    long passed() {
        lock.lock();
        try {
            return passed;
        } finally {
            lock.unlock();
        }
    }

    void pass(long revision) {
        lock.lock();
        try {
            open = true;
            passed = revision;
            waiters.stream().filter(waiter -> waiter.revision() <= passed).forEach(waiter -> waiter.signal()
                    .raise());
        } finally {
            lock.unlock();
        }
    }

    boolean await(long revision, Duration timeout) throws InterruptedException {
        var waiter = new Waiter(revision, env.signal());
        if (enter(waiter)) {
            return true;
        }
        try {
            return waiter.signal().await(timeout);
        } finally {
            leave(waiter);
        }
    }

    /** True when the revision has passed already; else the waiter is registered. */
    private boolean enter(Waiter waiter) {
        lock.lock();
        try {
            boolean there = open && passed >= waiter.revision();
            return there || !waiters.add(waiter);
        } finally {
            lock.unlock();
        }
    }

    private void leave(Waiter waiter) {
        lock.lock();
        try {
            waiters.remove(waiter);
        } finally {
            lock.unlock();
        }
    }
}
