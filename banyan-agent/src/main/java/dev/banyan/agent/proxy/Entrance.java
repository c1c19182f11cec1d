package dev.banyan.agent.proxy;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.PortHold;
import dev.banyan.api.twin.Ipv6Text;
import java.util.Optional;

/** Where clients knock. */
public sealed interface Entrance {
    /** The port they use, from 1 to 65535. */
    int port();

    /** A port on every address of this server, loopback included. */
    record Published(int port) implements Entrance {
        public Published {
            Backend.requirePort(port);
        }

        @Override
        public String toString() {
            return "port " + port;
        }
    }

    /** A port on one address of this server; without such an address it is closed here. {@code 0.0.0.0} is all of IPv4, none of IPv6. */
    record Addressed(Ipv4Address address, int port) implements Entrance {
        public Addressed {
            requireNonNull(address, "address");
            Backend.requirePort(port);
        }

        /** Empty for all. */
        Optional<Ipv4Address> single() {
            return Optional.of(address).filter(one -> !one.equals(PortHold.EVERY_ADDRESS));
        }

        @Override
        public String toString() {
            return "port " + port + " of " + address;
        }
    }

    /** Likewise of IPv6, the address as {@link Ipv6Text} writes it. {@code ::} is all of IPv6, none of IPv4. */
    record AddressedIpv6(String address, int port) implements Entrance {
        public AddressedIpv6 {
            if (!Ipv6Text.canonical(address).equals(Optional.of(address))) {
                throw new IllegalArgumentException("not an IPv6 address: " + address);
            }
            Backend.requirePort(port);
        }

        /** Empty for all. */
        Optional<String> single() {
            return Optional.of(address).filter(one -> !one.equals(PortHold.EVERY_IPV6));
        }

        @Override
        public String toString() {
            return "port " + port + " of " + address;
        }
    }

    /** A port of an address that belongs to the service alone. */
    record Virtual(Ipv4Address address, int port) implements Entrance {
        public Virtual {
            requireNonNull(address, "address");
            Backend.requirePort(port);
        }

        @Override
        public String toString() {
            return address + ":" + port;
        }
    }
}
