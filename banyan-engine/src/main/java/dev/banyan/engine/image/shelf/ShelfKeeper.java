package dev.banyan.engine.image.shelf;

import dev.banyan.api.registry.Registry;
import dev.banyan.engine.image.shelf.Clearance.Known;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes images that nothing needs from the cluster's registry. Thread-safe. */
public final class ShelfKeeper extends TaskComponent implements Shelf {
    /** Between two rounds; graces are hours. */
    private static final Duration PERIOD = Duration.ofMinutes(5);

    private static final Duration SHORTEST = Duration.ofMillis(500);

    /** How often is looked whether nothing is being pushed, while the disk's room is to be given back. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    /** What is pushed writes all the time; between two parts there are moments. */
    private static final Duration QUIET = Duration.ofSeconds(30);

    /** Between what an {@code up} asks for or pushes and its release there may be other images; who prunes may meet it. */
    private static final Duration JUST_NOW = Duration.ofMinutes(2);

    /** Collecting means that the registry takes no pushes for a moment, so it has to be worth it. */
    private static final long WORTH_BYTES = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ShelfKeeper.class);

    private final Place place;
    private final Store store;
    private final Duration grace;
    private final Env env;
    private final RegistryDisk disk;
    private final Book book;
    private final Signal wake;
    private boolean pruned; // guarded by this
    private long left; // bytes that the last collection did not give back; of the task alone

    /**
     * The registry that is kept.
     *
     * @param directory of the registry; its data is in {@code data}
     * @param demand told by all who ask it for images
     * @param busy whether somebody brings an image in
     * @param collector gives back the disk's room
     */
    public record Place(Registry registry, Path directory, Demand demand, BooleanSupplier busy, Collector collector) {}

    /** Has the registry give back the room of what no image names; nothing can be pushed meanwhile. */
    @FunctionalInterface
    public interface Collector {
        void collect() throws InterruptedException;
    }

    /** {@code grace} is how long an image stays that nothing names. */
    public ShelfKeeper(Place place, Store store, Duration grace, Env env) {
        super(env, "shelf");
        this.place = place;
        this.store = store;
        this.grace = grace;
        this.env = env;
        this.disk = new RegistryDisk(place.directory().resolve("data"));
        this.book = new Book(place.directory().resolve("needed"));
        this.wake = env.signal();
    }

    @Override
    protected Health working() {
        return new Health(true, "every " + PERIOD.toMinutes() + " min");
    }

    @Override
    protected void run() throws InterruptedException {
        while (true) {
            var ignored = wake.await(pruned(false) ? LOOK : period());
            try {
                sweep();
                collectIfWorth();
            } catch (RuntimeException failed) {
                // The next round does the same work again.
                LOG.atWarn().setCause(failed).log("images were not swept");
            }
        }
    }

    /** Shorter with a short grace. */
    private Duration period() {
        var half = grace.dividedBy(2).plus(SHORTEST);
        return half.compareTo(PERIOD) < 0 ? half : PERIOD;
    }

    /** Whether somebody has pruned, and waits for room; {@code served} says that he has it now. */
    private synchronized boolean pruned(boolean served) {
        boolean waits = pruned;
        pruned = pruned && !served;
        return waits;
    }

    /** One round. */
    void sweep() throws InterruptedException {
        var clearance = Clearance.after(grace, known());
        remove(clearance.removals(), grace);
        if (!clearance.book().equals(book.read())) {
            book.write(clearance.book());
        }
    }

    /** What names images is read last: a release that lands later names what was asked for just now. */
    private Known known() {
        var all = disk.holdings();
        var asked = new HashMap<String, Instant>();
        all.forEach(holding ->
                place.demand().last(holding.repository()).ifPresent(last -> asked.put(holding.repository(), last)));
        return new Known(all, Needs.of(store), book.read(), asked, env.time().now());
    }

    private void remove(List<Holding> removals, Duration untouched) throws InterruptedException {
        for (var holding : removals) {
            var since = env.time().now().minus(untouched);
            boolean removed = place.demand().unlessAsked(holding.repository(), since, () -> place.registry()
                    .delete(holding.repository(), holding.digest()));
            if (removed) {
                LOG.atInfo().addKeyValue("image", holding.name()).log("image removed: nothing names it");
            }
        }
    }

    /** Has the room given back that removals have left, when that is worth it and nothing is being pushed. */
    void collectIfWorth() throws InterruptedException {
        long unused = unused(disk.holdings());
        boolean worth = pruned(false) ? unused > 0 : unused > left + WORTH_BYTES;
        if (!worth) {
            pruned(true);
            return;
        }
        if (place.busy().getAsBoolean() || disk.writtenSince(env.time().now().minus(QUIET))) {
            return;
        }
        place.collector().collect();
        pruned(true);
        left = unused(disk.holdings());
        LOG.atInfo().addKeyValue("bytes", unused - left).log("room of removed images given back");
    }

    private long unused(List<Holding> holdings) {
        var named = holdings.stream()
                .flatMap(holding -> holding.blobs().keySet().stream())
                .collect(Collectors.toSet());
        return disk.blobs().entrySet().stream()
                .filter(blob -> !named.contains(blob.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    @Override
    public Stock stock() {
        var known = known();
        var clearance = Clearance.after(grace, known);
        var due = new HashMap<>(clearance.due());
        clearance.removals().forEach(going -> due.put(going.name(), known.now()));
        var bytes = disk.blobs().values().stream().mapToLong(Long::longValue).sum();
        long unused = unused(known.all());
        return new Stock(kept(known, known.all(), due), bytes - unused, unused);
    }

    @Override
    public List<Kept> prune(boolean trial) throws InterruptedException {
        var known = known();
        var removals = Clearance.now(JUST_NOW.compareTo(grace) < 0 ? JUST_NOW : grace, known)
                .removals();
        var told = kept(known, removals, Map.of());
        if (!trial) {
            remove(removals, JUST_NOW.compareTo(grace) < 0 ? JUST_NOW : grace);
            synchronized (this) {
                pruned = true;
            }
            wake.raise();
        }
        return told;
    }

    /** Without those that are only parts of others. */
    private static List<Kept> kept(Known known, List<Holding> chosen, Map<String, Instant> due) {
        var byName =
                known.all().stream().collect(Collectors.toMap(Holding::name, holding -> holding, (one, other) -> one));
        var parts = known.all().stream()
                .flatMap(holding -> holding.parts().stream().map(part -> holding.repository() + "@" + part))
                .collect(Collectors.toSet());
        return chosen.stream()
                .filter(holding ->
                        !parts.contains(holding.name()) || !holding.tags().isEmpty())
                .sorted(Comparator.comparing(Holding::name))
                .map(holding -> new Kept(
                        holding.repository(),
                        holding.digest(),
                        holding.tags(),
                        bytes(holding, byName),
                        List.copyOf(known.needs().of(holding)),
                        holding.pushed(),
                        holding.own(),
                        Optional.ofNullable(due.get(holding.name()))))
                .toList();
    }

    private static long bytes(Holding top, Map<String, Holding> byName) {
        var blobs = new HashMap<String, Long>();
        var open = new ArrayDeque<>(List.of(top));
        var seen = new HashSet<String>();
        while (!open.isEmpty()) {
            var holding = open.remove();
            if (seen.add(holding.name())) {
                blobs.putAll(holding.blobs());
                holding.parts().forEach(part -> Optional.ofNullable(byName.get(holding.repository() + "@" + part))
                        .ifPresent(open::add));
            }
        }
        return blobs.values().stream().mapToLong(Long::longValue).sum();
    }
}
