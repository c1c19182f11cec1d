package dev.banyan.engine.server.session;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The open relays by agent. Thread-safe. */
final class Relays {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Relay> open = new HashMap<>(); // guarded by lock

    void opened(String agent, Relay relay) {
        lock.lock();
        try {
            open.put(agent, relay);
        } finally {
            lock.unlock();
        }
    }

    void closed(String agent, Relay relay) {
        lock.lock();
        try {
            open.remove(agent, relay);
        } finally {
            lock.unlock();
        }
    }

    Optional<Relay> to(String agent) {
        lock.lock();
        try {
            return Optional.ofNullable(open.get(agent));
        } finally {
            lock.unlock();
        }
    }
}
