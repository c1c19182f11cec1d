package dev.banyan.simulated;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.simulated.proof.Judgement;
import dev.banyan.simulated.proof.Wanted;
import dev.banyan.simulated.world.App;
import dev.banyan.simulated.world.UserDesk;
import dev.banyan.simulated.world.UserDesk.Outcome;
import dev.banyan.simulated.world.World;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** What a user wants of a cluster, one wish after the other: drawn, or told by a {@link Story}. Used by the user's task. */
final class Walk {
    private static final int WEBS_MAX = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final World world;
    private final UserDesk desk;
    private final RandomSource random;
    private final Map<String, App> apps = new TreeMap<>();

    Walk(World world) {
        this.world = world;
        this.desk = new UserDesk(world);
        this.random = world.trial().random("walk");
    }

    /** What is wanted as far as it was granted. */
    Wanted wanted() {
        return Wanted.of(apps.values());
    }

    UserDesk desk() {
        return desk;
    }

    RandomSource random() {
        return random;
    }

    /** A drawn number of drawn wishes. */
    void stroll(int wishes) throws InterruptedException {
        for (int wish = 0; wish < wishes; wish++) {
            one();
            linger();
        }
    }

    private void one() throws InterruptedException {
        var name = random.nextInt(4) == 0 ? "blog" : "shop";
        // Half of the blogs want the shop's port.
        var fresh = new App(
                name, 1 + random.nextInt(WEBS_MAX), "web:1", name.equals("blog") && random.nextBoolean() ? 8081 : 8080);
        if (!apps.containsKey(name)) {
            deploy(fresh);
            return;
        }
        var app = apps.get(name);
        switch (random.nextInt(4)) {
            case 0 -> scale(app.scaled(random.nextInt(WEBS_MAX + 1)));
            case 1 -> deploy(new App(name, app.webs(), app.webImage().equals("web:1") ? "web:2" : "web:1", app.port()));
            case 2 -> remove(name);
            default -> {
                remove(name);
                deploy(fresh);
                world.reached("an app was deployed again by the same name");
            }
        }
    }

    void deploy(App app) throws InterruptedException {
        boolean there = apps.containsKey(app.name());
        if (desk.apply(app) == Outcome.DONE) {
            world.reached(there ? "an app was changed" : "an app was deployed");
            apps.put(app.name(), app);
        } else {
            world.reached("a port was refused");
        }
    }

    void scale(App app) throws InterruptedException {
        if (desk.scale(app.name(), app.webs()) == Outcome.DONE) {
            world.reached("an app was scaled");
            apps.put(app.name(), app);
        }
    }

    void remove(String app) throws InterruptedException {
        var ignored = desk.remove(app);
        world.reached("an app was removed");
        apps.remove(app);
    }

    /** Users wait for the outcome, or do not. */
    void linger() throws InterruptedException {
        if (random.nextBoolean()) {
            boolean came = desk.await(() -> Judgement.runs(world, wanted()), PATIENCE);
            world.reached(came ? "a user saw what was wanted" : "a user waited in vain");
        } else {
            desk.pause(Duration.ofMillis(random.nextInt(4_000)));
        }
    }
}
