package dev.banyan.agent.device;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the descriptions of devices from time to time, and tells what they say when it has changed. */
public final class DeviceLoop extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceLoop.class);

    /** A card that is plugged in, or a driver that is installed, is offered so long after. */
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final Env env;
    private final Devices devices;
    private final Consumer<Devices.Told> told;

    /** {@code told} is called with new contents, the first time with the first ones. */
    public DeviceLoop(Env env, Devices devices, Consumer<Devices.Told> told) {
        super(env, "devices");
        this.env = env;
        this.devices = devices;
        this.told = told;
    }

    @Override
    protected Health working() {
        var told = devices.told();
        return Health.ready(
                told.problems().isEmpty()
                        ? told.offered().size() + " kinds of devices"
                        : String.join("; ", told.problems()));
    }

    @Override
    protected void run() throws InterruptedException {
        var pause = env.signal();
        var before = Optional.<Devices.Told>empty();
        while (true) {
            devices.refresh();
            var now = devices.told();
            if (!before.equals(Optional.of(now))) {
                now.problems().forEach(problem -> LOG.atWarn()
                        .addKeyValue("problem", problem)
                        .log("a description of devices is not used"));
                told.accept(now);
                before = Optional.of(now);
            }
            var ignored = pause.await(PERIOD);
        }
    }
}
