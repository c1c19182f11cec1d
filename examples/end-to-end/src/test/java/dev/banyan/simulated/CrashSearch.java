package dev.banyan.simulated;

import dev.banyan.runtime.simulation.FaultyStore.CrashPoint;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Tells a story once, counts what one process does, and then tells it twice for each of these deeds: the process dies right before it, and
 * right after it, and is started again at once, soon, or after it was given up. Every telling must end as wanted.
 */
final class CrashSearch {
    private static final List<Duration> AWAY =
            List.of(Duration.ofMillis(50), Duration.ofSeconds(3), Duration.ofSeconds(15));

    /** The deeds before and after which a process dies. */
    enum Deed {
        WRITE_OF_ENGINE {
            @Override
            void crashAt(SimulatedCluster cluster, long number, CrashPoint point) {
                cluster.engine().store().crashAt(number, point);
            }

            @Override
            long count(SimulatedCluster cluster) {
                return cluster.engine().store().writes();
            }
        },
        WRITE_OF_AGENT {
            @Override
            void crashAt(SimulatedCluster cluster, long number, CrashPoint point) {
                cluster.agent(0).store().crashAt(number, point);
            }

            @Override
            long count(SimulatedCluster cluster) {
                return cluster.agent(0).store().writes();
            }
        },
        CALL_OF_AGENT {
            @Override
            void crashAt(SimulatedCluster cluster, long number, CrashPoint point) {
                cluster.agent(0).runtime().crashAt(number, point);
            }

            @Override
            long count(SimulatedCluster cluster) {
                return cluster.agent(0).runtime().changes();
            }
        };

        abstract void crashAt(SimulatedCluster cluster, long number, CrashPoint point);

        abstract long count(SimulatedCluster cluster);
    }

    private final Story story;
    private final Deed deed;
    private final long seed;
    private final Path disk;

    /** {@code story} is one in which nobody else kills the process. */
    CrashSearch(Story story, Deed deed, long seed, Path disk) {
        this.story = story;
        this.deed = deed;
        this.seed = seed;
        this.disk = disk;
    }

    /**
     * Tries every crash point of the seed; answers how many deeds the story has.
     *
     * @throws AssertionError naming the story, the seed and the crash point of the first telling that went wrong
     */
    long all() {
        long deeds = tell(0, CrashPoint.BEFORE);
        for (long number = 1; number <= deeds; number++) {
            for (var point : CrashPoint.values()) {
                tell(number, point);
            }
        }
        return deeds;
    }

    /** One telling; deed 0 never comes, so nothing dies. */
    private long tell(long crashAt, CrashPoint point) {
        var place = disk.resolve(story + "-" + deed + "-" + crashAt + "-" + point);
        try (var cluster = new SimulatedCluster(seed, place, Faults.NONE, Sabotage.NONE)) {
            deed.crashAt(cluster, crashAt, point);
            cluster.alongside("keeper", () -> keep(cluster, AWAY.get((int) (crashAt % AWAY.size()))));
            cluster.tell(story);
            return deed.count(cluster);
        } catch (AssertionError wrong) {
            throw new AssertionError(
                    story + ", " + (crashAt == 0 ? "nothing dies" : point + " " + deed + " " + crashAt) + ": "
                            + wrong.getMessage(),
                    wrong);
        }
    }

    /** Starts again what died. */
    private static void keep(SimulatedCluster cluster, Duration away) throws InterruptedException {
        while (cluster.engine().runs() && cluster.agent(0).runs()) {
            cluster.pause(Duration.ofMillis(100));
        }
        if (cluster.engine().runs()) {
            cluster.pause(away);
            cluster.agent(0).restart();
        } else {
            cluster.killEngine();
            cluster.pause(away);
            cluster.restartEngine();
        }
    }
}
