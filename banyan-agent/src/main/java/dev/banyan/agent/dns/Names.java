package dev.banyan.agent.dns;

import dev.banyan.agent.dns.zone.Zone;
import dev.banyan.agent.dns.zone.ZoneService;
import dev.banyan.agent.host.Ipv4Address;
import java.util.Optional;

/** What this agent answers from: the newest zone, and who its askers are. Thread-safe. */
public final class Names {
    private final Askers askers;
    private volatile Optional<Zone> zone = Optional.empty();

    public Names(Askers askers) {
        this.askers = askers;
    }

    /** From now on {@code zone} is answered from. */
    void show(Zone newest) {
        zone = Optional.of(newest);
    }

    /** Empty until an engine said what there is, or it was found on disk. */
    Optional<Zone> zone() {
        return zone;
    }

    /** The service of whoever has this address: one of this server's, or a ready one of another. */
    static Optional<ZoneService> owner(Zone zone, Askers askers, Ipv4Address address) {
        return askers.serviceOf(address).flatMap(zone::service).or(() -> zone.owner(address));
    }

    Askers askers() {
        return askers;
    }
}
