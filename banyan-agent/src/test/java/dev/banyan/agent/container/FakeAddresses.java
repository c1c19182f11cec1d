package dev.banyan.agent.container;

import dev.banyan.agent.container.ContainerException.Kind;
import java.util.List;

/** Addresses of one network of 256, given out one after the other and from the beginning after the last, as CNI's host-local does. */
final class FakeAddresses {
    private static final int FIRST = 2;
    private static final int LAST = 254;

    private final String network;
    private int next = FIRST;

    /** {@code network} is the first three numbers, such as {@code 10.192.3}. */
    FakeAddresses(String network) {
        this.network = network;
    }

    /** The next address that is not {@code held}. */
    String next(List<String> held) {
        for (int tried = FIRST; tried <= LAST; tried++) {
            var address = network + "." + next;
            next = next == LAST ? FIRST : next + 1;
            if (!held.contains(address)) {
                return address;
            }
        }
        throw new ContainerException(Kind.FAILED, "no IP addresses available in network " + network + ".0/24");
    }
}
