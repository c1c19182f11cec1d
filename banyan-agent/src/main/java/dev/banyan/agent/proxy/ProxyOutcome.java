package dev.banyan.agent.proxy;

import java.util.List;

/** What came of applying a set. */
public sealed interface ProxyOutcome {
    /** The revision of the set that was to be applied. */
    long revision();

    /** Published ports of the set that are not served here. */
    List<PortTaken> taken();

    /**
     * The kernel serves the set, but for the ports in {@code taken}; the set is kept on disk.
     *
     * @param digest of the packet rules that the kernel was found to hold; empty until it was looked at since the last change
     */
    record Applied(long revision, String digest, List<PortTaken> taken) implements ProxyOutcome {
        public Applied {
            taken = List.copyOf(taken);
        }
    }

    /**
     * The set could not be applied, or not kept; the kernel goes on with complete rules of this set or the one before. Applying again
     * does what is left.
     *
     * @param reason what was run and what it said
     */
    record Failed(long revision, String reason, List<PortTaken> taken) implements ProxyOutcome {
        public Failed {
            taken = List.copyOf(taken);
        }
    }
}
