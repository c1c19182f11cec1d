package dev.banyan.simulated;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.workload.BootClock;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine: what runs on it and lies on its disk, whichever agents come and go. */
final class SimulatedServer implements BootClock {
    static final String CLUSTER = "c1";

    private static final String FOREIGN = "foreign";
    static final String TASK_UID = "dev.banyan/task-uid";

    private final Simulation simulation;
    private final SimulatedProcess machine;
    private final String name;
    private final Path disk;
    private final FakeServer fake;

    SimulatedServer(Simulation simulation, String name, Path disk) {
        this.simulation = simulation;
        this.machine = simulation.process("server-" + name);
        this.name = name;
        this.disk = disk;
        this.fake = new FakeServer(machine.env());
        for (var image : List.of("db:1", "web:1", "web:2")) {
            fake.offer(
                    Shop.image(image),
                    new ImageConfig(
                            List.of("/" + image),
                            List.of(),
                            Map.of(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()));
        }
        fake.script(Shop.HEALTH_CHECK, new Behaviour.Answers(0, ""));
        machine.env().tasks().spawn("foreign", this::runForeign);
    }

    FakeServer fake() {
        return fake;
    }

    Path disk() {
        return disk;
    }

    @Override
    public long millis() {
        return simulation.time().elapsed().toMillis();
    }

    @Override
    public String bootId() {
        return "boot-of-" + name;
    }

    ContainerRuntime runtime() {
        return fake.runtime(CLUSTER);
    }

    /** What the containers of the cluster that run here were made from. */
    List<ContainerSpec> alive() {
        return fake.alive(CLUSTER);
    }

    ContainerRuntime.Inventory inventory() {
        try {
            return runtime().list();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("nothing waits here", interrupted);
        }
    }

    String name() {
        return name;
    }

    boolean foreignersLive() {
        return fake.alive(FOREIGN).size() == 1;
    }

    /** Two containers of one task: never, at no moment. */
    Optional<String> doubled() {
        var seen = new HashSet<String>();
        return alive().stream()
                .map(spec -> spec.labels().getOrDefault(TASK_UID, ""))
                .filter(uid -> !seen.add(uid))
                .findFirst()
                .map(uid -> "two containers of task " + uid + " run on " + name);
    }

    /** The process of one container ends, chosen by {@code number}; nothing happens where none runs. */
    void containerDies(int number) {
        var running = fake.running();
        int foreigners = fake.alive(FOREIGN).size();
        // The foreign one was started first.
        if (running.size() > foreigners) {
            fake.end(running.get(foreigners + Math.floorMod(number, running.size() - foreigners)), 1);
        }
    }

    /** Another cluster's container with everything equal but the cluster. */
    private void runForeign() throws InterruptedException {
        var runtime = fake.runtime(FOREIGN);
        var image = Shop.image("db:1");
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
    }
}
