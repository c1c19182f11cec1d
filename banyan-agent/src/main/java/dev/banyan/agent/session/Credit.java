package dev.banyan.agent.session;

import dev.banyan.runtime.env.Signal;
import java.util.concurrent.atomic.AtomicInteger;

/** How often a request may be answered: as often as the engine has room for. One task spends, another gives. */
final class Credit {
    private final AtomicInteger left = new AtomicInteger();
    private final Signal more;

    Credit(Signal more) {
        this.more = more;
    }

    void give(int oftener) {
        left.addAndGet(oftener);
        more.raise();
    }

    /** Waits until there is one, and takes it. */
    void spend() throws InterruptedException {
        while (left.get() <= 0) {
            more.await();
        }
        left.decrementAndGet();
    }
}
