package dev.banyan.agent.path;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.runtime.env.Env;
import java.time.Duration;

/** Questions to name servers of other agents, in packets that nobody on the way may cut up. Thread-safe. */
public final class WholePackets implements SizedPackets {
    private static final int NAMES = 53;

    /** How often is looked for an answer: often enough for a search of some steps, and no thread waits in the kernel. */
    private static final Duration LOOK = Duration.ofMillis(10);

    private final Env env;
    private final Ipv4Address own;

    /** From {@code own}, the gateway's address of this server. */
    public WholePackets(Env env, Ipv4Address own) {
        this.env = env;
        this.own = own;
    }

    @Override
    public boolean passes(Ipv4Address gateway, int bytes, Duration timeout) throws InterruptedException {
        var question = PaddedQuestion.of(bytes);
        var pause = env.signal();
        long began = env.time().nanos();
        try (var socket = WholeSocket.open(own, gateway, NAMES)) {
            if (!socket.send(question.payload())) {
                return false;
            }
            while (env.time().since(began).compareTo(timeout) < 0) {
                switch (socket.receive()) {
                    case WholeSocket.Heard.Refused refused -> {
                        return true; // It came to a server where nobody listens at the moment.
                    }
                    case WholeSocket.Heard.Packet(var answer) -> {
                        if (question.isAnsweredBy(answer)) {
                            return true;
                        }
                    }
                    case WholeSocket.Heard.Nothing nothing -> {
                        var ignored = pause.await(LOOK);
                    }
                }
            }
            return false;
        }
    }
}
