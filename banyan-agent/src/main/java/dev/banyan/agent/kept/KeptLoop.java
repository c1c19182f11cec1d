package dev.banyan.agent.kept;

import dev.banyan.agent.host.HostException;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Listing;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a listing equal to what an informer shows, as soon as an engine said it; also once more when it is stopped. */
public final class KeptLoop<S, T> extends TaskComponent {
    /** Between two writes: a burst of statuses is one write, and little is older than this when the agent dies. */
    static final Duration PERIOD = Duration.ofSeconds(1);

    /** A disk that refused is asked again, also while nothing changes. */
    private static final Duration RETRY = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(KeptLoop.class);

    private final Kind<S, T> kind;
    private final Informer<S, T> informer;
    private final KeptListing listing;
    private final Signal changed;
    private final Signal pause;
    private volatile Health health = Health.ready("nothing to keep yet"); // written by the loop
    private Optional<Map<ObjectKey, Long>> kept = Optional.empty(); // the loop's own: revisions by key

    public KeptLoop(Env env, Kind<S, T> kind, Informer<S, T> informer, KeptListing listing) {
        super(env, "kept/" + kind.name());
        this.kind = kind;
        this.informer = informer;
        this.listing = listing;
        this.changed = env.signal();
        this.pause = env.signal();
        informer.addProgressListener(revision -> changed.raise());
    }

    @Override
    protected void run() throws InterruptedException {
        try {
            while (true) {
                var ignored = changed.await(RETRY);
                keep();
                ignored = pause.await(PERIOD);
            }
        } finally {
            keep();
        }
    }

    @Override
    protected Health working() {
        return health;
    }

    private void keep() {
        // Asked before reading: what was recalled is never written as if an engine had said it.
        if (!informer.synced() || informer.stale()) {
            return;
        }
        var shown = informer.snapshot();
        var objects = shown.list();
        var revisions = objects.stream().collect(Collectors.toMap(Resource::key, resource -> resource.meta()
                .revision()));
        if (kept.filter(revisions::equals).isPresent()) {
            return;
        }
        write(new Listing(shown.revision(), objects.stream().map(kind::encode).toList()), revisions);
    }

    private void write(Listing now, Map<ObjectKey, Long> revisions) {
        try {
            listing.keep(now);
            kept = Optional.of(revisions);
            health = Health.ready(now.objects().size() + " objects at revision " + now.revision());
        } catch (HostException failed) {
            health = Health.notReady(failed.reason());
            LOG.atError().setCause(failed).log("what the cluster said cannot be kept");
        }
    }
}
