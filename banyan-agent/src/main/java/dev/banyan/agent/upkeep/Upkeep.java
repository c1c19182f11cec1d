package dev.banyan.agent.upkeep;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.HostException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes back what grows on this server, once a minute: see the package. */
public final class Upkeep extends TaskComponent {
    /** Writing at 100 MB/s fills 6 GB in it: a fifth of a small disk. */
    static final Duration PERIOD = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final Env env;
    private final Needs needs;
    private final ImageSweep images;
    private final LogSweep logs;
    private final Signal never;
    private volatile Health health = Health.ready("nothing looked at yet"); // written by the loop

    /** Where things are, and whose images may go. */
    public record Places(Path imageUse, Path logs, String registry) {}

    public Upkeep(Env env, ContainerRuntime runtime, Disk disk, Places places, Needs needs) {
        super(env, "upkeep");
        this.env = env;
        this.needs = needs;
        var use = new ImageUse(new CheckedFile(places.imageUse()));
        this.images = new ImageSweep(runtime, disk, use, env.time(), places.registry());
        this.logs = new LogSweep(places.logs());
        this.never = env.signal();
    }

    @Override
    protected void run() throws InterruptedException {
        while (!never.await(PERIOD)) {
            try {
                images.sweep(needs);
                var needed = needs.now();
                if (needed.isPresent()) {
                    logs.sweep(needed.get(), env.time().now());
                }
                health = Health.ready("every " + PERIOD.toSeconds() + " s");
            } catch (ContainerException | HostException failed) {
                health = Health.notReady(String.valueOf(failed.getMessage()));
                LOG.atWarn().setCause(failed).log("upkeep failed, the next round does it again");
            }
        }
    }

    @Override
    protected Health working() {
        return health;
    }
}
