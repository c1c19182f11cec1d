package dev.banyan.agent.farewell;

import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.runtime.cache.ResourceEvent;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** At which revisions tasks left the endpoints of their services, and which are in them now. Thread-safe. */
final class Removals {
    /** More than leave at once in any cluster that is looked after; of the oldest it is forgotten that they were there. */
    private static final int KNOWN_MAX = 10_000;

    private final Set<String> led = new HashSet<>(); // uids; guarded by this, as all below
    private final Map<String, Long> removed = new LinkedHashMap<>();

    /** A set of endpoints changed; the revision from which on somebody waits, if it took a task away. */
    synchronized OptionalLong changed(ResourceEvent<EndpointsSpec, EndpointsStatus> event) {
        var before = event instanceof ResourceEvent.Added<EndpointsSpec, EndpointsStatus>
                ? Set.<String>of()
                : uids(former(event));
        var now = event instanceof ResourceEvent.Deleted<EndpointsSpec, EndpointsStatus>
                ? Set.<String>of()
                : uids(event.latest().spec().getBackendsList());
        led.addAll(now);
        removed.keySet().removeAll(now);
        boolean some = false;
        for (var uid : before) {
            if (!now.contains(uid)) {
                led.remove(uid);
                removed.put(uid, event.revision());
                some = true;
            }
        }
        while (removed.size() > KNOWN_MAX) {
            removed.remove(removed.keySet().iterator().next());
        }
        return some ? OptionalLong.of(event.revision()) : OptionalLong.empty();
    }

    private static List<Backend> former(ResourceEvent<EndpointsSpec, EndpointsStatus> event) {
        return event instanceof ResourceEvent.Updated<EndpointsSpec, EndpointsStatus>(var before, var ignored)
                ? before.spec().getBackendsList()
                : event.latest().spec().getBackendsList();
    }

    private static Set<String> uids(List<Backend> backends) {
        return backends.stream().map(Backend::getTaskUid).collect(Collectors.toSet());
    }

    /** Whether new connections are led to the task of this uid, as far as is known here. */
    synchronized boolean leads(String uid) {
        return led.contains(uid);
    }

    /** The revision at which it was taken away; empty when it never was there. */
    synchronized OptionalLong revision(String uid) {
        var revision = removed.get(uid);
        return revision == null ? OptionalLong.empty() : OptionalLong.of(revision);
    }
}
