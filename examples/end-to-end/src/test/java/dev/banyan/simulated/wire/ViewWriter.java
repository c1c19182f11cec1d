package dev.banyan.simulated.wire;

import dev.banyan.runtime.election.LeaderElector;
import dev.banyan.runtime.election.Leadership;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.election.View;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.List;

/**
 * Writes all the time under what its engine believes: the view that it is a member of, and the token under which it leads. What it writes says
 * under what it was written, and it takes its time between believing and writing.
 */
final class ViewWriter {
    /** Kind of what is written. */
    static final String MARKS = "marks";

    static final ObjectKey OF_VIEW = new ObjectKey(MARKS, "default", "view");
    static final ObjectKey OF_LEADER = new ObjectKey(MARKS, "default", "leader");

    private static final int PERIOD_MAX_MS = 800;
    private static final int THOUGHT_MAX_MS = 200;

    private final Env env;
    private final Membership membership;
    private final LeaderElector elector;
    private final Store store;
    private final String name;
    private long number;

    ViewWriter(Env env, Membership membership, LeaderElector elector, Store store, String name) {
        this.env = env;
        this.membership = membership;
        this.elector = elector;
        this.store = store;
        this.name = name;
    }

    void start() {
        env.tasks().spawn("writer", this::run);
    }

    private void run() throws InterruptedException {
        while (true) {
            pause(PERIOD_MAX_MS);
            var view = membership.view();
            if (view.isPresent()) {
                write(OF_VIEW, view.map(View::fence).orElseThrow());
            }
            if (elector.leadership() instanceof Leadership.Leading(long token)) {
                write(OF_LEADER, elector.fence(token));
            }
        }
    }

    private void write(ObjectKey key, Precondition.Fence fence) throws InterruptedException {
        pause(THOUGHT_MAX_MS);
        var content = Bytes.utf8(new Mark(fence.revision(), name, ++number).toString());
        try {
            var before = store.get(key, ReadAt.LATEST);
            var write = before.<Write>map(
                            base -> new Write.Update(base, Draft.from(base).withSpec(content)))
                    .orElseGet(() -> new Write.Create(Draft.of(key, content)));
            var ignored = store.commit(new Commit(List.of(fence), List.of(write)));
        } catch (StoreException away) {
            return; // the next one will do
        }
    }

    private void pause(int mostMillis) throws InterruptedException {
        var ignored = env.signal().await(Duration.ofMillis(1 + env.random().nextInt(mostMillis)));
    }
}
