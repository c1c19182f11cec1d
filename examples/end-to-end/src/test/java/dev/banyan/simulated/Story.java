package dev.banyan.simulated;

import dev.banyan.simulated.world.App;

/** Walks of which the next step is known, for searches that try every crash point of one. */
enum Story {
    DEPLOY {
        @Override
        void tell(Walk walk) throws InterruptedException {
            walk.deploy(App.shop(3, "web:1"));
        }
    },
    SCALE {
        @Override
        void tell(Walk walk) throws InterruptedException {
            DEPLOY.tell(walk);
            walk.linger();
            walk.scale(App.shop(5, "web:1"));
            walk.linger();
            walk.scale(App.shop(1, "web:1"));
        }
    },
    CHANGE_IMAGE {
        @Override
        void tell(Walk walk) throws InterruptedException {
            DEPLOY.tell(walk);
            walk.linger();
            walk.deploy(App.shop(3, "web:2"));
        }
    },
    REMOVE {
        @Override
        void tell(Walk walk) throws InterruptedException {
            DEPLOY.tell(walk);
            walk.linger();
            walk.remove("shop");
        }
    },
    REMOVE_AND_DEPLOY_AGAIN {
        @Override
        void tell(Walk walk) throws InterruptedException {
            REMOVE.tell(walk);
            walk.deploy(App.shop(2, "web:2"));
        }
    };

    /** Done by the user's task. */
    abstract void tell(Walk walk) throws InterruptedException;
}
