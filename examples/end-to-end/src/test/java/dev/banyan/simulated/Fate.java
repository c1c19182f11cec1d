package dev.banyan.simulated;

import java.time.Duration;

/** What happens to a cluster while users do what they do: a few blows at drawn times, and all is mended in the end. */
enum Fate {
    ENGINE_DIES {
        @Override
        void strike(SimulatedCluster cluster) throws InterruptedException {
            cluster.killEngine();
            cluster.pause(drawn(cluster, 12_000));
            cluster.restartEngine();
        }
    },
    AGENT_DIES {
        @Override
        void strike(SimulatedCluster cluster) throws InterruptedException {
            var agent = cluster.agent(cluster.random().nextInt(2));
            agent.kill();
            cluster.pause(drawn(cluster, 15_000));
            agent.restart();
        }
    },
    AGENT_STANDS_STILL {
        @Override
        void strike(SimulatedCluster cluster) throws InterruptedException {
            var agent = cluster.agent(cluster.random().nextInt(2));
            agent.pause();
            cluster.pause(drawn(cluster, 12_000));
            agent.resume();
        }
    },
    CONTAINER_DIES {
        @Override
        void strike(SimulatedCluster cluster) throws InterruptedException {
            cluster.agent(cluster.random().nextInt(2))
                    .server()
                    .containerDies(cluster.random().nextInt(100));
        }
    },
    CONTAINER_DAEMON_DIES {
        @Override
        void strike(SimulatedCluster cluster) throws InterruptedException {
            var server = cluster.agent(cluster.random().nextInt(2)).server().fake();
            server.daemonDies();
            cluster.pause(drawn(cluster, 3_000));
            server.daemonReturns();
        }
    };

    private static final int BLOWS_MAX = 4;
    private static final int APART_MS = 6_000;

    /** Called on a task of the simulation; what it broke is whole again when it returns. */
    abstract void strike(SimulatedCluster cluster) throws InterruptedException;

    /** A drawn number of drawn blows. */
    static void befall(SimulatedCluster cluster) throws InterruptedException {
        int blows = 1 + cluster.random().nextInt(BLOWS_MAX);
        for (int blow = 0; blow < blows; blow++) {
            cluster.pause(drawn(cluster, APART_MS));
            values()[cluster.random().nextInt(values().length)].strike(cluster);
        }
    }

    private static Duration drawn(SimulatedCluster cluster, int millisMax) {
        return Duration.ofMillis(1 + cluster.random().nextInt(millisMax));
    }
}
