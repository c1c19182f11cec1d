package dev.banyan.agent.container.watch;

import dev.banyan.agent.container.ObservedSandbox;

/** Hears of sandboxes. Thread-safe. */
public interface SandboxWatcher {
    /** The annotation of a sandbox whose containers have no link of their own, or one that is not as usual: one of the words below. */
    String NETWORK = "dev.banyan/network";

    /** Loopback alone. */
    String NONE = "none";

    /** IPv6 as well. */
    String DUAL = "dual";

    /** Its server's network. */
    String HOST = "host";

    /** One was made; nothing runs in it before this returns. */
    void came(ObservedSandbox sandbox) throws InterruptedException;

    /** One is there, which may be known already. */
    void seen(ObservedSandbox sandbox);

    /** All that are there were seen. */
    default void allSeen() {}

    /** One is gone. */
    void went(String sandbox);
}
