package dev.banyan.simulated.world;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.workload.BootClock;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine: what runs on it and lies on its disk, whichever agents come and go. */
public final class Machine implements BootClock {
    /** The cluster whose containers count. */
    static final String CLUSTER = "c1";

    private static final String FOREIGN = "foreign";
    private static final String TASK_UID = "dev.banyan/task-uid";
    private static final String TASK = "dev.banyan/task";

    private final Simulation simulation;
    private final SimulatedProcess machine;
    private final String name;
    private final Path disk;
    private final FakeServer fake;
    private boolean daemonUp = true;
    private boolean foreignExpected;
    private long bootedNanos;
    private int boots = 1;

    Machine(Simulation simulation, String name, Path disk) {
        this.simulation = simulation;
        this.machine = simulation.process("server-" + name);
        this.name = name;
        this.disk = disk;
        this.fake = new FakeServer(machine.env());
        for (var image : List.of("db:1", "web:1", "web:2")) {
            fake.offer(
                    App.image(image),
                    new ImageConfig(
                            List.of("/" + image),
                            List.of(),
                            Map.of(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()));
        }
        fake.script(App.HEALTH_CHECK, new Behaviour.Answers(0, ""));
        machine.env().tasks().spawn("foreign", this::runForeign);
    }

    /** What a living container is for: the app and the service, such as {@code shop/web}. */
    public record Living(String taskUid, String service, ImageReference image) {}

    /** The containers of the cluster that run here. */
    public List<Living> living() {
        return alive().stream()
                .map(spec -> new Living(
                        spec.labels().getOrDefault(TASK_UID, ""),
                        appOf(spec.labels().getOrDefault(TASK, "")) + "/" + spec.name(),
                        spec.image()))
                .toList();
    }

    private static String appOf(String task) {
        return task.substring(task.indexOf('/') + 1).split("\\.")[0];
    }

    boolean daemonUp() {
        return daemonUp;
    }

    void daemonDies() {
        daemonUp = false;
        fake.daemonDies();
    }

    void daemonReturns() {
        if (!daemonUp) {
            daemonUp = true;
            fake.daemonReturns();
        }
    }

    /** What belongs to others ends, as if somebody had ended it. */
    public void foreignerDies() {
        var own = inventory().containers().stream()
                .map(container -> container.id())
                .toList();
        fake.running().stream().filter(id -> !own.contains(id)).forEach(id -> fake.end(id, 137));
    }

    /** All processes end, and time begins anew; what is on the disk stays. */
    void reboot() {
        foreignExpected = false;
        boots++;
        bootedNanos = simulation.time().nanos();
        inventory().sandboxes().forEach(sandbox -> fake.sandboxDies(sandbox.id()));
        fake.running().forEach(id -> fake.end(id, 137));
    }

    FakeServer fake() {
        return fake;
    }

    /** Where its agent keeps files. */
    public Path disk() {
        return disk;
    }

    @Override
    public long millis() {
        return (simulation.time().nanos() - bootedNanos) / 1_000_000;
    }

    @Override
    public String bootId() {
        return "boot-" + boots + "-of-" + name;
    }

    ContainerRuntime runtime() {
        return fake.runtime(CLUSTER);
    }

    /** What the containers of the cluster that run here were made from. */
    List<ContainerSpec> alive() {
        return fake.alive(CLUSTER);
    }

    /** All containers and sandboxes of the cluster, whether the daemon answers or not. */
    public ContainerRuntime.Inventory inventory() {
        boolean away = !daemonUp;
        try {
            if (away) {
                fake.daemonReturns();
            }
            return runtime().list();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("nothing waits here", interrupted);
        } finally {
            if (away) {
                fake.daemonDies();
            }
        }
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Whether what belongs to others is untouched. */
    public boolean foreignersLive() {
        return !foreignExpected || fake.alive(FOREIGN).size() == 1;
    }

    /** The process of one container ends, chosen by {@code number}; nothing happens where none runs. */
    public void containerDies(int number) {
        var running = fake.running();
        var own = inventory().containers().stream()
                .map(container -> container.id())
                .filter(running::contains)
                .toList();
        if (!own.isEmpty()) {
            fake.end(own.get(Math.floorMod(number, own.size())), 1);
        }
    }

    /** Another cluster's container with everything equal but the cluster. */
    private void runForeign() throws InterruptedException {
        var runtime = fake.runtime(FOREIGN);
        var image = App.image("db:1");
        var ignored = runtime.pull(image);
        var labels = Map.of(TASK_UID, "somebody-elses", "dev.banyan/task", "default/shop.db.1.0.0");
        var sandbox = runtime.runSandbox(new SandboxSpec(
                "shop.db.1.0.0",
                "somebody-elses",
                1,
                "db-0",
                Path.of("/logs"),
                "/foreign",
                SandboxSpec.Dns.OF_THE_SERVER,
                labels,
                Map.of()));
        runtime.start(runtime.createContainer(
                sandbox.id(), ContainerSpec.of("db", 1, image, "1.log").withLabels(labels)));
        foreignExpected = true;
    }
}
