package dev.banyan.agent.container;

import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A server without containers: sandboxes and processes that outlive every agent, the daemon, and every {@link ContainerRuntime} made for
 * it. What programs do, which images there are, and what goes wrong is said by the test or drawn by the run's plan of faults. Thread-safe;
 * blocks only through its {@link Env}.
 */
public final class FakeServer {
    /** Size of every image that is offered without layers. */
    public static final long IMAGE_BYTES = 1_000_000;

    private static final int KILLED = 137;

    /** What a container has for an exit code whose start failed. */
    private static final int NOT_STARTED = 128;

    /** What containerd answers for processes that ended together with everything that knew of them. */
    private static final int UNKNOWN_END = 255;

    /** Longest time in which events get lost after the daemon is back. */
    private static final Duration SUBSCRIBE_MAX = Duration.ofMillis(300);

    private static final Duration DAEMON_AWAY_MAX = Duration.ofSeconds(3);
    private static final Duration NOTICE_MAX = Duration.ofMillis(200);
    private static final Duration LIFE_MAX = Duration.ofMinutes(1);

    private final String name;
    private final Env env;
    private final FaultPlan faults;
    private final Consumer<String> notes;
    private final RandomSource random;
    private final ReentrantLock lock = new ReentrantLock(); // guards all below; never held while blocking
    private final FakeImages images = new FakeImages();
    private final FakeEvents events;
    private final Map<List<String>, Behaviour> behaviours = new HashMap<>();
    private final Map<String, FakeSandbox> sandboxes = new LinkedHashMap<>();
    private final Map<String, FakeContainer> containers = new LinkedHashMap<>();
    private final List<Signal> calls = new ArrayList<>(); // those that the daemon's death ends
    private FakeAddresses addresses = new FakeAddresses("10.222.0");
    private boolean away;
    private long deaths;
    private final List<ContainerSpec> started = new ArrayList<>();

    /** A server on which nothing goes wrong of itself. */
    public FakeServer(Env env) {
        this("server", env, FaultPlan.none(0), note -> {});
    }

    private FakeServer(String name, Env env, FaultPlan faults, Consumer<String> notes) {
        this.name = name;
        this.env = env;
        this.faults = faults;
        this.notes = notes;
        this.random = env.random().fork("containers");
        this.events = new FakeEvents(this, env);
    }

    /** The server that {@code machine} is: never killed itself, whatever dies on it. What happens is noted in the simulation's trace. */
    public static FakeServer on(SimulatedProcess machine, FaultPlan faults) {
        return new FakeServer(machine.name(), machine.env(), faults, machine::note);
    }

    /** The server's runtime as an agent of {@code cluster} has it. */
    public ContainerRuntime runtime(String cluster) {
        return new FakeContainerRuntime(this, cluster);
    }

    /** The registry has {@code image} from now on, of one layer. */
    public void contains(ImageReference image, Map<String, String> files) {
        locked(() -> images.contains(image, files));
    }

    /** An image that can be pulled. */
    public void offer(ImageReference image, ImageConfig config) {
        locked(() -> images.offer(image, config, List.of(new FakeImages.Layer(image.digest(), IMAGE_BYTES))));
    }

    /** The registry has {@code image} from now on, of these layers: bytes by digest. */
    public void offer(ImageReference image, ImageConfig config, Map<String, Long> layers) {
        locked(() -> images.offer(
                image,
                config,
                layers.entrySet().stream()
                        .map(layer -> new FakeImages.Layer(layer.getKey(), layer.getValue()))
                        .sorted((one, other) -> one.digest().compareTo(other.digest()))
                        .toList()));
    }

    /** Every pull of an image of which nothing is there takes this long from now on. */
    public void pullsTake(Duration time) {
        locked(() -> images.pullsTake(time));
    }

    /** The next pull of {@code image} ends so; may be said several times. */
    public void refuseNextPull(ImageReference image, PullOutcome.Failed refusal) {
        locked(() -> images.refuseNext(image, refusal));
    }

