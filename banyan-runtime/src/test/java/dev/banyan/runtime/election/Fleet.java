package dev.banyan.runtime.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.SimulatedProcess.Condition;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Processes that divide jobs. A job's spec is a number, raised by the test; a worker writes that number into the status with its own name and
 * the count of writes that it knows of, by a write that compares nothing but the fence.
 */
final class Fleet implements AutoCloseable {
    static final int CONCURRENCY = 8;

    private static final Kind<String, String> JOBS = Texts.kind("jobs");
    private static final int COUNT = 12;

    /** Holds reconciles back between their reading and their writing. */
    static final class Gate {
        private static final Duration LOOK = Duration.ofMillis(5);
        private boolean closed;

        void close() {
            closed = true;
        }

        void open() {
            closed = false;
        }

        void pass(Env env) throws InterruptedException {
            while (closed) {
                env.signal().await(LOOK);
            }
        }
    }

    /** One process. */
    record Worker(
            String id,
            SimulatedProcess process,
            FaultyStore store,
            Membership membership,
            Shards shards,
            Controller controller,
            Gate gate,
            List<WriteOutcome> outcomes,
            Set<String> slowness) {
        /** Takes up to half a second from now on between reading and writing. */
        void slow() {
            slowness.add("slow");
        }
    }

    /** What a status says. */
    private record Done(String writer, long count, String number) {
        static final Done NOTHING = new Done("", 0, "0");

        static Done decode(String status) {
            if (status.isEmpty()) {
                return NOTHING;
            }
            var parts = status.split(" ", 3);
            return new Done(parts[0], Long.parseLong(parts[1]), parts[2]);
        }

        Bytes encode() {
            return Bytes.utf8(writer + " " + count + " " + number);
        }
    }

    final Simulation simulation;
    final MemoryStore truth;
    final List<Worker> workers = new ArrayList<>();

    private final Map<ObjectKey, Done> last = new HashMap<>();
    private int number;
    private long reconciles;

    Fleet(long seed, FaultyStore.Faults faults, String... ids) {
        simulation = new Simulation(seed);
        truth = new MemoryStore(simulation.process("store").env());
        for (int job = 0; job < COUNT; job++) {
            truth.commit(Commit.of(new Write.Create(Draft.of(JOBS.key("default", "job-" + job), Bytes.utf8("0")))));
        }
        for (var id : ids) {
            start(id, faults);
        }
        simulation.always("one owner at a time", truth, this::check);
    }

    Worker start(String id, FaultyStore.Faults faults) {
        return start(id, faults, Duration.ZERO, 1);
    }

    Worker start(String id, FaultyStore.Faults faults, Duration ahead, double speed) {
        var process = simulation.process(id);
        var env = new SkewedEnv(process.env(), ahead, speed);
        var store = new FaultyStore(truth, process, faults);
        var membership = new Membership(store, env, id, Membership.TTL);
        var shards = new Shards(membership, store, env);
        var jobs = Informer.of(JOBS, store, env).build();
        var gate = new Gate();
        var outcomes = new ArrayList<WriteOutcome>();
        var slowness = new HashSet<String>();
        var controller = shards.controller(
                Controller.named("jobs", env).concurrency(CONCURRENCY).watches(jobs, EventMapper.self()),
                fenced -> request -> {
                    reconciles++;
                    return work(id, env, jobs, fenced, gate, outcomes, slowness, request);
                });
        var worker = new Worker(id, process, store, membership, shards, controller, gate, outcomes, slowness);
        workers.add(worker);
        membership.start();
        shards.start();
        jobs.start();
        controller.start();
        return worker;
    }

