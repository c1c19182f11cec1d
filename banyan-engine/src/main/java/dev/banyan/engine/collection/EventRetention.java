package dev.banyan.engine.collection;

import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.runtime.resource.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/** Which events are too old or too many. Pure. */
final class EventRetention {
    static final Duration AGE_MAX = Duration.ofHours(1);
    static final int PER_DEPLOYMENT_MAX = 1_000;

    private EventRetention() {}

    /** The events to delete; {@code now} is the wall clock, since an event's time is one. */
    static List<Resource<EventSpec, EventStatus>> expired(List<Resource<EventSpec, EventStatus>> events, Instant now) {
        long oldest = now.minus(AGE_MAX).toEpochMilli();
        var expired = new LinkedHashSet<Resource<EventSpec, EventStatus>>();
        events.stream().filter(event -> event.spec().getLastMs() < oldest).forEach(expired::add);
        events.stream()
                .collect(Collectors.groupingBy(
                        event -> event.key().namespace() + "/" + event.spec().getDeployment()))
                .values()
                .forEach(ofOne -> ofOne.stream()
                        .sorted(Comparator.comparingLong((Resource<EventSpec, EventStatus> event) ->
                                        event.spec().getLastMs())
                                .reversed())
                        .skip(PER_DEPLOYMENT_MAX)
                        .forEach(expired::add));
        return List.copyOf(expired);
    }
}
