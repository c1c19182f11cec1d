package dev.banyan.agent.session;

import dev.banyan.api.parts.PartOutput;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.ReachUp;

/** What leads into the containers of this agent. */
@FunctionalInterface
public interface ReachSource {
    /** What a part of data has at most, as reach.proto has it. */
    int PART_BYTES = PartOutput.PART_BYTES;

    /** The person's end of a session. One task receives; several may send. */
    interface Person {
        /** The next part, waiting for one. */
        ReachUp receive() throws InterruptedException;

        /** Sends one part, waiting while the person is slow; false when the person has gone. */
        boolean send(ReachDown part) throws InterruptedException;
    }

    /**
     * Serves one session to its end; the answer is the person's last message. It is cancelled when the person, or the way to him, is gone:
     * then nothing of the session is left once it has returned, or soon after.
     */
    ReachOutcome serve(ReachRequest request, Person person) throws InterruptedException;
}
