package dev.banyan.agent.plane.rules;

import dev.banyan.agent.proxy.Protocol;

/** What is looked at of a packet; {@code mark} is meant for the server that it is on. */
public record Packet(Protocol protocol, End from, End to, long mark) {
    /** One without marks. */
    public Packet(Protocol protocol, End from, End to) {
        this(protocol, from, to, 0);
    }

    /** From somebody else. */
    public Packet from(End other) {
        return new Packet(protocol, other, to, mark);
    }

    /** To somebody else. */
    public Packet to(End other) {
        return new Packet(protocol, from, other, mark);
    }

    /** With more bits marked. */
    public Packet marked(long bits) {
        return new Packet(protocol, from, to, mark | bits);
    }

    /** Without marks. */
    public Packet unmarked() {
        return new Packet(protocol, from, to);
    }

    /** What comes back for it. */
    public Packet answer() {
        return new Packet(protocol, to, from);
    }
}
