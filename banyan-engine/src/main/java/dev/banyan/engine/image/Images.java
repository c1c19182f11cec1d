package dev.banyan.engine.image;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.registry.Platform;
import dev.banyan.api.registry.Registry;
import dev.banyan.engine.image.shelf.Demand;
import dev.banyan.engine.image.shelf.ShelfKeeper;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** All that concerns the cluster's images, put together: who brings them in, who says which they are, and who removes them. Assembly only. */
public record Images(Mirror mirror, ClusterImages cluster, ShelfKeeper keeper) {
    /**
     * Where the registry is.
     *
     * @param address as callers see it
     * @param port where people push
     * @param directory of the registry
     * @param grace how long an image is kept that nothing names
     */
    public record Place(String address, int port, Path directory, Duration grace) {}

    /** New ones; the keeper is not started yet. */
    public static Images of(
            Place place,
            Registry registry,
            Upstreams upstreams,
            ShelfKeeper.Collector collector,
            Store store,
            Env env) {
        var demand = new Demand(env.time());
        var busy = new AtomicReference<BooleanSupplier>(() -> true);
        var keeper = new ShelfKeeper(
                new ShelfKeeper.Place(
                        registry, place.directory(), demand, () -> busy.get().getAsBoolean(), collector),
                store,
                place.grace(),
                env);
        var notes = place.directory().resolve("mirrored");
        var mirror = new Mirror(
                new Mirror.Place(place.address(), registry, notes, demand, () -> keeper),
                upstreams,
                () -> platforms(store),
                env);
        busy.set(mirror::busy);
        return new Images(mirror, new ClusterImages(registry, demand, place.port()), keeper);
    }

    /** Of all agents, ready or not: a lost one comes back. */
    private static Set<Platform> platforms(Store store) {
        return store.list(Selection.of(Kinds.AGENT_REPORTS.name()), ReadAt.LATEST).objects().stream()
                .map(object -> Kinds.AGENT_REPORTS.decode(object).status().getPlatform())
                .filter(platform -> !platform.isEmpty())
                .map(Platform::parse)
                .collect(Collectors.toSet());
    }
}
