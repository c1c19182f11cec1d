package dev.banyan.runtime.simulation;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Does what drives a simulation on a virtual thread, while the caller's thread waits and is the watchdog. The baton passes between virtual
 * threads several times quicker than from and to a thread of the platform, which is what nearly all time of a simulation goes into.
 */
final class Driver {
    /** Looks in the watchdog's time. The caller may wait for one look longer than that. */
    private static final int LOOKS = 4;

    private final Baton baton;
    private final Duration look;

    Driver(Baton baton, Duration watchdog) {
        this.baton = baton;
        this.look = watchdog.dividedBy(LOOKS);
    }

    /** Does {@code work} and answers what it answers. What it throws is thrown here, with the caller's stack below its own. */
    boolean drive(BooleanSupplier work) {
        var answer = new AtomicReference<Optional<Boolean>>(Optional.empty());
        var failure = new AtomicReference<Optional<Throwable>>(Optional.empty());
        waitFor(Thread.ofVirtual().name("simulation").start(() -> {
            try {
                answer.set(Optional.of(work.getAsBoolean()));
            } catch (Throwable thrown) {
                failure.set(Optional.of(thrown));
            }
        }));
        failure.get().ifPresent(Driver::rethrow);
        return answer.get().orElseThrow();
    }

    /** Gives up a step that is still the same after all looks. They are counted, so that a machine that stood still does not matter. */
    private void waitFor(Thread thread) {
        boolean interrupted = false;
        long step = 0;
        int looks = 0;
        while (thread.isAlive()) {
            try {
                thread.join(look);
            } catch (InterruptedException cancelled) {
                interrupted = true;
                thread.interrupt();
            }
            long now = baton.running();
            looks = now == step ? looks + 1 : 0;
            step = now;
            if (looks >= LOOKS && step > 0) {
                baton.giveUp(step);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(Throwable thrown) {
        var here = Thread.currentThread().getStackTrace();
        thrown.setStackTrace(
                Stream.of(thrown.getStackTrace(), here).flatMap(Stream::of).toArray(StackTraceElement[]::new));
        switch (thrown) {
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            case Throwable other -> throw new IllegalStateException("no checked exception leaves what drives", other);
        }
    }
}
