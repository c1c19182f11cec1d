package dev.banyan.engine.image;

import dev.banyan.api.registry.ImageCopy;
import dev.banyan.api.registry.ImageName;
import dev.banyan.api.registry.Platform;
import dev.banyan.api.registry.Registry;
import dev.banyan.api.registry.RegistryException;
import dev.banyan.engine.image.ImageDesk.State;
import dev.banyan.engine.image.MirrorNotes.Note;
import dev.banyan.engine.image.shelf.Demand;
import dev.banyan.engine.image.shelf.Shelf;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings images of other registries into the cluster's. Thread-safe. */
public final class Mirror implements ImageDesk {
    private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);

    /** Each may fill a link of its own; more would only make each other slow. */
    private static final int AT_ONCE = 3;

    /** Most that are under way or wait for others. */
    private static final int TRANSFERS_MAX = 200;

    private final Place place;
    private final Upstreams upstreams;
    private final MirrorNotes notes;
    private final Supplier<Set<Platform>> platforms;
    private final Env env;
    private final Mailbox<Integer> turns;
    private final Map<Order.Subject, Transfer> transfers = new HashMap<>(); // guarded by this

    /**
     * Nothing is asked before the first order.
     *
     * @param platforms of the cluster's agents
     */
    public Mirror(Place place, Upstreams upstreams, Supplier<Set<Platform>> platforms, Env env) {
        this.place = place;
        this.upstreams = upstreams;
        this.notes = new MirrorNotes(place.notes());
        this.platforms = platforms;
        this.env = env;
        this.turns = env.mailbox(AT_ONCE);
        for (int turn = 0; turn < AT_ONCE; turn++) {
            turns.offer(turn);
        }
    }

    /**
     * The cluster's registry.
     *
     * @param address as callers see it, host and port
     * @param registry as this engine sees it
     * @param notes directory of what is remembered of its images
     * @param demand told what is asked for
     * @param shelf what is there
     */
    public record Place(String address, Registry registry, Path notes, Demand demand, Supplier<Shelf> shelf) {}

    /** Whether somebody waits for an image. */
    public synchronized boolean busy() {
        return !transfers.isEmpty();
    }

    @Override
    public Shelf shelf() {
        return place.shelf().get();
    }

    @Override
    public String registry() {
        return place.address();
    }

    @Override
    public synchronized Waiting mirror(Order order) {
        var subject = order.subject();
        var running = Optional.ofNullable(transfers.get(subject)).flatMap(Transfer::join);
        if (running.isPresent()) {
            return running.get();
        }
        if (transfers.size() >= TRANSFERS_MAX) {
            return new Refused(new State.Failed("more than " + TRANSFERS_MAX + " images are on their way already"));
        }
        var transfer = new Transfer(env, ended -> forget(subject, ended));
        transfers.put(subject, transfer);
        var waiting = transfer.join().orElseThrow();
        transfer.run("mirror-" + order.name().repository(), under -> inTurn(order, under));
        return waiting;
    }

    @Override
    public Waiting foresee(Order order) {
        var transfer = new Transfer(env, ended -> {});
        var waiting = transfer.join().orElseThrow();
        // Nobody's turn is needed to ask.
        transfer.run("foresee-" + order.name().repository(), under -> begun(order, under, true));
        return waiting;
    }

    private synchronized void forget(Order.Subject subject, Transfer ended) {
        transfers.remove(subject, ended);
    }

    private record Refused(State state) implements Waiting {
        @Override
        public State next(Duration atMost) {
            return state;
        }

        @Override
        public void close() {}
    }

    private State inTurn(Order order, Transfer transfer) throws InterruptedException {
        int turn = turns.take();
        try {
            return begun(order, transfer, false);
        } finally {
            turns.offer(turn);
        }
    }

    private State begun(Order order, Transfer transfer, boolean trial) throws InterruptedException {
        try {
            transfer.begin();
            return fetched(order, transfer, trial);
        } catch (RegistryException failed) {
            return new State.Failed(words(order, failed));
        }
    }

    private State fetched(Order order, Transfer transfer, boolean trial) throws InterruptedException {
        var name = order.name();
        var wanted = new HashSet<>(platforms.get());
        order.platform().ifPresent(wanted::add);
        place.demand().ask(name.clusterRepository());
        var content = place.registry().digest(name.clusterRepository(), name.clusterTag());
        var note = notes.find(name).filter(known -> content.equals(Optional.of(known.content())));
        boolean enough =
                note.map(known -> known.platforms().containsAll(wanted)).orElse(true);
        if (content.isPresent() && enough && fresh(order.policy(), note)) {
            return new State.Done(name.inCluster(content.get()), "", false, 0);
        }
        if (name.inCluster()) {
            return new State.Failed(ClusterImages.pushed(order.written(), name, place.address()));
        }
        if (order.policy() instanceof Order.Policy.Never) {
            return new State.Failed(order.written() + " is not in the cluster's registry"
                    + (content.isPresent() ? " for " + wanted : "")
                    + ", and its pull_policy is never; write another pull_policy, or push it");
        }
        return asked(order, new Work(transfer, wanted, trial), note.filter(known -> enough));
    }

    /** Whether what the cluster has will do without a question. */
    private boolean fresh(Order.Policy policy, Optional<Note> note) {
        return switch (policy) {
            case Order.Policy.Missing missing -> true;
            case Order.Policy.Never never -> true;
            case Order.Policy.Always always -> false;
            case Order.Policy.Refresh refresh ->
                note.filter(known -> env.time().now().isBefore(known.asked().plus(refresh.after())))
                        .isPresent();
        };
    }

    /** For whom an image is fetched, or only asked for, and for which platforms. */
    private record Work(Transfer transfer, Set<Platform> wanted, boolean trial) {}

    private State asked(Order order, Work work, Optional<Note> note) throws InterruptedException {
        var name = order.name();
        var now = env.time().now();
        try (var upstream = upstreams.open(name.host(), order.login())) {
            var origin = upstream.digest(name.repository(), name.reference())
                    .orElseThrow(() -> new RegistryException(
                            RegistryException.Kind.NOT_FOUND, upstream.name() + " has no such image"));
            if (note.filter(known -> known.origin().equals(origin)).isPresent()) {
                var content = note.get().content();
                keep(work, name, new Note(content, origin, now, note.get().platforms()));
                return new State.Done(name.inCluster(content), origin, false, 0);
            }
            var image = upstream.manifest(name.repository(), origin)
                    .orElseThrow(() -> new RegistryException(
                            RegistryException.Kind.NOT_FOUND, upstream.name() + " has no " + origin));
            var copy = copy(upstream, name, work);
            if (work.trial()) {
                var prospect = copy.foresee(image);
                return new State.Done(name.inCluster(prospect.digest()), origin, true, prospect.bytes());
            }
            var copied = copy.copy(image, List.of(name.clusterTag()));
            keep(work, name, new Note(copied.digest(), origin, now, work.wanted()));
            LOG.atInfo()
                    .addKeyValue("image", name)
                    .addKeyValue("digest", copied.digest())
                    .log("image mirrored");
            return new State.Done(
                    name.inCluster(copied.digest()),
                    origin,
                    true,
                    work.transfer().total());
        }
    }

    private void keep(Work work, ImageName name, Note note) {
        if (!work.trial()) {
            notes.keep(name, note);
        }
    }

    private ImageCopy copy(Registry upstream, ImageName name, Work work) {
        var target = new ImageCopy.Target(place.registry(), name.clusterRepository(), work.wanted());
        return new ImageCopy(upstream.source(name.repository()), target, work.transfer(), env);
    }

    private static String words(Order order, RegistryException failed) {
        var host = order.name().host();
        var remedy =
                switch (failed.kind()) {
                    case NOT_FOUND -> "; check its name and tag";
                    case UNAUTHORISED -> "; log in where you run banyan-cli, with: docker login " + host;
                    case UNREACHABLE -> "; the engine must reach it to bring its images into the cluster";
                    case OTHER -> "";
                };
        return order.written() + " cannot be had from " + host + ": " + failed.getMessage() + remedy;
    }
}
