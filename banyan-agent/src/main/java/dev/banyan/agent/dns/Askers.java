package dev.banyan.agent.dns;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.watch.SandboxWatcher;
import dev.banyan.agent.container.watch.WatchedSandboxes;
import dev.banyan.agent.dns.zone.ZonePlan;
import dev.banyan.agent.host.Ipv4Address;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which service the containers of this server are of, by their addresses: known before they start, and whether an engine answers or not.
 * Thread-safe.
 */
public final class Askers implements SandboxWatcher {
    private final String taskLabel;
    private final Map<Ipv4Address, Owner> owners = new ConcurrentHashMap<>();

    private record Owner(String sandbox, String service) {}

    /** {@code taskLabel} is the label of sandboxes whose value is a task, as {@code namespace/name}. */
    public Askers(String taskLabel) {
        this.taskLabel = taskLabel;
    }

    /** {@code runtime}, from now on with an eye on its sandboxes. */
    public ContainerRuntime watching(ContainerRuntime runtime) {
        return new WatchedSandboxes(runtime, this);
    }

    /** Name of the Service that the container with this address is of; empty when it is none of this server's. */
    Optional<String> serviceOf(Ipv4Address address) {
        return Optional.ofNullable(owners.get(address)).map(Owner::service);
    }

    @Override
    public void came(ObservedSandbox sandbox) {
        seen(sandbox);
    }

    @Override
    public void seen(ObservedSandbox sandbox) {
        sandbox.address().ifPresent(address -> service(sandbox)
                .ifPresent(service -> owners.put(Ipv4Address.parse(address), new Owner(sandbox.id(), service))));
    }

    @Override
    public void went(String sandbox) {
        owners.values().removeIf(owner -> owner.sandbox().equals(sandbox));
    }

    private Optional<String> service(ObservedSandbox sandbox) {
        var task = sandbox.labels().getOrDefault(taskLabel, "");
        return ZonePlan.serviceOf(task.substring(task.indexOf('/') + 1));
    }
}
