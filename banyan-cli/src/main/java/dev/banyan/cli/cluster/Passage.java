package dev.banyan.cli.cluster;

import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.wire.ApiException;
import java.time.Duration;
import java.util.Optional;

/** A session with a container. Any task sends, one receives, any closes. */
public interface Passage extends AutoCloseable {
    /** Sends one part, waiting while the other side is slow; false when the session is over. */
    boolean send(ReachUp part) throws InterruptedException;

    /**
     * The next part, waiting at most {@code atMost}. The first is that it is opened, or an outcome; an outcome is the last.
     *
     * @throws ApiException when the session broke
     */
    Optional<ReachDown> receive(Duration atMost) throws InterruptedException;

    /** Ends the session, which ends what runs for it. */
    @Override
    void close();
}
