package dev.banyan.agent.proxy;

import dev.banyan.api.kinds.settings.PortRules;
import java.util.Optional;

/**
 * A published port that is not served here because another program of this server has it, or because it is published on an address that
 * this server does not have.
 *
 * @param holder such as {@code sshd (pid 612)}; "an unknown socket" when the server does not tell; empty when nobody has it
 * @param address the one it is published on; empty is all
 * @param ipv6 for IPv6 alone
 */
public record PortTaken(Protocol protocol, int port, String holder, Optional<String> address, boolean ipv6) {
    /** One that is published on all addresses, of IPv4. */
    public PortTaken(Protocol protocol, int port, String holder) {
        this(protocol, port, holder, Optional.empty(), false);
    }

    /** One whose address is somebody else's. */
    static PortTaken elsewhere(Protocol protocol, int port, String address) {
        return new PortTaken(protocol, port, "", Optional.of(address), PortRules.isIpv6(address));
    }

    /** Whether its address is somebody else's, and the port in nobody's way. */
    public boolean isElsewhere() {
        return holder.isEmpty();
    }

    boolean is(Protocol other, Entrance entrance) {
        return protocol == other
                && switch (entrance) {
                    case Entrance.Published(int number) -> address.isEmpty() && number == port;
                    case Entrance.Addressed one ->
                        !ipv6 && address.equals(one.single().map(Object::toString)) && one.port() == port;
                    case Entrance.AddressedIpv6 one -> ipv6 && address.equals(one.single()) && one.port() == port;
                    case Entrance.Virtual ignored -> false;
                };
    }

    /** One sentence for the operator. */
    public String describe() {
        var what = "port " + port + "/" + protocol.word() + (ipv6 && address.isEmpty() ? " of IPv6" : "")
                + address.map(at -> " of " + at).orElse("");
        return isElsewhere() ? what + " is on no address of this server" : what + " is taken by " + holder;
    }
}
