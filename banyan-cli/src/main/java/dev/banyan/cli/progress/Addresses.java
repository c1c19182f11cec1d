package dev.banyan.cli.progress;

import dev.banyan.api.kinds.TagMatching;
import dev.banyan.api.kinds.settings.PortRules;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Where an app's published ports answer. Pure. */
public final class Addresses {
    private Addresses() {}

    /** One address. */
    public record Address(String service, String url) {}

    /** The agents that publish the app's ports, with where they are reached. */
    public static List<String> hosts(
            List<String> tags,
            List<Resource<AgentSpec, AgentStatus>> agents,
            List<Resource<AgentReportSpec, AgentReportStatus>> reports) {
        return agents.stream()
                .filter(agent -> agent.status().getState() == AgentStatus.State.READY)
                .filter(agent -> TagMatching.matches(tags, agent.spec().getTagsList()))
                .flatMap(
                        agent -> reports.stream().filter(report -> report.name().equals(agent.name())))
                .map(report -> report.status().getHostAddress())
                .filter(address -> !address.isEmpty())
                .toList();
    }

    /** The agents on which a replica of {@code service} runs, with where they are reached. */
    public static List<String> running(
            String service,
            List<Resource<TaskSpec, TaskStatus>> tasks,
            List<Resource<AgentReportSpec, AgentReportStatus>> reports) {
        var agents = tasks.stream()
                .filter(task -> task.spec().getService().equals(service))
                .filter(task -> task.spec().getDesired() == TaskSpec.Desired.RUN
                        && task.status().getReady())
                .map(task -> task.spec().getAssignment().getAgent())
                .collect(Collectors.toSet());
        return reports.stream()
                .filter(report -> agents.contains(report.name()))
                .map(report -> report.status().getHostAddress())
                .filter(address -> !address.isEmpty())
                .toList();
    }

    /**
     * Each published port at each host where it is open, by service.
     *
     * @param hosts of all agents that publish the app's ports
     * @param running hosts with a replica, by service
     */
    public static List<Address> of(Manifest manifest, List<String> hosts, Function<String, List<String>> running) {
        var addresses = new ArrayList<Address>();
        for (var service : manifest.getServicesList()) {
            for (var port : service.getPortsList()) {
                if (port.getPublished() != 0) {
                    where(service.getName(), port, hosts, running)
                            .forEach(host -> addresses.add(new Address(service.getName(), url(host, port))));
                }
            }
        }
        return addresses;
    }

    private static List<String> where(
            String service, PortMapping port, List<String> hosts, Function<String, List<String>> running) {
        var access = port.getAccess();
        // Of agents one knows IPv4 addresses.
        if (!access.getHostIp().isEmpty() && !access.getHostIp().equals(PortRules.EVERY_IPV4)) {
            return List.of(access.getHostIp());
        }
        return access.getHost() ? running.apply(service) : hosts;
    }

    private static String url(String host, PortMapping port) {
        var scheme = port.getProtocol() == Protocol.UDP ? "udp" : "http";
        var bracketed = host.contains(":") ? "[" + host + "]" : host;
        return scheme + "://" + bracketed + ":" + port.getPublished();
    }
}
