package dev.banyan.cli.cluster;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Duplex;
import dev.banyan.api.client.Endpoint;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A session over the engine that has the agent's session. Engines do not speak to each other: the other is asked where it says so. */
final class RemotePassage implements Passage {
    /** Longer than any pause of an engine that lives; keep-alive notices one that does not. */
    private static final Duration SEND_MAX = Duration.ofMinutes(10);

    private static final Duration OPEN_MAX = Duration.ofSeconds(60);

    /** To be told something takes no program that starts. */
    private static final Duration TELL_MAX = Duration.ofSeconds(5);

    private final Duplex<ReachUp, ReachDown> stream;
    private final Runnable after;
    private final ReentrantLock sending = new ReentrantLock(); // a stream has one sender at a time
    private @Nullable ReachDown first; // of the one task that receives

    private RemotePassage(Duplex<ReachUp, ReachDown> stream, Runnable after) {
        this.stream = stream;
        this.after = after;
    }

    static Passage open(BanyanClient client, ReachRequest request) throws InterruptedException {
        var here = at(client, request, () -> {});
        var answer = here.answered(request);
        if (!answer.hasElsewhere()) {
            return here;
        }
        here.close();
        var other = client.at(Endpoint.parse(answer.getElsewhere()));
        boolean opened = false;
        try {
            var there = at(other, request, other::close);
            if (there.answered(request).hasElsewhere()) {
                throw new ApiException(
                        Reason.UNAVAILABLE,
                        (request.hasProbe()
                                        ? "agent " + request.getProbe().getAgent()
                                        : "the agent of " + request.getTask())
                                + " is changing engines; try again");
            }
            opened = true;
            return there;
        } finally {
            if (!opened) {
                other.close();
            }
        }
    }

    private static RemotePassage at(BanyanClient client, ReachRequest request, Runnable after)
            throws InterruptedException {
        var stream =
                switch (request.getWhatCase()) {
                    case EXEC -> client.exec();
                    case READ -> client.readFiles();
                    case WRITE -> client.writeFiles();
                    case FORWARD -> client.forward();
                    case PROBE -> client.probe();
                    case FACTS -> client.inspect();
                    case WHAT_NOT_SET -> throw new IllegalArgumentException("nothing is asked for");
                };
        var passage = new RemotePassage(stream, after);
        var ignored = passage.send(ReachUp.newBuilder().setOpen(request).build());
        return passage;
    }

    private ReachDown answered(ReachRequest request) throws InterruptedException {
        var answer = receive(request.hasFacts() ? TELL_MAX : OPEN_MAX)
                .orElseThrow(() -> new ApiException(Reason.UNAVAILABLE, "the engine does not answer"));
        first = answer;
        return answer;
    }

    @Override
    public boolean send(ReachUp part) throws InterruptedException {
        sending.lockInterruptibly();
        try {
            return stream.send(part, SEND_MAX);
        } finally {
            sending.unlock();
        }
    }

    @Override
    public Optional<ReachDown> receive(Duration atMost) throws InterruptedException {
        var kept = first;
        if (kept != null) {
            first = null;
            return Optional.of(kept);
        }
        return switch (stream.receive(atMost).orElse(null)) {
            case null -> Optional.empty();
            case Duplex.Item.Message<ReachDown> message -> Optional.of(message.content());
            case Duplex.Item.Ended<ReachDown> ended ->
                throw ended.status().isOk()
                        ? new ApiException(Reason.UNAVAILABLE, "the session ended without an outcome")
                        : BanyanClient.failure(ended);
        };
    }

    @Override
    public void close() {
        stream.close();
        after.run();
    }
}
