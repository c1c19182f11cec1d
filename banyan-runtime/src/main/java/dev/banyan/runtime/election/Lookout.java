package dev.banyan.runtime.election;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WatchBatch;
import java.time.Duration;
import java.util.Optional;

/**
 * Follows a selection by a watch for somebody who also looks by himself now and then: it makes him quick, and he does not depend on it. What
 * a broken watch has missed is told as a gap.
 */
final class Lookout {
    /** Who wants to know. Called on the lookout's task. */
    interface Listener {
        void changed(WatchBatch.Changes changes);

        /** Anything may have changed. */
        void missed();
    }

    /** A broken watch is opened again this much later; until then its owner's own looks must do. */
    private static final Duration REOPEN = Duration.ofMillis(200);

    private final String name;
    private final Store store;
    private final Selection selection;
    private final Env env;
    private final Listener listener;
    private final Signal pause; // never raised: waiting on it is a wait that cancellation ends

    private volatile Optional<Task> task = Optional.empty(); // written by whoever starts

    Lookout(String name, Store store, Selection selection, Env env, Listener listener) {
        this.name = name;
        this.store = store;
        this.selection = selection;
        this.env = env;
        this.listener = listener;
        this.pause = env.signal();
    }

    void start() {
        task = Optional.of(env.tasks().spawn(name, this::run));
    }

    /** Ends the task without waiting for it: it holds nothing. */
    void stop() {
        task.ifPresent(Task::cancel);
    }

    private void run() throws InterruptedException {
        while (true) {
            try {
                follow();
            } catch (StoreException away) {
                // its owner meets the same trouble at the next look, and reports it
            }
            pause.await(REOPEN);
        }
    }

    private void follow() throws InterruptedException {
        long from = store.list(selection, ReadAt.LATEST).revision();
        listener.missed();
        try (var watch = store.watch(selection, from)) {
            while (true) {
                switch (watch.next()) {
                    case WatchBatch.Changes changes -> listener.changed(changes);
                    case WatchBatch.Bookmark bookmark -> {}
                    case WatchBatch.Resync resync -> {
                        return;
                    }
                    case WatchBatch.Closed closed -> {
                        return;
                    }
                }
            }
        }
    }
}
