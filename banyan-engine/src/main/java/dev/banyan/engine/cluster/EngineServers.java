package dev.banyan.engine.cluster;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ClaimSpec;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of all servers that engines run on, for agents, which keep containers from them: each engine writes those of its own server
 * into a claim on its name, and reads those of the others. The claim of an engine that is gone stays: its server may still run etcd.
 */
public final class EngineServers extends TaskComponent implements Supplier<List<String>> {
    private static final Logger LOG = LoggerFactory.getLogger(EngineServers.class);

    private static final String CLAIM = "engine.";

    /** What an address of a server leads to is open to containers for so long. */
    private static final Duration PERIOD = Duration.ofSeconds(2);

    private final Env env;
    private final Store store;
    private final ObjectKey claim;
    private final Supplier<List<String>> own;
    private volatile Health health = new Health(false, "not looked yet"); // written by the loop
    private volatile List<String> known = List.of(); // written by the loop

    /** For the engine of this name; {@code own} answers the addresses of its server at this moment, sorted. */
    public EngineServers(Env env, Store store, String engine, Supplier<List<String>> own) {
        super(env, "engine servers");
        this.env = env;
        this.store = store;
        this.claim = Kinds.CLAIMS.key(ObjectKey.CLUSTER_SCOPE, CLAIM + engine);
        this.own = own;
    }

    /** Those of all engines, as far as they are known; sorted. */
    @Override
    public List<String> get() {
        return known;
    }

    @Override
    protected Health working() {
        return health;
    }

    @Override
    protected void run() throws InterruptedException {
        var pause = env.signal();
        while (true) {
            try {
                tell(own.get());
                learn();
            } catch (StoreException | UncheckedIOException failed) {
                health = new Health(false, String.valueOf(failed.getMessage()));
            }
            var ignored = pause.await(PERIOD);
        }
    }

    private void tell(List<String> addresses) {
        var spec = ClaimSpec.newBuilder()
                .setHolder(claim.name())
                .addAllAddresses(addresses)
                .build();
        var content = Kinds.CLAIMS.spec().encode(spec);
        var found = store.get(claim, new ReadAt.AtLeast(0));
        if (found.filter(there -> there.spec().equals(content)).isPresent()) {
            return;
        }
        LOG.atInfo().addKeyValue("addresses", addresses).log("addresses of this server");
        var write = found.<Write>map(
                        there -> new Write.Update(there, Draft.from(there).withSpec(content)))
                .orElseGet(() -> new Write.Create(Draft.of(claim, content)));
        // What another writer was faster with is looked at again.
        var outcome = store.commit(Commit.of(write));
        if (!outcome.written()) {
            LOG.atDebug().addKeyValue("outcome", outcome).log("addresses not written");
        }
    }

    private void learn() {
        var addresses = new TreeSet<String>();
        store.list(Selection.of(Kinds.CLAIMS.name()), new ReadAt.AtLeast(0)).objects().stream()
                .filter(object -> object.key().name().startsWith(CLAIM))
                .map(object -> Kinds.CLAIMS.decode(object).spec().getAddressesList())
                .forEach(addresses::addAll);
        known = List.copyOf(addresses);
        health = new Health(true, known.size() + " addresses");
    }
}
