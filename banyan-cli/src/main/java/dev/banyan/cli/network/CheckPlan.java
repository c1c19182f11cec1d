package dev.banyan.cli.network;

import dev.banyan.api.kinds.settings.PortRules;
import dev.banyan.api.policy.Party;
import dev.banyan.api.twin.TwinPrefix;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Probe;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.cli.network.CheckedCluster.Agent;
import dev.banyan.cli.network.OpenPort.Published;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is tried from where, and what is known without trying. Pure.
 *
 * @param attempts by the agent that tries
 * @param known that need no attempt
 */
record CheckPlan(Map<String, List<Attempt>> attempts, List<Tried> known) {
    /** Some minutes' work, and some tens of megabytes here. */
    static final int ATTEMPTS_MAX = 200_000;

    private static final String NAME = "name";
    private static final String NAME_BY_IPV6 = "name (AAAA)";

    CheckPlan {
        attempts = Map.copyOf(attempts);
        known = List.copyOf(known);
    }

    /** @param agentsToo whether agents try each other */
    static CheckPlan of(CheckedCluster cluster, boolean agentsToo) {
        var making = new Making(cluster);
        for (var agent : cluster.agents()) {
            making.from(agent, agentsToo);
        }
        return new CheckPlan(making.attempts, making.known);
    }

    int size() {
        return attempts.values().stream().mapToInt(List::size).sum();
    }

    private static final class Making {
        private final CheckedCluster cluster;
        private final Map<String, List<Attempt>> attempts = new LinkedHashMap<>();
        private final List<Tried> known = new ArrayList<>();

        Making(CheckedCluster cluster) {
            this.cluster = cluster;
        }

        private void from(Agent agent, boolean agentsToo) {
            var own = new ArrayList<Attempt>();
            if (agentsToo) {
                cluster.agents().stream()
                        .filter(peer -> !peer.name().equals(agent.name()))
                        .forEach(peer -> agent(agent, peer).ifPresent(own::add));
            }
            cluster.services().forEach(service -> service(agent, service, own));
            if (agent.absence().isEmpty()) {
                attempts.put(agent.name(), List.copyOf(own));
            }
        }

        /** With plain routes a server has its gateway only while it has containers, so that there is nothing to try. */
        private Optional<Attempt> agent(Agent agent, Agent peer) {
            var to = "agent " + peer.name();
            var away = agent.absence().or(peer::absence);
            if (away.isPresent()) {
                known.add(Tried.gap(agent.name(), to, away.get()));
                return Optional.empty();
            }
            var overlay = agent.report().getOverlay();
            if (!overlay.getRefusal().isEmpty()) {
                known.add(Tried.failed(agent.name(), to, "overlay", overlay.getRefusal()));
                return Optional.empty();
            }
            boolean routes = overlay.getKind() != OverlayReport.Kind.WIREGUARD
                    && peer.report().getOverlay().getKind() != OverlayReport.Kind.WIREGUARD;
            if (routes || peer.subnet().isEmpty()) {
                return Optional.empty();
            }
            var probe = Probe.newBuilder().setWay(Probe.Way.AGENT).setAddress(gateway(peer.subnet()));
            return Optional.of(new Attempt(agent.name(), to, "overlay", peer.name(), probe.build()));
        }

        /** Of a subnet such as 10.192.3.0/24, which always ends with a whole number. */
        private static String gateway(String subnet) {
            return subnet.substring(0, subnet.lastIndexOf('.')) + ".1";
        }

        private void service(Agent agent, Published service, List<Attempt> own) {
            var away = agent.absence();
            if (away.isPresent()) {
                known.add(Tried.gap(agent.name(), service.name(), away.get()));
                return;
            }
            own.add(attempt(
                    agent,
                    service,
                    "revision",
                    "",
                    Probe.newBuilder().setWay(Probe.Way.REVISION).setRevision(service.revision())));
            // Who is in no network has no name.
            if (!Party.alone(service.spec())) {
                own.add(attempt(agent, service, NAME, "", name(service)));
                if (twins(agent, service).isPresent()) {
                    own.add(attempt(
                            agent, service, NAME_BY_IPV6, "", name(service).setIpv6(true)));
                }
            }
            if (service.backends().isEmpty()) {
                lacking(agent, service);
                return;
            }
            twins(agent, service).ifPresent(twins -> byIpv6(agent, service, twins, own));
            ways(service).forEach(way -> {
                if (!service.spec().getBalancing().getReplicasByName()) {
                    var address = service.spec().getVirtualAddress();
                    own.add(attempt(agent, service, way.at(address), "", way.probe(address)));
                }
                for (var backend : service.backends()) {
                    var address = backend.getAddress();
                    own.add(attempt(agent, service, way.at(address), backend.getAgent(), way.probe(address)));
                }
            });
        }

