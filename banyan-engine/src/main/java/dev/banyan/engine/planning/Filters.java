package dev.banyan.engine.planning;

import dev.banyan.api.kinds.BindMatching;
import dev.banyan.api.kinds.TagMatching;
import dev.banyan.api.kinds.settings.Features;
import dev.banyan.api.kinds.settings.Privileges;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.TaskSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The rules in force, cheapest first. */
final class Filters {
    /** What an agent is: a service on every agent has a task on each that passes them. */
    static final List<Filter> NATURE = List.of(
            Filters::tags,
            Filters::placement,
            Filters::constraints,
            Filters::platform,
            Filters::privileges,
            Filters::features,
            Filters::equipment);

    /** How an agent is at the moment. */
    private static final List<Filter> STATE = List.of(
            Filters::ready,
            Filters::cordoned,
            Filters::overlay,
            Filters::ports,
            HostPorts::refusal,
            Filters::binds,
            Filters::cpu,
            Filters::memory,
            Filters::devices);

    static final List<Filter> ALL =
            Stream.concat(NATURE.stream(), STATE.stream()).toList();

    private Filters() {}

    private static Optional<String> ready(TaskSpec task, Candidate agent) {
        return switch (agent.state()) {
            case READY -> Optional.empty();
            case SUSPECT -> Optional.of("is silent");
            case LOST -> Optional.of("is lost");
            case STATE_UNSPECIFIED, UNRECOGNIZED -> Optional.of("has not connected yet");
        };
    }

    private static Optional<String> cordoned(TaskSpec task, Candidate agent) {
        return refuseIf(agent.cordoned(), () -> "is cordoned");
    }

    /** What runs there goes on; a new task would be cut off from all others. */
    private static Optional<String> overlay(TaskSpec task, Candidate agent) {
        var refusal = agent.report().getOverlay().getRefusal();
        return refuseIf(!refusal.isEmpty(), () -> "has no overlay: " + refusal);
    }

    private static Optional<String> tags(TaskSpec task, Candidate agent) {
        return refuseIf(
                !TagMatching.matches(task.getTagsList(), agent.tags()),
                () -> "tags " + agent.tags() + " do not match " + task.getTagsList());
    }

    private static Optional<String> placement(TaskSpec task, Candidate agent) {
        var globs = task.getPlacement().getAgentsList();
        boolean matches = globs.isEmpty() || globs.stream().anyMatch(glob -> Glob.matches(glob, agent.name()));
        return refuseIf(!matches, () -> "name does not match placement " + globs);
    }

    private static Optional<String> constraints(TaskSpec task, Candidate agent) {
        return task.getPlacement().getConstraintsList().stream()
                .flatMap(constraint -> Constraints.refusal(constraint, agent).stream())
                .findFirst();
    }

    private static Optional<String> platform(TaskSpec task, Candidate agent) {
        var wanted = task.getPlacement().getPlatform();
        var has = agent.report().getPlatform();
        return refuseIf(!wanted.isEmpty() && !wanted.equals(has), () -> "platform is " + has + ", not " + wanted);
    }

    private static Optional<String> privileges(TaskSpec task, Candidate agent) {
        var missing = Privileges.missing(
                agent.report().getPrivilegesList(), task.getContainer().getSettings());
        return refuseIf(
                !missing.isEmpty(),
                () -> "does not grant " + String.join(", ", missing) + "; add it to privileges in its agent.yaml");
    }

    private static Optional<String> features(TaskSpec task, Candidate agent) {
        var known = agent.report().getFeaturesList();
        var missing = Features.missing(known, task);
        // An agent that knows all the rest is no old one.
        if (missing.equals(List.of(Features.SWAP)) && known.containsAll(Features.KNOWN)) {
            return Optional.of("has a kernel that does not count swap, which " + Features.SWAP
                    + " needs; boot it with swapaccount=1, or leave the key out");
        }
        if (missing.equals(List.of(Features.IPV6)) && known.containsAll(Features.KNOWN)) {
            return Optional.of("has no IPv6 for containers, which " + Features.IPV6
                    + " needs: its kernel lacks it, its mtu is below 1280, or its agent.yaml has \"ipv6: off\" or"
                    + " \"overlay: routes\"");
        }
        return refuseIf(
                !missing.isEmpty(),
                () -> "is of a version that does not know " + String.join(", ", missing) + "; upgrade it");
    }

    /** What it would have if nobody used anything. */
    private static Optional<String> equipment(TaskSpec task, Candidate agent) {
        return lacking(Devices.ofAll(task.getDevicesList(), agent));
    }

    private static Optional<String> devices(TaskSpec task, Candidate agent) {
        return lacking(Devices.of(task.getDevicesList(), agent));
    }

    private static Optional<String> lacking(Devices.Outcome outcome) {
        return switch (outcome) {
            case Devices.Outcome.Given given -> Optional.empty();
            case Devices.Outcome.Short missing -> Optional.of(missing.reason());
        };
    }

    private static Optional<String> ports(TaskSpec task, Candidate agent) {
        return task.getContainer().getPortsList().stream()
                .filter(port -> port.getPublished() != 0)
                .flatMap(port -> agent.taken(port).stream())
                .findFirst()
                .map(held -> "port " + held.getPort() + " is taken by " + held.getHolder());
    }

    private static Optional<String> binds(TaskSpec task, Candidate agent) {
        return task.getContainer().getMountsList().stream()
                .filter(Mount::hasHost)
                .flatMap(
                        mount -> BindMatching.refusal(
                                mount.getHost().getPath(),
                                mount.getReadOnly(),
                                agent.report().getBindsList())
                                .stream())
                .findFirst();
    }

    private static Optional<String> cpu(TaskSpec task, Candidate agent) {
        long needs = task.getReservations().getCpuMilli();
        long free = needs == 0 ? 0 : agent.report().getCapacity().getCpuMilli() - agent.reservedCpuMilli();
        return refuseIf(needs > 0 && needs > free, () -> "needs " + needs + " mCPU, free " + free + " mCPU");
    }

    private static Optional<String> memory(TaskSpec task, Candidate agent) {
        long needs = task.getReservations().getMemoryBytes();
        long free = needs == 0 ? 0 : agent.report().getCapacity().getMemoryBytes() - agent.reservedMemoryBytes();
        return refuseIf(
                needs > 0 && needs > free, () -> "needs " + (needs >> 20) + " MiB, free " + (free >> 20) + " MiB");
    }

    private static Optional<String> refuseIf(boolean refused, Supplier<String> reason) {
        return refused ? Optional.of(reason.get()) : Optional.empty();
    }
}
