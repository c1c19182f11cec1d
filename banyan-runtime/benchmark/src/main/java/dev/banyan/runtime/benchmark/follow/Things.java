package dev.banyan.runtime.benchmark.follow;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Objects whose spec is a text, and those who write them, many at a time. */
public final class Things {
    /** What a thing says. */
    public record Payload(String text) {}

    /** Texts as UTF-8. */
    public static final Kind<Payload, Bytes> KIND =
            new Kind<>("things", Kind.Scope.NAMESPACED, new Texts(), new Undecoded());

    private static final int WRITES_A_COMMIT = 50;
    private static final int WRITERS = 4;

    private final Store store;
    private final Env env;

    public Things(Store store, Env env) {
        this.store = store;
        this.env = env;
    }

    /** The draft of the thing with this number. */
    public static Draft draft(String name, int payload) {
        return Draft.of(KIND.key("default", name), Bytes.utf8("x".repeat(payload)))
                .labelled(Map.of("group", "g" + Math.floorMod(name.hashCode(), 100)));
    }

    /** Creates so many. */
    public void create(int count, int payload) throws InterruptedException {
        commit(count, index -> new Write.Create(draft("o" + index, payload)));
    }

    /** Changes the spec of the first {@code count}, once each. */
    public void change(int count) throws InterruptedException {
        var bases = store.list(Selection.of(KIND.name()), ReadAt.LATEST).objects();
        commit(count, index -> change(bases.get(index)));
    }

    /** Swaps the first letter: the length stays. */
    private static Write change(StoredObject base) {
        var text = base.spec().toUtf8();
        return new Write.Update(
                base, Draft.from(base).withSpec(Bytes.utf8((text.startsWith("x") ? "y" : "x") + text.substring(1))));
    }

    private interface Author {
        Write write(int index);
    }

    private void commit(int count, Author author) throws InterruptedException {
        var next = new AtomicInteger();
        inTasks(env, WRITERS, () -> {
            for (int from = next.getAndAdd(WRITES_A_COMMIT); from < count; from = next.getAndAdd(WRITES_A_COMMIT)) {
                var writes = new ArrayList<Write>();
                for (int index = from; index < Math.min(count, from + WRITES_A_COMMIT); index++) {
                    writes.add(author.write(index));
                }
                landed(store.commit(new Commit(List.of(), writes)));
            }
        });
    }

    /** Runs the same in several tasks at once; fails when one does. */
    public static void inTasks(Env env, int count, TaskSpawner.Body body) throws InterruptedException {
        var tasks = new ArrayList<Task>();
        for (int task = 0; task < count; task++) {
            tasks.add(env.tasks().spawn("writer", body));
        }
        for (var task : tasks) {
            task.join();
            if (task.failure().isPresent()) {
                throw new IllegalStateException("a task failed", task.failure().get());
            }
        }
    }

    /** The revision of a commit that must have landed. */
    public static long landed(WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.Written(var revision)) {
            return revision;
        }
        throw new IllegalStateException("a commit did not land: " + outcome);
    }

    private static final class Texts implements Codec<Payload> {
        @Override
        public Bytes encode(Payload value) {
            return Bytes.utf8(value.text());
        }

        @Override
        public Payload decode(Bytes bytes) {
            return new Payload(bytes.toUtf8());
        }
    }

    private static final class Undecoded implements Codec<Bytes> {
        @Override
        public Bytes encode(Bytes value) {
            return value;
        }

        @Override
        public Bytes decode(Bytes bytes) {
            return bytes;
        }
    }
}
