package dev.banyan.simulated.wire;

import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.session.Renewal;
import dev.banyan.agent.session.Session;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** An agent's session with its task's status written under it, and a watch on the task, as a process that dies and comes back. */
final class WorldAgent {
    private static final int PERIOD_MAX_MS = 600;
    private static final int THOUGHT_MAX_MS = 200;

    private final SessionWorld world;
    private final String name;
    private final String host;
    private final Path memory;
    private SimulatedProcess process;
    private Session session;

    /** Of agent {@code name} as process {@code host}: a clone is another process of the same name. */
    WorldAgent(SessionWorld world, String name, String host, Path memory) {
        this.world = world;
        this.name = name;
        this.host = host;
        this.memory = memory;
        this.process = world.simulation().process(host);
        this.session = begin();
    }

    String name() {
        return name;
    }

    SimulatedProcess process() {
        return process;
    }

    Session session() {
        return session;
    }

    void restart() {
        process.kill();
        process = world.simulation().process(host);
        session = begin();
    }

    private Session begin() {
        var env = process.env();
        var engines = world.engineNames();
        var key = new OwnKey(FrontDoor.credentials("agent", name));
        var client = FrontDoor.client(world.wire(), process, key, engines);
        var store = new Pausing(client.store(), process, world);
        var begun =
                new Session(env, client, new CheckedFile(memory), process.host().bootId() + host, "simulated");
        begun.start();
        // What is shown first was due for long: whoever starts renews.
        new Renewal(env, client, key, new CredentialsDirectory(Path.of(memory + "-identity"))).start();
        env.tasks().spawn("look", () -> look(env, key));
        env.tasks().spawn("reports", () -> report(env, store, begun));
        env.tasks().spawn("watch", () -> watch(env, store));
        return begun;
    }

    private void look(Env env, OwnKey key) throws InterruptedException {
        var due = key.credentials();
        while (key.credentials().equals(due)) {
            pause(env, PERIOD_MAX_MS);
        }
        world.trial().reached("a certificate that was renewed");
    }

    private void report(Env env, Store store, Session current) throws InterruptedException {
        long highest = 0;
        for (long number = 1; ; number++) {
            pause(env, PERIOD_MAX_MS);
            var fence = current.fence();
            if (fence.isPresent()) {
                pause(env, THOUGHT_MAX_MS);
                var epoch = ((Precondition.Fence) fence.get()).revision();
                if (epoch < highest) {
                    throw new AssertionError("the epoch of " + host + " went back from " + highest + " to " + epoch);
                }
                highest = epoch;
                var status = TaskStatus.newBuilder().setMessage(epoch + " " + number);
                var write = new Write.UpdateStatus(
                        SessionWorld.taskOf(name),
                        world.taskUid(name),
                        Kinds.TASKS.status().encode(status.build()));
                var outcome = store.commit(new Commit(List.of(fence.get()), List.of(write)));
                world.noted(name, new Laws.Report(epoch, number), outcome);
            }
        }
    }

    /** The first watch begins where a listing ends; what it delivers is compared with what was written. */
    private void watch(Env env, Store store) throws InterruptedException {
        var mine = Selection.of(Kinds.TASKS.name()).labelled(LabelSelector.of(Labels.AGENT, name));
        while (true) {
            try {
                long from = store.list(mine, new ReadAt.AtLeast(0)).revision();
                follow(store, mine, from);
            } catch (StoreException away) {
                pause(env, PERIOD_MAX_MS);
            }
        }
    }

    private void follow(Store store, Selection mine, long from) throws InterruptedException {
        long reached = from;
        try (var watch = store.watch(mine, from)) {
            while (true) {
                switch (watch.next()) {
                    case WatchBatch.Changes changes -> {
                        world.laws().requireNext(name, reached, changes.revision());
                        reached = changes.revision();
                    }
                    case WatchBatch.Bookmark bookmark -> {
                        world.laws().requireNothing(name, reached, bookmark.revision());
                        reached = bookmark.revision();
                    }
                    case WatchBatch.Resync resync -> {
                        world.trial().reached("a watch whose history was forgotten");
                        return;
                    }
                    case WatchBatch.Closed closed -> throw new AssertionError("nobody closed the watch");
                }
            }
        }
    }

    private static void pause(Env env, int mostMillis) throws InterruptedException {
        var ignored = env.signal().await(Duration.ofMillis(1 + env.random().nextInt(mostMillis)));
    }
}
