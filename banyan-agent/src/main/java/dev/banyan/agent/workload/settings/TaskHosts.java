package dev.banyan.agent.workload.settings;

import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.HostEntry;
import dev.banyan.api.v1.Link;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The hosts file of a container. Pure.
 *
 * @param container as the task says it
 * @param address of the container; empty when it has none
 * @param gateway under which the container reaches its own server
 */
public record TaskHosts(ContainerSpec container, String address, Optional<String> gateway) {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String OF_THE_SERVER = "host-gateway";

    /**
     * The whole file. What a service asks for comes before the names of the cluster, as the first entry of a name counts.
     *
     * @throws IllegalArgumentException when the server's address is wanted and not known
     */
    public String text() {
        var text = new StringBuilder("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        if (!address.isEmpty()) {
            line(text, address, own());
        }
        container
                .getSettings()
                .getExtraHostsList()
                .forEach(host -> line(text, resolved(host.getAddress()), host.getName()));
        named().forEach(host -> line(text, host.getAddress(), host.getName()));
        return text.toString();
    }

    /** The file of one on its server's network: what it asks for, then what its server's own file says, {@code ofServer}. */
    public String onServer(String ofServer) {
        var text = new StringBuilder();
        for (var host : container.getSettings().getExtraHostsList()) {
            line(text, host.getAddress().equals(OF_THE_SERVER) ? LOOPBACK : host.getAddress(), host.getName());
        }
        return text.append(ofServer).toString();
    }

    /** Names that cannot be looked up: of links, or all of them for a task from before they could be. */
    private List<HostEntry> named() {
        if (!container.getNamesServed()) {
            return container.getHostsList();
        }
        var aliases = container.getSettings().getLinksList().stream()
                .map(Link::getAlias)
                .collect(Collectors.toSet());
        var seen = new HashSet<String>();
        return container.getHostsList().stream()
                .filter(host -> aliases.contains(host.getName()) && seen.add(host.getName()))
                .toList();
    }

    /** The full name first, as resolvers take that for the canonical one. */
    private String own() {
        var name = new TaskTuning(container).hostname(container.getHostname());
        var domain = container.getSettings().getDomainname();
        return domain.isEmpty() ? name : name + "." + domain + " " + name;
    }

    private String resolved(String wanted) {
        return wanted.equals(OF_THE_SERVER)
                ? gateway.orElseThrow(() -> new IllegalArgumentException("the server's own address is not known"))
                : wanted;
    }

    private static void line(StringBuilder text, String address, String names) {
        text.append(address).append('\t').append(names).append('\n');
    }
}
