package dev.banyan.agent.session;

import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.RelayFromAgent;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import java.util.concurrent.locks.ReentrantLock;

/** One session into a container as the relay has it: what came and was not taken yet is bounded by the credit that the engine has. */
final class ReachFlow implements ReachSource.Person {
    /** Parts on their way to this agent: 256 KiB, so that bulk never fills a link's queue. */
    static final int WINDOW = 8;

    /** Fewer messages than one for each part, and the engine never runs dry. */
    private static final int RETURNED_TOGETHER = WINDOW / 4;

    private final long id;
    private final Credit credit;
    private final Out out;
    private final Mailbox<ReachUp> inbox;
    private final ReentrantLock sending =
            new ReentrantLock(); // so that what several tasks send keeps within the credit
    private int taken; // of the one task that receives

    /** The way to the engine, which waits for room. */
    @FunctionalInterface
    interface Out {
        boolean send(RelayFromAgent message) throws InterruptedException;
    }

    ReachFlow(long id, Env env, Credit credit, Out out) {
        this.id = id;
        this.credit = credit;
        this.out = out;
        this.inbox = env.mailbox(WINDOW + 1); // and the end, when the person closes his side
    }

    /** Lets the engine send. */
    void begin() throws InterruptedException {
        grant(WINDOW);
    }

    /** False when the engine sent more than it may. */
    boolean arrived(ReachUp part) {
        return inbox.offer(part);
    }

    @Override
    public ReachUp receive() throws InterruptedException {
        var part = inbox.take();
        if (++taken == RETURNED_TOGETHER) {
            taken = 0;
            grant(RETURNED_TOGETHER);
        }
        return part;
    }

    @Override
    public boolean send(ReachDown part) throws InterruptedException {
        sending.lockInterruptibly();
        try {
            credit.spend();
            return out.send(RelayFromAgent.newBuilder().setId(id).setReach(part).build());
        } finally {
            sending.unlock();
        }
    }

    private void grant(int more) throws InterruptedException {
        var ignored = out.send(
                RelayFromAgent.newBuilder().setId(id).setReachCredit(more).build());
    }
}
