package dev.banyan.agent.path;

import dev.banyan.agent.host.Ipv4Address;
import java.time.Duration;

/** Sends single packets of a certain size. Thread-safe. */
public interface SizedPackets {
    /** Whether one of {@code bytes}, headers of IP and UDP included, came to {@code gateway} whole, as far as its server said so in time. */
    boolean passes(Ipv4Address gateway, int bytes, Duration timeout) throws InterruptedException;
}
