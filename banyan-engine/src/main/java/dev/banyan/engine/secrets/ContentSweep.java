package dev.banyan.engine.secrets;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every half minute: forgets contents that no release names and nobody asked for in the last ten. An admission that names one meanwhile
 * relies only on younger ones, and on those that the wanted release names.
 */
public final class ContentSweep extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(ContentSweep.class);
    private static final Duration PERIOD = Duration.ofSeconds(30);

    private final Env env;
    private final Store store;
    private final Signal never;

    public ContentSweep(Env env, Store store) {
        super(env, "content-sweep");
        this.env = env;
        this.store = store;
        this.never = env.signal();
    }

    @Override
    protected Health working() {
        return new Health(true, "every " + PERIOD.toSeconds() + " s");
    }

    @Override
    protected void run() throws InterruptedException {
        while (!never.await(PERIOD)) {
            try {
                sweep();
            } catch (RuntimeException failed) {
                // The next round does the same work again.
                LOG.atWarn().setCause(failed).log("contents were not swept");
            }
        }
    }

    /** One round. */
    void sweep() {
        // First the contents: a release that lands later names only those that are fresh.
        var objects =
                store.list(Selection.of(Kinds.CONTENTS.name()), ReadAt.LATEST).objects();
        if (objects.isEmpty()) {
            return;
        }
        var named = named();
        var byContent = new TreeMap<String, List<StoredObject>>();
        objects.forEach(object -> byContent
                .computeIfAbsent(contentOf(object.key()), content -> new ArrayList<>())
                .add(object));
        byContent.forEach((content, parts) -> {
            if (!named.contains(content) && old(parts)) {
                forget(parts);
            }
        });
    }

    private Set<String> named() {
        return store.list(Selection.of(Kinds.RELEASES.name()), ReadAt.LATEST).objects().stream()
                .flatMap(object -> References.of(Kinds.RELEASES.decode(object).spec())
                        .map(content -> contentOf(ContentStore.key(
                                object.key().namespace(),
                                Kinds.RELEASES.decode(object).spec().getDeployment(),
                                content,
                                0))))
                .collect(Collectors.toSet());
    }

    /** Of all parts the newest counts: an upload may be under way. */
    private boolean old(List<StoredObject> parts) {
        long newest = parts.stream()
                .mapToLong(object -> Kinds.CONTENTS.decode(object).spec().getRenewedMs())
                .max()
                .orElse(0);
        return env.time().now().toEpochMilli() - newest >= ContentStore.KEPT.toMillis();
    }

    private void forget(List<StoredObject> parts) {
        var conditions = new ArrayList<Precondition>();
        var writes = new ArrayList<Write>();
        for (var part : parts) {
            conditions.add(new Precondition.Unchanged(part.key(), part.meta().revision()));
            writes.add(new Write.Delete(part.key(), part.meta().uid()));
        }
        // A content that is being sent again has changed, and stays; another engine may have been faster.
        var ignored = store.commit(new Commit(conditions, writes));
    }

    /** Namespace, app and content of a part's key. */
    private static String contentOf(ObjectKey key) {
        return key.namespace() + "/" + key.name().substring(0, key.name().lastIndexOf('.'));
    }
}
