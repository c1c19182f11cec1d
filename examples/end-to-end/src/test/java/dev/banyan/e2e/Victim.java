package dev.banyan.e2e;

import dev.banyan.harness.Cluster;
import dev.banyan.harness.Daemon;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What can be killed of a cluster, alone and together. An agent's parts are those of the first agent. */
enum Victim {
    ENGINE(Part.ENGINE),
    ETCD(Part.ETCD),
    REGISTRY(Part.REGISTRY),
    AGENT(Part.AGENT),
    CONTAINERD(Part.CONTAINERD),
    ENGINE_AND_ETCD(Part.ENGINE, Part.ETCD),
    AGENT_AND_CONTAINERD(Part.AGENT, Part.CONTAINERD);

    /** One process of a cluster. */
    enum Part {
        ENGINE,
        ETCD,
        REGISTRY,
        AGENT,
        CONTAINERD;

        Daemon of(Cluster cluster) {
            return switch (this) {
                case ENGINE -> cluster.engine();
                case ETCD -> cluster.etcd();
                case REGISTRY -> cluster.registry();
                case AGENT -> cluster.agent(1);
                case CONTAINERD -> cluster.containerd(1);
            };
        }

        private boolean runs(Cluster cluster) {
            return switch (this) {
                case ENGINE -> cluster.engine().alive();
                case ETCD -> !cluster.engineServer().processes("etcd").isEmpty();
                case REGISTRY ->
                    !cluster.engineServer().processes("docker-registry").isEmpty() && cluster.registryListens();
                case AGENT -> cluster.agent(1).alive();
                case CONTAINERD ->
                    !cluster.agentServer(1).processes("containerd").isEmpty();
            };
        }
    }

    private final List<Part> parts;

    Victim(Part... parts) {
        this.parts = List.of(parts);
    }

    void kill(Cluster cluster) {
        // Found first: the engine would bring its etcd back while the second of them is looked for.
        parts.stream().map(part -> part.of(cluster)).toList().forEach(Daemon::kill);
    }

    /** Does what systemd would: starts engine and agent again. The others are brought back by these. */
    void supervise(Cluster cluster) {
        if (parts.contains(Part.ENGINE)) {
            cluster.restartEngine();
        }
        if (parts.contains(Part.AGENT)) {
            cluster.restartAgent(1);
        }
    }

    boolean runs(Cluster cluster) {
        return parts.stream().allMatch(part -> part.runs(cluster));
    }

    /** Its processes by their numbers. */
    Map<Part, Long> pids(Cluster cluster) {
        return pids(cluster, parts);
    }

    /** The processes that have nothing to do with it, by their numbers. */
    Map<Part, Long> pidsOfOthers(Cluster cluster) {
        return pids(cluster, EnumSet.complementOf(EnumSet.copyOf(parts)));
    }

    private static Map<Part, Long> pids(Cluster cluster, Collection<Part> parts) {
        var pids = new TreeMap<Part, Long>();
        parts.forEach(part -> pids.put(part, part.of(cluster).pid()));
        return pids;
    }
}
