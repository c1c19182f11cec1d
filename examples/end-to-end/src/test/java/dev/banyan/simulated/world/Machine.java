package dev.banyan.simulated.world;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.plane.ServerKernel;
import dev.banyan.agent.plane.Wire;
import dev.banyan.agent.workload.BootClock;
import dev.banyan.runtime.simulation.SimulatedHost;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.simulation.disk.SimulatedDisk;
import dev.banyan.simulated.wire.FrontDoor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine: what runs on it and lies on its disk, whichever agents come and go. */
public final class Machine implements BootClock {
    private static final String CLUSTER = FrontDoor.CLUSTER;
    private static final String FOREIGN = "foreign";
    private static final String TASK_UID = "dev.banyan/task-uid";
    private static final String TASK = "dev.banyan/task";
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration PULL = Duration.ofSeconds(1);

    private final SimulatedHost host;
    private final SimulatedProcess hardware; // lives on while the host has no power
    private final SimulatedDisk disk;
    private final FakeServer server;
    private final ServerKernel kernel;
    private boolean foreignExpected;
    private String joined = "";

    /** The {@code number}-th machine on {@code wire}, counted from 1. */
    Machine(Trial trial, Wire wire, String name, int number) {
        var simulation = trial.simulation();
        this.host = simulation.host(name);
        this.hardware = simulation.process("server-" + name);
        this.disk = SimulatedDisk.of(host, trial.faults());
        disk.latency(Duration.ZERO);
        this.server = FakeServer.on(hardware, trial.faults());
        for (var image : List.of("db:1", "web:1", "web:2")) {
            server.offer(
                    App.image(image),
                    new ImageConfig(
                            List.of("/" + image),
                            List.of(),
                            Map.of(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()));
        }
        this.kernel = wire.server(name, "192.0.2." + number, this::attached);
        server.pullsTake(PULL);
        server.script(App.HEALTH_CHECK, new Behaviour.Answers(0, ""));
        host.onPowerLoss(this::halt);
        hardware.env().tasks().spawn("foreign", this::runForeign);
    }

    /** What a living container is for: the app and the service, such as {@code shop/web}. */
    public record Living(String taskUid, String service, ImageReference image) {}

    /** The containers of the cluster that run here. */
    public List<Living> living() {
        return server.alive(CLUSTER).stream()
                .map(spec -> new Living(
                        spec.labels().getOrDefault(TASK_UID, ""),
                        appOf(spec.labels().getOrDefault(TASK, "")) + "/" + spec.name(),
                        spec.image()))
                .toList();
    }

    /** The name of the app that a sandbox is of. */
    public static String appOf(ObservedSandbox sandbox) {
        return appOf(sandbox.labels().getOrDefault(TASK, ""));
    }

    private static String appOf(String task) {
        return task.substring(task.indexOf('/') + 1).split("\\.")[0];
    }

    /** Its name. */
    public String name() {
        return host.name();
    }

    /** Where its agent keeps files. */
    public Path disk() {
        return disk.root();
    }

    /** All containers and sandboxes of the cluster, whether the daemon answers or not. */
    public ContainerRuntime.Inventory inventory() {
        return server.inventory(CLUSTER);
    }

    /** Whether what belongs to others is there still: whoever ends a container also removes it. */
    public boolean foreignersLive() {
        return !foreignExpected || !server.inventory(FOREIGN).containers().isEmpty();
    }

    /** What belongs to others is removed, as no agent may. */
    public void foreignerDies() throws InterruptedException {
        for (var container : server.inventory(FOREIGN).containers()) {
            server.end(container.id(), 137);
            server.runtime(FOREIGN).remove(container.id());
        }
    }

    /** The process of one container ends, chosen by {@code number}; nothing happens where none runs. */
    public void containerDies(int number) {
        var running = server.running();
        var own = inventory().containers().stream()
                .map(container -> container.id())
                .filter(running::contains)
                .toList();
        if (!own.isEmpty()) {
            server.end(own.get(Math.floorMod(number, own.size())), 1);
        }
    }

    /** One of the cluster's sandboxes dies, chosen by {@code number}; nothing happens where none is. */
    void sandboxDies(int number) {
        var sandboxes = inventory().sandboxes();
        if (!sandboxes.isEmpty()) {
            server.sandboxDies(
                    sandboxes.get(Math.floorMod(number, sandboxes.size())).id());
        }
    }

    /** Addresses that a container answers at. */
    private List<String> attached() {
        return inventory().sandboxes().stream()
                .filter(ObservedSandbox::ready)
                .flatMap(sandbox -> sandbox.address().stream())
                .toList();
    }

    /** Containers get addresses of {@code subnet} from now on, such as {@code 10.192.3.0/24}. */
    void joins(String subnet) {
        var network = subnet.substring(0, subnet.lastIndexOf('.'));
        if (!network.equals(joined)) {
            joined = network;
            server.addresses(network);
        }
    }

    /** What leads packets here. */
    public ServerKernel kernel() {
        return kernel;
    }

    @Override
    public long millis() {
        return host.clock().bootNanos() / 1_000_000;
    }

    @Override
    public String bootId() {
        return host.bootId();
    }

    SimulatedHost host() {
        return host;
    }

    ContainerRuntime runtime() {
        return server.runtime(CLUSTER);
    }

    boolean daemonUp() {
        return server.serves();
    }

    void daemonDies() {
        server.daemonDies();
    }

    void daemonReturns() {
        if (!server.serves()) {
            server.daemonReturns();
        }
    }

    /** All processes end; what is on the disk stays, as far as it was forced. */
    private void halt() {
        server.reboot();
        kernel.reboot();
    }

    /** Another cluster's container with everything equal but the cluster. */
    private void runForeign() throws InterruptedException {
        while (!startForeign()) {
            hardware.env().signal().await(AGAIN);
        }
        foreignExpected = true;
    }

    private boolean startForeign() throws InterruptedException {
        var runtime = server.runtime(FOREIGN);
        var image = App.image("db:1");
        var labels = Map.of(TASK_UID, "somebody-elses", TASK, "default/shop.db.1.0.0");
        try {
            var ignored = runtime.pull(image);
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
            return true;
        } catch (ContainerException refused) {
            return false;
        }
    }
}
