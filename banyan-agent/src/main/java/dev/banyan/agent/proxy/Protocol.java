package dev.banyan.agent.proxy;

import dev.banyan.agent.host.PortHold;

/** What a frontend carries. */
public enum Protocol {
    TCP("tcp", PortHold.Transport.TCP),
    UDP("udp", PortHold.Transport.UDP);

    private final String word;
    private final PortHold.Transport transport;

    Protocol(String word, PortHold.Transport transport) {
        this.word = word;
        this.transport = transport;
    }

    /** The name in packet rules, on disk and in messages. */
    public String word() {
        return word;
    }

    PortHold.Transport transport() {
        return transport;
    }
}
