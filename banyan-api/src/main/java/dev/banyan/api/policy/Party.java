package dev.banyan.api.policy;

import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.PolicyRule;
import dev.banyan.api.v1.ServiceSpec;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One service as far as others reach it.
 *
 * @param namespace of its app
 * @param app name of its Deployment
 * @param service unique in its app
 * @param networks those it is in, by names that are unique in the cluster; with its aliases in each
 * @param inner it has no way out of the cluster
 * @param peers apps that its app names
 * @param rules who may come in; the first one that matches holds
 */
public record Party(
        String namespace,
        String app,
        String service,
        SortedMap<String, List<String>> networks,
        boolean inner,
        Set<String> peers,
        List<PolicyRule> rules) {
    /** The network that services are in which ask for none. */
    public static final String DEFAULT = "default";

    public Party {
        networks = Collections.unmodifiableSortedMap(new TreeMap<>(networks));
        peers = Set.copyOf(peers);
        rules = List.copyOf(rules);
    }

    /** What a Service object says. */
    public static Party of(String namespace, ServiceSpec spec) {
        var connections = spec.hasConnections() ? spec.getConnections() : usual();
        var networks = new TreeMap<String, List<String>>();
        for (var attachment : connections.getNetworksList()) {
            networks.put(name(namespace, spec.getDeployment(), attachment), attachment.getAliasesList());
        }
        boolean inner = connections.getNetworksList().stream().allMatch(Attachment::getInternal);
        return new Party(
                namespace,
                spec.getDeployment(),
                spec.getService(),
                networks,
                inner,
                Set.copyOf(spec.getPeersList()),
                connections.getRulesList());
    }

    /** Whether a service is in no network: no name and no address leads to it. */
    public static boolean alone(ServiceSpec spec) {
        return spec.hasConnections() && spec.getConnections().getNetworksCount() == 0;
    }

    /** The connections of a service that asks for none in particular. */
    public static Connections usual() {
        return Connections.newBuilder()
                .addNetworks(Attachment.newBuilder().setNetwork(DEFAULT))
                .build();
    }

    /** A slash is in no name, so that no app can have a network under the name of another one's. */
    private static String name(String namespace, String app, Attachment attachment) {
        return attachment.getShared()
                ? namespace + "/" + attachment.getNetwork()
                : namespace + "/" + app + "/" + attachment.getNetwork();
    }

    /** The name of a network for people, of those that {@link #networks} has. */
    public static String shown(String network) {
        return network.substring(network.indexOf('/') + 1);
    }

    /** Its name, unique in the cluster: {@code namespace/app.service}. */
    public String key() {
        return namespace + "/" + app + "." + service;
    }

    /** Whether both are of one app. */
    public boolean isBeside(Party other) {
        return namespace.equals(other.namespace) && app.equals(other.app);
    }

    /** Whether the apps of both name each other. */
    public boolean isPeerOf(Party other) {
        return namespace.equals(other.namespace) && peers.contains(other.app) && other.peers.contains(app);
    }

    /** Whether it is in no network at all. */
    public boolean alone() {
        return networks.isEmpty();
    }

    /** Further names under which it is known to {@code asker}: those in networks that both are in. */
    public List<String> aliasesFor(Party asker) {
        return networks.entrySet().stream()
                .filter(network -> asker.networks.containsKey(network.getKey()))
                .flatMap(network -> network.getValue().stream())
                .distinct()
                .toList();
    }

    /** The networks that both are in, with their aliases. */
    Map<String, List<String>> shared(Party other) {
        var shared = new TreeMap<>(networks);
        shared.keySet().retainAll(other.networks.keySet());
        return shared;
    }
}
