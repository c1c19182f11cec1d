package dev.banyan.simulated;

import java.time.Duration;

/** What users and fate do to a cluster, and what they want in the end. */
enum Story {
    DEPLOY(new Shop(3, "web:1")) {
        @Override
        void tell(SimulatedCluster cluster) throws InterruptedException {
            deploy(cluster);
        }
    },
    SCALE(new Shop(1, "web:1")) {
        @Override
        void tell(SimulatedCluster cluster) throws InterruptedException {
            deploy(cluster);
            cluster.scale(5);
            linger(cluster, new Shop(5, "web:1"));
            cluster.scale(1);
        }
    },
    CHANGE_IMAGE(new Shop(3, "web:2")) {
        @Override
        void tell(SimulatedCluster cluster) throws InterruptedException {
            deploy(cluster);
            cluster.apply(new Shop(3, "web:2"));
        }
    },
    REMOVE(new Shop(0, "web:1")) {
        @Override
        Wanted wanted() {
            return Wanted.NOTHING;
        }

        @Override
        void tell(SimulatedCluster cluster) throws InterruptedException {
            deploy(cluster);
            cluster.remove();
        }
    },
    REMOVE_AND_DEPLOY_AGAIN(new Shop(2, "web:2")) {
        @Override
        void tell(SimulatedCluster cluster) throws InterruptedException {
            deploy(cluster);
            cluster.remove();
            cluster.apply(new Shop(2, "web:2"));
        }
    },
    CONTAINERS_DIE(new Shop(3, "web:1")) {
        @Override
        void tell(SimulatedCluster cluster) throws InterruptedException {
            deploy(cluster);
            for (int death = 0; death < 4; death++) {
                cluster.agent(death).server().containerDies(cluster.random().nextInt(100));
                cluster.pause(Duration.ofMillis(cluster.random().nextInt(3_000)));
            }
        }
    },
    AGENT_RETURNS(new Shop(2, "web:2")) {
        @Override
        void tell(SimulatedCluster cluster) throws InterruptedException {
            deploy(cluster);
            cluster.agent(0).kill();
            cluster.pause(Duration.ofMillis(cluster.random().nextInt(4_000)));
            cluster.apply(new Shop(2, "web:2"));
            cluster.pause(Duration.ofMillis(cluster.random().nextInt(4_000)));
            cluster.agent(0).restart();
        }
    },
    LOST_AGENT_RETURNS(new Shop(3, "web:1")) {
        @Override
        void tell(SimulatedCluster cluster) throws InterruptedException {
            deploy(cluster);
            cluster.agent(1).kill();
            cluster.pause(Duration.ofSeconds(15));
            cluster.agent(1).restart();
        }
    },
    ENGINE_RETURNS(new Shop(4, "web:1")) {
        @Override
        void tell(SimulatedCluster cluster) throws InterruptedException {
            deploy(cluster);
            cluster.killEngine();
            cluster.scale(4);
            cluster.agent(1).server().containerDies(0);
            cluster.pause(Duration.ofMillis(cluster.random().nextInt(12_000)));
            cluster.restartEngine();
        }
    };

    private final Shop end;

    Story(Shop end) {
        this.end = end;
    }

    Wanted wanted() {
        return Wanted.shop(end);
    }

    /** Called on a task of the simulation. */
    abstract void tell(SimulatedCluster cluster) throws InterruptedException;

    private static void deploy(SimulatedCluster cluster) throws InterruptedException {
        cluster.apply(new Shop(3, "web:1"));
        linger(cluster, new Shop(3, "web:1"));
    }

    /** Users wait for the outcome, or do not. */
    private static void linger(SimulatedCluster cluster, Shop shop) throws InterruptedException {
        if (cluster.random().nextBoolean()) {
            cluster.awaitRunning(Wanted.shop(shop));
        } else {
            cluster.pause(Duration.ofMillis(cluster.random().nextInt(2_000)));
        }
    }
}
