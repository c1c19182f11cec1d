package dev.banyan.engine.planning;

import dev.banyan.api.kinds.TaskName;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.Reservation;
import dev.banyan.api.v1.TaskSpec;
import java.util.List;
import java.util.Optional;

/**
 * Ports of an agent's host that one task has for itself: those in mode host. Pure.
 *
 * <p>A task may share them with the one that it replaces, since that one leaves as soon as the new one is ready: else nothing could be
 * changed where a service is on every server.
 */
final class HostPorts {
    private HostPorts() {}

    /** Those of {@code task}, such as {@code tcp.8080}; sorted. */
    static List<String> of(TaskSpec task) {
        return task.getContainer().getPortsList().stream()
                .filter(port -> port.getAccess().getHost())
                .map(HostPorts::word)
                .sorted()
                .distinct()
                .toList();
    }

    private static String word(PortMapping port) {
        return (port.getProtocol() == Protocol.UDP ? "udp." : "tcp.") + port.getPublished();
    }

    /** Why the agent cannot give them; empty when it can. */
    static Optional<String> refusal(TaskSpec task, Candidate agent) {
        var wanted = of(task);
        return wanted.isEmpty()
                ? Optional.empty()
                : agent.reservations().values().stream()
                        .filter(other -> !replaces(task, other))
                        .flatMap(other -> other.getPortsList().stream()
                                .filter(wanted::contains)
                                .map(port -> "port " + number(port) + " is in use by " + other.getTask()))
                        .sorted()
                        .findFirst();
    }

    private static boolean replaces(TaskSpec task, Reservation other) {
        return other.getDeployment().equals(task.getDeployment())
                && other.getService().equals(task.getService())
                && TaskName.parsed(other.getTask())
                        .filter(name -> name.slot() == task.getSlot())
                        .isPresent();
    }

    /** As in {@code 8080/tcp}. */
    private static String number(String word) {
        return word.substring(4) + "/" + word.substring(0, 3);
    }
}
