package dev.banyan.runtime.election;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.WatchCache;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.etcd.EtcdConfig;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own that takes its share of jobs on an etcd: it copies each job's spec into its status and signs with its name. It stops
 * when its standard input ends, so that none is left behind by a test that dies.
 */
public final class JobWorker implements AutoCloseable {
    static final Kind<String, String> JOBS = Texts.kind("jobs");

    private static final long STOP_SECONDS = 30;

    private final Process process;

    private JobWorker(Process process) {
        this.process = process;
    }

    /** Runs one worker; the arguments are etcd's address and the worker's name. */
    public static void main(String[] arguments) throws Exception {
        var env = new SystemEnv();
        try (var etcd = connected(arguments[0], env)) {
            var id = arguments[1];
            var store = new WatchCache(etcd, env);
            var membership = new Membership(store, env, id, Membership.TTL);
            var shards = new Shards(membership, store, env);
            var jobs = Informer.of(JOBS, store, env).build();
            var controller = shards.controller(
                    Controller.named("jobs", env).watches(jobs, EventMapper.self()), fenced -> request -> {
                        var job = jobs.lister().get(request.key());
                        if (job.isEmpty()
                                || job.get().status().endsWith(" " + job.get().spec())) {
                            return Result.done();
                        }
                        var status = Bytes.utf8(id + " " + job.get().spec());
                        return Result.after(fenced.commit(Commit.of(
                                new Write.UpdateStatus(request.key(), job.get().uid(), status))));
                    });
            var manager = ControllerManager.of(store, membership, shards, jobs, controller);
            manager.start();
            while (System.in.read() >= 0) {
                // whatever is said, only the end of it counts
            }
            manager.stop();
        }
    }

    /** On a busy machine an etcd that has just started may be late with its first answer: the worker asks until it is ended. */
    private static EtcdStore connected(String endpoint, SystemEnv env) throws InterruptedException {
        while (true) {
            try {
                return EtcdStore.connect(EtcdConfig.of(endpoint), env);
            } catch (StoreException late) {
                System.err.println("worker: no answer from " + endpoint + " yet: " + late);
            }
        }
    }

    /** Starts a worker in a Java of its own. */
    static JobWorker start(String endpoint, String id) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = List.of(
                java,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                JobWorker.class.getName(),
                endpoint,
                id);
        try {
            return new JobWorker(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Lets it stop in order; does not wait. */
    void end() {
        try {
            process.getOutputStream().close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends it as a power cut would, and returns when it is gone: until then it could still finish a job. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Lets it stand still, as a long collection or a suspended machine would. */
    void pause() throws InterruptedException {
        signal("STOP");
    }

    void resume() throws InterruptedException {
        signal("CONT");
    }

    @Override
    public void close() {
        kill();
    }

    private void signal(String name) throws InterruptedException {
        try {
            var killed = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            if (!killed.waitFor(STOP_SECONDS, TimeUnit.SECONDS) || killed.exitValue() != 0) {
                throw new AssertionError("could not send SIG" + name + " to " + process.pid());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