    /** The disk has room for so many bytes of images; once that is used, sandboxes and containers cannot be made either. */
    public void diskOf(long bytes) {
        locked(() -> images.capacity(bytes));
    }

    /** Bytes of the disk that layers take, with and without an image. */
    public long diskUsed() {
        return locked(images::used);
    }

    /** Sandboxes get the addresses of this network of 256 from now on, such as {@code 10.192.3}. */
    public void addresses(String network) {
        locked(() -> addresses = new FakeAddresses(network));
    }

    /** What a command line does; others run until a signal. */
    public void script(List<String> commandLine, Behaviour behaviour) {
        locked(() -> behaviours.put(List.copyOf(commandLine), behaviour));
    }

    /** What a command does in one container, as when a health check of it begins to fail. */
    public void script(String containerId, List<String> command, Behaviour behaviour) {
        locked(() -> Optional.ofNullable(containers.get(containerId))
                .ifPresent(container -> container.commands.put(List.copyOf(command), behaviour)));
    }

    /** The runtime's daemon dies: calls fail, also those that are under way, and events are lost; containers go on. */
    public void daemonDies() {
        locked(() -> {
            note("the daemon dies");
            away = true;
            deaths++;
            events.breakStreams();
            calls.forEach(Signal::raise);
            calls.clear();
        });
    }

    /** The daemon is back: calls work, and watchers learn soon that they missed something. It has forgotten names without a sandbox. */
    public void daemonReturns() {
        locked(() -> {
            note("the daemon is back");
            away = false;
            sandboxes.values().removeIf(sandbox -> sandbox.hidden);
            long died = deaths;
            later(drawn(random, SUBSCRIBE_MAX), () -> {
                if (!away && deaths == died) {
                    events.subscribe("the daemon was restarted");
                }
            });
        });
    }

    /** Whether the daemon is there. */
    public boolean serves() {
        return locked(() -> !away);
    }

    /** The container's process ends, whatever it was doing. */
    public void end(String containerId, int code) {
        locked(() -> finish(containerId, code, false));
    }

    /** Somebody else sends a signal to the container's process. */
    public void signal(String containerId, StopSignal signal) {
        locked(() -> Optional.ofNullable(containers.get(containerId))
                .filter(FakeContainer::running)
                .ifPresent(container -> receive(container, signal)));
    }

    /** The kernel kills the container for its memory. */
    public void exceedMemory(String containerId) {
        locked(() -> finish(containerId, KILLED, true));
    }

    /** The process that holds the sandbox dies. */
    public void sandboxDies(String sandboxId) {
        locked(() -> killSandbox(sandboxId));
    }

    /** The machine goes down and comes up: nothing of what ran runs, and nobody is told. The daemon is back. */
    public void reboot() {
        daemonDies();
        locked(() -> {
            note("reboot");
            List.copyOf(containers.keySet()).forEach(id -> finish(id, UNKNOWN_END, false));
            sandboxes.values().forEach(sandbox -> sandbox.ready = false);
        });
        daemonReturns();
    }

    /** How many containers were started since the server was made: no more than that ever ran. */
    public int starts() {
        return locked(started::size);
    }

    /** What every container was made from that was started since the server was made, in order. */
    public List<ContainerSpec> started() {
        return locked(() -> List.copyOf(started));
    }

    /** Ids of the containers that run now, of whichever cluster. */
    public List<String> running() {
        return locked(() -> containers.values().stream()
                .filter(FakeContainer::running)
                .map(container -> container.id)
                .toList());
    }

    /** What the containers of {@code cluster} that run now were made from, oldest first. */
    public List<ContainerSpec> alive(String cluster) {
        return locked(() -> containers.values().stream()
                .filter(container -> container.running() && container.cluster.equals(cluster))
                .map(container -> container.spec)
                .toList());
    }

