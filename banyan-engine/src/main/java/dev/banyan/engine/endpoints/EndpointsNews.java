package dev.banyan.engine.endpoints;

import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells people what became of the addresses of services. Shared by all reconciles of an engine, and thread-safe; what was told is known to
 * the engine that told it, so that the next owner of an app may tell it once more.
 */
public final class EndpointsNews {
    private final EventRecorder events;

    /** By app: its service for which no address was found, the first of them, which holds up the others. */
    private final Map<ObjectKey, ObjectKey> without = new ConcurrentHashMap<>();

    public EndpointsNews(EventRecorder events) {
        this.events = events;
    }

    void assigned(ObjectKey service, String address) {
        events.normal(service, "AddressAssigned", address);
    }

    /** So many addresses were tried in vain: told once, until the app has all of its addresses or fails at another service. */
    void noAddress(ObjectKey deployment, ObjectKey service, int tried) {
        if (!service.equals(without.put(deployment, service))) {
            events.warning(service, "NoAddress", tried + " addresses in a row are taken");
        }
    }

    /** The app has all of its addresses, or is gone. */
    void settled(ObjectKey deployment) {
        without.remove(deployment);
    }

    /** Only what a caller of the service would notice. */
    void served(ObjectKey endpoints, boolean before, boolean now) {
        if (now && !before) {
            events.normal(endpoints, "Serving", "a replica receives traffic");
        } else if (before && !now) {
            events.warning(endpoints, "NotServing", "no replica may receive traffic");
        }
    }
}
