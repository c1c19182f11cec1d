package dev.banyan.agent.path;

import dev.banyan.agent.host.HostException;
import dev.banyan.agent.network.PathSizes;
import dev.banyan.agent.network.Peer;
import dev.banyan.agent.network.PeerLink;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps known how large packets pass to each peer: see the package. Stopping it changes nothing. */
public final class PathLoop extends TaskComponent implements PathSizes {
    private static final Logger LOG = LoggerFactory.getLogger(PathLoop.class);

    /** Ways that are tried at once: of 2,048 peers each is then looked at within the slow pace. */
    private static final int AT_ONCE = 16;

    private static final Duration LOOK = Duration.ofSeconds(1);

    /** For an answer; around the earth it is a third of that. */
    private static final Duration ANSWER = Duration.ofSeconds(1);

    private final Env env;
    private final int whole;
    private final SizedPackets packets;
    private final Paths paths; // the loop's own
    private final Signal news;
    private final AtomicReference<Sight> sight = new AtomicReference<>(new Sight(List.of(), List.of()));
    private volatile Map<String, Integer> sizes = Map.of(); // written by the loop

    private record Sight(List<Peer> peers, List<PeerLink> links) {}

    /** @param whole bytes of the largest packet that the tunnel takes */
    public PathLoop(Env env, int whole, SizedPackets packets) {
        super(env, "paths");
        this.env = env;
        this.whole = whole;
        this.packets = packets;
        this.paths = new Paths(whole);
        this.news = env.signal();
    }

    @Override
    public void seen(List<Peer> peers, List<PeerLink> links) {
        sight.set(new Sight(List.copyOf(peers), List.copyOf(links)));
    }

    @Override
    public Map<String, Integer> sizes() {
        return sizes;
    }

    @Override
    protected Health working() {
        return new Health(true, sizes.size() + " ways are known");
    }

    @Override
    protected void run() throws InterruptedException {
        while (true) {
            var now = sight.get();
            paths.seen(
                    now.peers(),
                    now.links(),
                    env.time().now().getEpochSecond(),
                    env.time().nanos());
            var due = paths.due(AT_ONCE, env.time().nanos());
            if (due.isEmpty()) {
                var ignored = news.await(LOOK);
            } else {
                attempt(due);
                tell(paths.sizes());
            }
        }
    }

    private void attempt(List<Paths.Attempt> due) throws InterruptedException {
        var passed = ConcurrentHashMap.<Paths.Attempt>newKeySet();
        var tasks = new ArrayList<Task>();
        try {
            for (var attempt : due) {
                tasks.add(env.tasks().spawn("path", () -> {
                    if (passes(attempt)) {
                        passed.add(attempt);
                    }
                }));
            }
            for (var task : tasks) {
                task.join();
            }
        } finally {
            tasks.forEach(Task::cancel);
        }
        due.forEach(attempt ->
                paths.tried(attempt, passed.contains(attempt), env.time().nanos()));
    }

    /** What cannot be sent has not passed: the tunnel, or the gateway's address, is missing for a moment. */
    private boolean passes(Paths.Attempt attempt) throws InterruptedException {
        try {
            return packets.passes(attempt.gateway(), attempt.bytes(), ANSWER);
        } catch (HostException absent) {
            LOG.atDebug().addKeyValue("agent", attempt.agent()).setCause(absent).log("nothing can be sent");
            return false;
        }
    }

    private void tell(Map<String, Integer> now) {
        now.forEach((agent, bytes) -> {
            int before = sizes.getOrDefault(agent, whole);
            if (bytes < whole && bytes != before) {
                LOG.atWarn()
                        .addKeyValue("agent", agent)
                        .addKeyValue("bytes", bytes)
                        .addKeyValue("tunnel", whole)
                        .log("the way to an agent loses larger packets without a word: none are sent there");
            } else if (bytes == whole && before < whole) {
                LOG.atInfo().addKeyValue("agent", agent).log("the way to an agent takes whole packets again");
            }
        });
        sizes = now;
    }
}