    /** What the containers that run now behind an address were made from: more than one after a restart inside a sandbox is a mistake. */
    public List<ContainerSpec> aliveAt(String address) {
        return locked(() -> containers.values().stream()
                .filter(FakeContainer::running)
                .filter(container -> Optional.ofNullable(sandboxes.get(container.sandboxId))
                        .filter(sandbox -> sandbox.ready && sandbox.address.equals(Optional.of(address)))
                        .isPresent())
                .map(container -> container.spec)
                .toList());
    }

    /** What {@link ContainerRuntime#list} would say to {@code cluster} if the daemon were there and knew of everything at once. */
    public ContainerRuntime.Inventory inventory(String cluster) {
        return locked(() -> new ContainerRuntime.Inventory(
                sandboxes.values().stream()
                        .filter(sandbox -> sandbox.cluster.equals(cluster) && !sandbox.hidden)
                        .map(FakeSandbox::observed)
                        .toList(),
                containers.values().stream()
                        .filter(container -> container.cluster.equals(cluster))
                        .map(container -> container.observed(Long.MAX_VALUE))
                        .toList()));
    }

    /** Addresses that sandboxes hold, ready or not, of whichever cluster. */
    public List<String> heldAddresses() {
        return locked(() -> sandboxes.values().stream()
                .filter(sandbox -> !sandbox.hidden)
                .flatMap(sandbox -> sandbox.address.stream())
                .toList());
    }

    String name() {
        return name;
    }

    Env env() {
        return env;
    }

    FaultPlan faults() {
        return faults;
    }

    RandomSource random() {
        return random;
    }

    long now() {
        return env.time().nanos();
    }

    <T> T locked(Supplier<T> body) {
        lock.lock();
        try {
            return body.get();
        } finally {
            lock.unlock();
        }
    }

    void locked(Runnable body) {
        locked(() -> {
            body.run();
            return true;
        });
    }

    /** A call of an agent: refused while the daemon is away, and sometimes the end of the daemon. */
    <T> T called(String call, Supplier<T> body) {
        return locked(() -> {
            requireDaemon();
            var death = faults.strike(ContainerFaults.DAEMON_DIES, name + ">" + call);
            boolean done = death.isEmpty() || death.get().nextBoolean();
            var answer = done ? Optional.of(body.get()) : Optional.<T>empty();
            death.ifPresent(this::restartDaemon);
            requireDaemon();
            return answer.orElseThrow();
        });
    }

    private void restartDaemon(RandomSource drawn) {
        daemonDies();
        later(drawn(drawn, DAEMON_AWAY_MAX), this::daemonReturns);
    }

    private void requireDaemon() {
        if (away) {
            throw new ContainerException(Kind.UNAVAILABLE, "the daemon is away");
        }
    }

    /** How often the daemon died, and what wakes a call when it does so again. Called with the lock held. */
    long until(Signal interrupted) {
        calls.add(interrupted);
        return deaths;
    }

    void over(Signal call) {
        calls.remove(call);
    }

    /** Whether the daemon is the one that had died so often. Called with the lock held. */
    boolean died(long before) {
        return away || deaths != before;
    }

    FakeImages images() {
        return images;
    }

    FakeEvents events() {
        return events;
    }

    Map<String, FakeSandbox> sandboxes() {
        return sandboxes;
    }

    Map<String, FakeContainer> containers() {
        return containers;
    }

    /** Called with the lock held. */
    String nextAddress() {
        return addresses.next(heldAddresses());
    }

    boolean isAway() {
        return away;
    }

    Behaviour behaviour(List<String> commandLine) {
        return behaviours.getOrDefault(commandLine, new Behaviour.Heeds());
    }

