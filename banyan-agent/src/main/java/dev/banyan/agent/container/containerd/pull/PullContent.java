package dev.banyan.agent.container.containerd.pull;

import java.util.Map;
import java.util.Optional;

/** A store of blobs, which are named by their digests. Each call throws {@code ContainerException} when the store does not answer. */
public interface PullContent {
    /** A blob as text, about {@code limit} bytes of it at most; empty when it is not there or not whole. */
    Optional<String> text(String digest, int limit) throws InterruptedException;

    /** Whether a blob is there, and whole. */
    boolean has(String digest) throws InterruptedException;

    /** Bytes of each blob that is being written, by a name that ends with the digest. */
    Map<String, Long> underWay() throws InterruptedException;
}
