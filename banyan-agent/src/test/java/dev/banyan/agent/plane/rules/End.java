package dev.banyan.agent.plane.rules;

import dev.banyan.agent.host.Ipv4Address;

/** One end of a flow. */
public record End(Ipv4Address address, int port) {
    /** Reads the address. */
    public static End of(String address, int port) {
        return new End(Ipv4Address.parse(address), port);
    }

    @Override
    public String toString() {
        return address + ":" + port;
    }
}
