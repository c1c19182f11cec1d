package dev.banyan.runtime.store.etcd;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import java.time.Duration;

/** How the store reaches its endpoints where that is not the network, as in a simulation. Thread-safe. */
@FunctionalInterface
public interface EtcdTransport {
    /** How long a call may take. {@link CallOptions#getDeadline} says it too, but by the real clock. */
    CallOptions.Key<Duration> PATIENCE = CallOptions.Key.create("dev.banyan.runtime.store.etcd.patience");

    /** A channel of its own to {@code endpoint}, which whoever asked for it shuts down. */
    ManagedChannel open(String endpoint);
}
