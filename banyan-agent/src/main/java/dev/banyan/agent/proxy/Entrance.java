package dev.banyan.agent.proxy;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.Ipv4Address;

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

    /** A port on one address of this server; without such an address it is closed here. */
    record Addressed(Ipv4Address address, int port) implements Entrance {
        public Addressed {
            requireNonNull(address, "address");
            Backend.requirePort(port);
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