        /** Replicas of before the service had IPv6 are reached by IPv4 alone. */
        private static void byIpv6(Agent agent, Published service, TwinPrefix twins, List<Attempt> own) {
            var dual = service.backends().stream().filter(Backend::getIpv6).toList();
            for (var way : dual.isEmpty() ? List.<Way>of() : ways(service)) {
                if (!service.spec().getBalancing().getReplicasByName()) {
                    own.add(way.byIpv6(agent, service, twins, service.spec().getVirtualAddress(), ""));
                }
                dual.forEach(backend ->
                        own.add(way.byIpv6(agent, service, twins, backend.getAddress(), backend.getAgent())));
            }
        }

        /** What the IPv6 addresses of a service begin with where it is tried from {@code agent} by them. */
        private static Optional<TwinPrefix> twins(Agent agent, Published service) {
            var prefix = agent.report().getIpv6Prefix();
            boolean tried = agent.report().getProbesIpv6()
                    && !prefix.isEmpty()
                    && service.spec().getConnections().getNetworksList().stream()
                            .anyMatch(Attachment::getIpv6);
            return tried ? Optional.of(TwinPrefix.parse(prefix)) : Optional.empty();
        }

        private static Attempt attempt(Agent agent, Published service, String what, String end, Probe.Builder probe) {
            return new Attempt(agent.name(), service.name(), what, end, probe.build());
        }

        private static Probe.Builder name(Published service) {
            var spec = service.spec();
            boolean byReplicas = spec.getBalancing().getReplicasByName();
            var probe = Probe.newBuilder()
                    .setWay(Probe.Way.NAME)
                    .setName(spec.getService() + "." + spec.getDeployment() + ".internal");
            return byReplicas
                    ? probe.addAllAddresses(service.backends().stream()
                            .map(Backend::getAddress)
                            .distinct()
                            .toList())
                    : probe.addAddresses(spec.getVirtualAddress());
        }

        /** One that has done its work, or of which none is wanted, lacks nothing. */
        private void lacking(Agent agent, Published service) {
            var progress = cluster.progress().getOrDefault(service.name(), ServiceProgress.getDefaultInstance());
            if (progress.getReady() < progress.getWanted()) {
                var waiting = progress.getWaitingFor().isEmpty() ? "" : ": " + progress.getWaitingFor();
                known.add(Tried.failed(agent.name(), service.name(), "replicas", "no ready replica" + waiting));
            }
        }
    }

    /** A port of a service; 0 for one of which no port is known, so that any answer will do. */
    private record Way(int port, boolean udp) {
        String at(String address) {
            return port == 0 ? address : address + ":" + port + (udp ? "/udp" : "/tcp");
        }

        /** It is the agent that makes a twin of the address. */
        Attempt byIpv6(Agent agent, Published service, TwinPrefix twins, String address, String end) {
            var twin = twins.twin(address).orElse(address);
            return Making.attempt(
                    agent,
                    service,
                    at(port == 0 ? twin : "[" + twin + "]"),
                    end,
                    probe(address).setIpv6(true));
        }

        Probe.Builder probe(String address) {
            var way = port == 0 ? Probe.Way.ANSWER : udp ? Probe.Way.UDP : Probe.Way.TCP;
            return Probe.newBuilder().setWay(way).setAddress(address).setPort(port);
        }
    }

    private static List<Way> ways(Published service) {
        var ports = PortRules.all(service.spec()).map(CheckPlan::way).distinct().toList();
        return ports.isEmpty() ? List.of(new Way(0, false)) : ports;
    }

    private static Way way(PortMapping port) {
        return new Way(port.getTarget(), port.getProtocol() == Protocol.UDP);
    }
}
