package dev.banyan.runtime.env;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The signal of production: a semaphore that never holds more than one permit for long. */
final class BlockingSignal implements Signal {
    private final Semaphore raised = new Semaphore(0);

    @Override
    public void raise() {
        if (raised.availablePermits() == 0) {
            raised.release();
        }
    }

    @Override
    public void await() throws InterruptedException {
        raised.acquire();
        raised.drainPermits();
    }

    @Override
    public boolean await(Duration timeout) throws InterruptedException {
        boolean acquired = raised.tryAcquire(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS);
        if (acquired) {
            raised.drainPermits();
        }
        return acquired;
    }
}
