package dev.banyan.runtime.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Jobs in a real store, given out and looked at by a test. It also watches every write in the order of revisions and notes each status whose
 * writer did not own the job under the view of that moment.
 */
final class JobBoard implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(1);
    private static final Duration AWAY_MAX = Duration.ofMinutes(2);

    private final Store store;
    private final Env env;
    private final Task auditor;
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final Map<ObjectKey, String> statuses = new HashMap<>(); // the auditor's task
    private volatile List<String> members = List.of(); // written by the auditor's task
    private volatile long viewNanos; // written by the auditor's task
    private int number;

    JobBoard(Store store, Env env, int jobs) {
        this.store = store;
        this.env = env;
        long from = store.list(Selection.of("none"), ReadAt.LATEST).revision();
        this.auditor = env.tasks().spawn("auditor", () -> audit(from));
        for (int job = 0; job < jobs; job++) {
            var draft = Draft.of(JobWorker.JOBS.key("default", "job-" + job), Bytes.utf8("0"));
            store.commit(Commit.of(new Write.Create(draft)));
        }
    }

    /** Gives every job a new number. */
    void touchAll() {
        number++;
        jobs().forEach(job -> write(job.key()));
    }

    /** Gives one job a new number. */
    void touch(ObjectKey job) {
        number++;
        write(job);
    }

    private void write(ObjectKey job) {
        var spec = Bytes.utf8(Integer.toString(number));
        boolean landed = false;
        while (!landed) {
            var base = get(job);
            landed = store.commit(
                            Commit.of(new Write.Update(base, Draft.from(base).withSpec(spec))))
                    .written();
        }
    }

    boolean allDone() {
        return jobs().stream().allMatch(JobBoard::done);
    }

    boolean done(ObjectKey job) {
        return done(get(job));
    }

    String writer(ObjectKey job) {
        return writer(get(job));
    }

    /** Who wrote the statuses. */
    List<String> writers() {
        return jobs().stream().map(JobBoard::writer).distinct().sorted().toList();
    }

    List<String> members() {
        return members;
    }

    /** When the present view was seen, by the monotonic clock. */
    long viewNanos() {
        return viewNanos;
    }

    /** Jobs that {@code member} owns under the view that was seen last. */
    List<ObjectKey> owned(String member) {
        return jobs().stream()
                .map(StoredObject::key)
                .filter(job -> Rendezvous.owner(members, job.path()).orElse("").equals(member))
                .toList();
    }

    void await(String what, Duration atMost, BooleanSupplier condition) throws InterruptedException {
        long start = env.time().nanos();
        while (!condition.getAsBoolean()) {
            assertThat(env.time().since(start)).as("waiting for: %s", what).isLessThan(atMost);
            env.signal().await(LOOK);
        }
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    private List<StoredObject> jobs() {
        return read(() ->
                store.list(Selection.of(JobWorker.JOBS.name()), ReadAt.LATEST).objects());
    }

    private StoredObject get(ObjectKey job) {
        return read(() -> store.get(job, ReadAt.LATEST).orElseThrow());
    }

    /** A store that is away, or slow, is asked again. */
    private <T> T read(Supplier<T> reading) {
        long begun = env.time().nanos();
        while (true) {
            try {
                return reading.get();
            } catch (StoreException away) {
                if (env.time().since(begun).compareTo(AWAY_MAX) > 0) {
                    throw away;
                }
            }
        }
    }

    private static String writer(StoredObject job) {
        return job.status().toUtf8().split(" ", 2)[0];
    }

    private static boolean done(StoredObject job) {
        return job.status().toUtf8().endsWith(" " + job.spec().toUtf8());
    }

    private void audit(long from) throws InterruptedException {
        try (var watch = store.watch(Selection.EVERYTHING, from)) {
            while (true) {
                switch (watch.next()) {
                    case WatchBatch.Changes changes -> new ArrayList<>(changes.events()).forEach(this::audit);
                    case WatchBatch.Bookmark bookmark -> {}
                    case WatchBatch.Resync resync -> violations.add("the auditor missed something: " + resync);
                    case WatchBatch.Closed closed -> {
                        return;
                    }
                }
            }
        }
    }

    private void audit(WatchEvent event) {
        if (!(event instanceof WatchEvent.Put(var object))) {
            return;
        }
        if (object.key().equals(View.KEY)) {
            viewNanos = env.time().nanos();
            members = ViewRecord.decode(object.spec()).members();
        }
        var status = object.status().toUtf8();
        if (object.key().kind().equals(JobWorker.JOBS.name()) && !status.equals(statuses.put(object.key(), status))) {
            var writer = status.split(" ", 2)[0];
            var owner = Rendezvous.owner(members, object.key().path()).orElse("");
            if (!status.isEmpty() && !owner.equals(writer)) {
                violations.add(writer + " wrote " + object.key() + " of " + owner + " at revision "
                        + object.meta().revision());
            }
        }
    }

    @Override
    public void close() {
        auditor.cancel();
    }
}
