package dev.banyan.api.client;

import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How a client reaches its endpoints: mutual TLS over sockets, unless a simulation says otherwise. Thread-safe. */
public interface ClientTransport extends AutoCloseable {
    /** A channel of its own to {@code endpoint}, which whoever asked for it shuts down. It calls back without an executor between. */
    ManagedChannel open(Endpoint endpoint);

    /** The end of the time that a call may take, by the transport's clock. */
    default Deadline deadline(Duration timeout) {
        return Deadline.after(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Frees what channels share; called once they are shut down. */
    @Override
    void close();
}