    /** Called with the lock held. */
    void launch(FakeContainer container, boolean sandboxReady) {
        boolean missing = sandboxReady && container.behaviour instanceof Behaviour.Missing;
        if (missing || !sandboxReady || faults.strikes(ContainerFaults.START_FAILS, name)) {
            container.is(new ObservedContainer.State.Ended(exit(NOT_STARTED, false)));
            note("start of " + container.title() + " fails");
            throw missing
                    ? new ContainerException(Kind.INVALID, "exec: executable file not found in $PATH: unknown")
                    : new ContainerException(Kind.FAILED, "failed to create shim task");
        }
        started.add(container.spec);
        container.is(new ObservedContainer.State.Running());
        note("start of " + container.title());
        events.tell(container.cluster, new ContainerEvent.Started(container.id));
        behave(container);
        faults.strike(ContainerFaults.PROCESS_ENDS, name).ifPresent(drawn -> endSometime(container, drawn));
    }

    private void behave(FakeContainer container) {
        switch (container.behaviour) {
            case Behaviour.Heeds heeds -> {}
            case Behaviour.Drains drains -> {}
            case Behaviour.Ignores ignores -> {}
            case Behaviour.Missing missing -> {}
            case Behaviour.Ends ends -> later(ends.after(), () -> finish(container.id, ends.code(), false));
            case Behaviour.Exceeds exceeds -> later(exceeds.after(), () -> finish(container.id, KILLED, true));
            case Behaviour.Answers answers -> later(Duration.ZERO, () -> finish(container.id, answers.code(), false));
        }
    }

    private void endSometime(FakeContainer container, RandomSource drawn) {
        int code = List.of(0, 1, KILLED, 139).get(drawn.nextInt(4));
        boolean memory = code == KILLED && drawn.nextBoolean();
        later(drawn(drawn, LIFE_MAX), () -> finish(container.id, code, memory));
    }

    /** A signal arrives at a running process. Called with the lock held. */
    void receive(FakeContainer container, StopSignal signal) {
        if (signal.equals(StopSignal.KILL)) {
            finish(container.id, KILLED, false);
        } else if (container.behaviour instanceof Behaviour.Heeds) {
            finish(container.id, 0, false);
        } else if (container.behaviour instanceof Behaviour.Drains drains) {
            later(drains.takes(), () -> finish(container.id, drains.code(), false));
        }
    }

    /** Called with the lock held. */
    void finish(String id, int code, boolean oomKilled) {
        var container = containers.get(id);
        if (container == null || !container.running()) {
            return;
        }
        // Who was not there when the kernel told it does not know why the process was killed.
        var exit = exit(code, oomKilled && !away);
        container.is(new ObservedContainer.State.Ended(exit));
        note("end of " + container.title() + " by " + exit.reason());
        faults.strike(ContainerFaults.LATE_NOTICE, name)
                .ifPresent(late ->
                        container.noticedAt = now() + drawn(late, NOTICE_MAX).toNanos());
        if (oomKilled) {
            events.tell(container.cluster, new ContainerEvent.OutOfMemory(id));
        }
        events.tell(container.cluster, new ContainerEvent.Exited(id, exit));
        container.waiting.forEach(Signal::raise);
    }

    private ContainerExit exit(int code, boolean oomKilled) {
        return new ContainerExit(code, env.time().now(), oomKilled);
    }

    /** Called with the lock held. */
    void killSandbox(String id) {
        var sandbox = sandboxes.get(id);
        if (sandbox != null && sandbox.ready) {
            sandbox.ready = false;
            note("end of sandbox " + sandbox.spec.name());
            events.tell(sandbox.cluster, new ContainerEvent.SandboxExited(id));
        }
    }

    void note(String action) {
        notes.accept(action);
    }

    static Duration drawn(RandomSource drawn, Duration most) {
        return Duration.ofNanos(1 + drawn.nextLong(most.toNanos()));
    }

    private void later(Duration after, Runnable body) {
        env.tasks().spawn("fake-process", () -> {
            env.signal().await(after);
            locked(body);
        });
    }
}