    private static Result work(
            String id,
            Env env,
            Informer<String, String> jobs,
            Store fenced,
            Gate gate,
            List<WriteOutcome> outcomes,
            Set<String> slowness,
            Request request)
            throws InterruptedException {
        var job = jobs.lister().get(request.key()).orElseThrow();
        var done = Done.decode(job.status());
        if (done.number().equals(job.spec())) {
            return Result.done();
        }
        gate.pass(env);
        env.signal()
                .await(Duration.ofMillis(slowness.isEmpty() ? 1 : env.random().nextInt(500)));
        var now = new Done(id, done.count() + 1, job.spec());
        var outcome = fenced.commit(Commit.of(new Write.UpdateStatus(job.key(), job.uid(), now.encode())));
        outcomes.add(outcome);
        return outcome instanceof WriteOutcome.Fenced ? Result.done() : Result.after(outcome);
    }

    /** The last worker that was started under this name. */
    Worker worker(String id) {
        return workers.stream()
                .filter(some -> some.id().equals(id))
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    /** Gives every job a new number. */
    void touchAll() {
        number++;
        var writes = new ArrayList<Write>();
        for (var job : objects()) {
            var base = JOBS.encode(job);
            writes.add(new Write.Update(base, Draft.from(base).withSpec(Bytes.utf8(Integer.toString(number)))));
        }
        truth.commit(new Commit(List.of(), writes));
    }

    boolean allDone() {
        return undone().isEmpty();
    }

    boolean done(ObjectKey job) {
        return !undone().contains(job);
    }

    List<ObjectKey> undone() {
        return objects().stream()
                .filter(job -> !Done.decode(job.status()).number().equals(job.spec()))
                .map(Resource::key)
                .toList();
    }

    List<ObjectKey> jobs() {
        return objects().stream().map(Resource::key).toList();
    }

    /** Jobs that {@code id} owns under the true view. */
    List<ObjectKey> owned(String id) {
        return jobs().stream().filter(job -> owner(job).equals(Optional.of(id))).toList();
    }

    Optional<String> owner(ObjectKey job) {
        return Rendezvous.owner(members(), job.path());
    }

    Map<ObjectKey, String> owners() {
        var owners = new HashMap<ObjectKey, String>();
        jobs().forEach(job -> owners.put(job, owner(job).orElseThrow()));
        return owners;
    }

    /** Who has written the statuses. */
    Set<String> writers() {
        var writers = new HashSet<String>();
        objects().forEach(job -> writers.add(Done.decode(job.status()).writer()));
        return writers;
    }

    List<String> members() {
        return truth.get(View.KEY, ReadAt.LATEST)
                .map(view -> ViewRecord.decode(view.spec()).members())
                .orElse(List.of());
    }

    List<String> alive() {
        return workers.stream()
                .filter(worker -> worker.process().condition() != Condition.DEAD)
                .map(Worker::id)
                .distinct()
                .sorted()
                .toList();
    }

    long viewRevision() {
        return truth.get(View.KEY, ReadAt.LATEST).orElseThrow().meta().revision();
    }

    long newestRevisionButBeats() {
        return truth.list(Selection.EVERYTHING, ReadAt.LATEST).objects().stream()
                .filter(object -> !object.key().kind().equals(MembershipCore.MEMBERS))
                .mapToLong(object -> object.meta().revision())
                .max()
                .orElseThrow();
    }

    long reconciles() {
        return reconciles;
    }

    private List<Resource<String, String>> objects() {
        return truth.list(Selection.of(JOBS.name()), ReadAt.LATEST).objects().stream()
                .map(JOBS::decode)
                .toList();
    }

    /** After every write: a status that changed was written by the present owner, who had seen what another wrote before. */
    private void check(Store now) {
        for (var job : objects()) {
            var before = last.getOrDefault(job.key(), Done.NOTHING);
            var done = Done.decode(job.status());
            if (!done.equals(before)) {
                assertThat(owner(job.key())).as("owner of %s", job.key()).contains(done.writer());
                if (!done.writer().equals(before.writer())) {
                    assertThat(done.count()).as("%s after %s", done, before).isEqualTo(before.count() + 1);
                }
                last.put(job.key(), done);
            }
        }
    }

    @Override
    public void close() {
        simulation.close();
    }
}
