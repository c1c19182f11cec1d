package dev.banyan.agent.plane;

import dev.banyan.agent.host.Ipv4Address;

/** Where a request begins. */
public sealed interface Asker {
    /** The server it begins on. */
    String server();

    /** A container of the server, attached or about to be. */
    record Container(String server, Ipv4Address address) implements Asker {}

    /** A program of the server itself. */
    record Program(String server) implements Asker {}
}
