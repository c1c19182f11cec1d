package dev.banyan.agent.plane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.PortHold.Transport;
import dev.banyan.agent.plane.PlaneWorld.Offer;
import dev.banyan.agent.plane.PlaneWorld.Site;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.simulation.campaign.Campaign;
import dev.banyan.runtime.simulation.campaign.CampaignOptions;
import dev.banyan.runtime.simulation.campaign.Mode;
import dev.banyan.runtime.simulation.campaign.Settling;
import dev.banyan.runtime.simulation.campaign.Trial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The data plane of two or three servers as it is shipped, while containers come and go, commands fail, agents die and servers reboot.
 * A flow stays with its backend as long as that lives; while nothing fails somebody is reached at every moment and nobody who is dead for
 * longer than five seconds; and in the end every way leads exactly where it shall.
 */
class PlaneCampaignTest {
    private static final Settling SETTLING = new Settling(Duration.ofMinutes(2), Duration.ofSeconds(25));

    @TempDir
    private Path disk;

    private final AtomicLong directories = new AtomicLong();

    @Test
    void everyWayLeadsWhereItShall() throws Exception {
        var report = Campaign.of("plane", this::play)
                .faults(PlaneFaults.ALL)
                .mustReach(
                        "a server rebooted",
                        "somebody took a port",
                        "somebody flushed the rules",
                        "somebody dropped the routes",
                        "an agent came back",
                        "a flow lasted")
                .modes(Mode.SAFETY, Mode.LIVENESS)
                .with(CampaignOptions.ofSystem().usually(20))
                .run();

        assertThat(report.faults())
                .as(report.text())
                .containsKeys(
                        PlaneFaults.COMMAND_FAILS.name(),
                        PlaneFaults.COMMAND_UNANSWERED.name(),
                        PlaneFaults.AGENT_DIES.name());
    }

    @Test
    void somebodyIsReachedFromEverywhereWhileNothingFails() throws Exception {
        var ignored = Campaign.of("plane-calm", this::play)
                .mustReach("a flow lasted", "an agent came back")
                .modes(Mode.CALM)
                .with(CampaignOptions.ofSystem().usually(8))
                .run();
    }

    private void play(Trial trial) {
        var folder = disk.resolve("run" + directories.incrementAndGet());
        var world = new PlaneWorld(trial.simulation(), folder, trial.faults(), trial.size("servers", 2, 3));
        new Story(trial, world).tell();
        if (world.agents() > 0) {
            trial.reached("an agent came back");
        }
        if (world.lasted() > 0) {
            trial.reached("a flow lasted");
        }
        if (trial.mode() != Mode.SAFETY) {
            trial.faults().calm();
            trial.settled(SETTLING.check(trial.simulation(), world.truth(), world::difference, key -> false));
        }
    }

    /** What happens to the servers of one trial. */
    private static final class Story {
        private static final Duration GRACE = Duration.ofSeconds(4);

        private final Trial trial;
        private final PlaneWorld world;
        private final RandomSource random;
        private String looked = "";

        Story(Trial trial, PlaneWorld world) {
            this.trial = trial;
            this.world = world;
            this.random = trial.random("story");
        }

        void tell() {
            for (var offer : Offer.values()) {
                world.start(site(), offer);
                world.start(site(), offer);
            }
            run(Duration.ofSeconds(20));
            if (trial.mode() == Mode.CALM) {
                world.expectCalm();
            }
            int deeds = trial.size("deeds", 1, 14);
            for (int deed = 0; deed < deeds; deed++) {
                act(offer());
                run(Duration.ofMillis(random.nextInt(6_000)));
            }
        }

        private Site site() {
            return world.sites().get(random.nextInt(world.sites().size()));
        }

        private Offer offer() {
            return Offer.values()[random.nextInt(Offer.values().length)];
        }

        private void act(Offer offer) {
            var site = site();
            switch (random.nextInt(trial.mode() == Mode.CALM ? 8 : 15)) {
                case 0, 1, 2, 3, 4 -> talk(offer);
                case 5 -> world.start(site, offer);
                case 6 -> fewer(offer);
                case 7 -> world.killAgent(site);
                case 8 -> dies(offer);
                case 9 -> {
                    trial.reached("a server rebooted");
                    world.reboot(site);
                }
                case 10 -> {
                    trial.reached("somebody flushed the rules");
                    world.disturb(site);
                    site.kernel().flush();
                }
                case 11 -> {
                    trial.reached("somebody dropped the routes");
                    world.sites().forEach(world::disturb);
                    site.kernel().dropRoutes();
                }
                case 12 -> {
                    world.killAgent(site);
                    if (site.kernel().serve(Transport.TCP, 80, "nginx")) {
                        trial.reached("somebody took a port");
                    }
                }
                case 13 -> site.kernel().free(Transport.TCP, 80, "nginx");
                default -> unplugged(site);
            }
        }

        private void talk(Offer offer) {
            for (int i = 0; i < 3; i++) {
                boolean ignored = world.talk(offer, random);
            }
        }

        /** The oldest leaves: first nobody is sent to it any more, later it ends. */
        private void fewer(Offer offer) {
            var ready = world.ready(offer);
            if (ready.size() > 2) {
                world.unwant(ready.getFirst());
                run(GRACE);
                world.end(ready.getFirst());
            }
        }

        private void dies(Offer offer) {
            var ready = world.ready(offer);
            if (!ready.isEmpty()) {
                world.end(ready.get(random.nextInt(ready.size())));
            }
        }

        private void unplugged(Site site) {
            world.sites().forEach(world::disturb);
            site.kernel().plug(false);
            run(Duration.ofSeconds(3));
            site.kernel().plug(true);
        }

        private void run(Duration duration) {
            boolean ignored = trial.simulation()
                    .runUntil(
                            () -> {
                                var now = trial.simulation().time().elapsed().toSeconds() + " "
                                        + world.wire().changes();
                                if (!looked.equals(now)) {
                                    looked = now;
                                    world.broken().ifPresent(broken -> {
                                        throw new AssertionError(broken);
                                    });
                                }
                                return false;
                            },
                            duration);
        }
    }
}
