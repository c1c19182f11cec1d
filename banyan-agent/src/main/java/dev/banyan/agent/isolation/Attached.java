package dev.banyan.agent.isolation;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.watch.SandboxWatcher;
import dev.banyan.agent.container.watch.WatchedSandboxes;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.SettingsTree;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers of this server: each is known before it starts, and waits a moment for its rules. One that cannot be looked at is none
 * of them, so that nothing leads to it, and is looked at again. Thread-safe.
 */
public final class Attached implements SandboxWatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Attached.class);

    /** Without rules it reaches nobody, so nothing is lost by going on; most containers have theirs after some milliseconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Env env;
    private final Links links;
    private final Optional<TwinLinks> twins;
    private final String taskLabel;
    private final Map<String, Container> containers = new ConcurrentHashMap<>();
    private final Map<String, ObservedSandbox> waiting = new ConcurrentHashMap<>();
    private final Map<String, Signal> starting = new ConcurrentHashMap<>();

    /** Those that shall have IPv6 and may lack it: it is given to them when there are rules for it. */
    private final Map<String, Container> single = new ConcurrentHashMap<>();

    private final Signal changed;
    private volatile boolean complete;

    /** {@code taskLabel} is the label of sandboxes whose value is a task, as {@code namespace/name}. */
    public Attached(Env env, CommandRunner commands, SettingsTree settings, ClusterRanges ranges, String taskLabel) {
        this.env = env;
        this.links = new Links(commands, settings);
        this.twins = TwinLinks.of(commands, ranges);
        this.taskLabel = taskLabel;
        this.changed = env.signal();
    }

    /** {@code runtime}, from now on with an eye on its sandboxes. */
    public ContainerRuntime watching(ContainerRuntime runtime) {
        return new WatchedSandboxes(runtime, this);
    }

    @Override
    public void came(ObservedSandbox sandbox) throws InterruptedException {
        if (sandbox.address().isEmpty()) {
            return; // On its server's network it has no link, and no rules to wait for.
        }
        var led = env.signal();
        starting.put(sandbox.id(), led);
        try {
            seen(sandbox);
            var ignored = led.await(PATIENCE);
        } finally {
            starting.remove(sandbox.id());
        }
    }

    @Override
    public void seen(ObservedSandbox sandbox) {
        if (sandbox.ready() && sandbox.address().isPresent() && !containers.containsKey(sandbox.id())) {
            waiting.put(sandbox.id(), sandbox);
            changed.raise();
        }
    }

    @Override
    public void allSeen() {
        if (!complete) {
            complete = true;
            changed.raise();
        }
    }

    @Override
    public void went(String sandbox) {
        waiting.remove(sandbox);
        single.remove(sandbox);
        containers.remove(sandbox);
        changed.raise();
    }

    /** Raised when there is something new. */
    Signal changed() {
        return changed;
    }

    /** Looks at those that came; whether all containers of before this start are among those that it has looked at. */
    boolean settle() throws InterruptedException {
        boolean all = complete; // asked before: what is seen during the look may be of before this start, too
        for (var sandbox : waiting.values()) {
            try {
                settle(sandbox);
                waiting.remove(sandbox.id(), sandbox);
            } catch (HostException failed) {
                LOG.atWarn()
                        .addKeyValue("sandbox", sandbox.name())
                        .setCause(failed)
                        .log("a container's link cannot be looked at: it reaches nobody");
            }
        }
        return all;
    }

    private void settle(ObservedSandbox sandbox) throws InterruptedException {
        var address = Ipv4Address.parse(sandbox.address().orElseThrow());
        var link = links.towards(address);
        boolean none = NONE.equals(sandbox.annotations().get(NETWORK));
        if (none && link.isPresent()) {
            links.remove(link.get());
        }
        var service = service(sandbox);
        if (none || link.isEmpty() || service.isEmpty()) {
            return;
        }
        var container = new Container(address, link.get(), service.get());
        boolean dual = DUAL.equals(sandbox.annotations().get(NETWORK)) && twins.isPresent();
        if (!dual || !twins.get().has(link.get(), address)) {
            links.withoutIpv6(link.get());
        }
        if (dual) {
            single.put(sandbox.id(), container);
        }
        // Who had the address or the link before has it no more, even if nobody said that it went.
        containers
                .values()
                .removeIf(
                        other -> other.address().equals(address) || other.link().equals(link.get()));
        containers.put(sandbox.id(), container);
    }

    private Optional<String> service(ObservedSandbox sandbox) {
        var task = sandbox.labels().getOrDefault(taskLabel, "");
        int end = task.length();
        for (int i = 0; i < 3 && end > 0; i++) { // release, slot and ordinal
            end = task.lastIndexOf('.', end - 1);
        }
        return end > 0 ? Optional.of(task.substring(0, end)) : Optional.empty();
    }

    /** In order of address. */
    List<Container> containers() {
        return containers.values().stream()
                .sorted(Comparator.comparing(Container::address))
                .toList();
    }

    /** The kernel has rules for these. */
    void led(List<Container> ruled) throws InterruptedException {
        var there = Set.copyOf(ruled);
        for (var entry : single.entrySet()) {
            if (there.contains(entry.getValue())) {
                makeDual(entry.getKey(), entry.getValue());
            }
        }
        starting.forEach((sandbox, signal) -> {
            var container = containers.get(sandbox);
            boolean settled = container == null
                    ? !waiting.containsKey(sandbox)
                    : there.contains(container) && !single.containsKey(sandbox);
            if (settled) {
                signal.raise();
            }
        });
    }

    private void makeDual(String sandbox, Container container) throws InterruptedException {
        try {
            links.withIpv6(container.link());
            twins.orElseThrow().ensure(container.link(), container.address());
            single.remove(sandbox, container);
        } catch (HostException failed) {
            LOG.atWarn()
                    .addKeyValue("container", container)
                    .setCause(failed)
                    .log("a container cannot be given its IPv6 address: it has IPv4 alone until it can");
        }
    }
}
