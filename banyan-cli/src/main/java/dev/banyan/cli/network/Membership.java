package dev.banyan.cli.network;

import dev.banyan.api.policy.Party;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.network.OpenPort.Published;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One network and the services that are in it. Pure. */
record Membership(String network, boolean internal, List<String> members) {
    static final List<String> COLUMNS = List.of("NETWORK", "INTERNAL", "MEMBERS");

    Membership {
        members = List.copyOf(members);
    }

    /** All networks by name; with {@code app} those that it is in. */
    static List<Membership> all(List<Published> services, Optional<String> app) {
        var members = new TreeMap<String, List<Party>>();
        for (var service : services) {
            var party = Party.of(Apps.NAMESPACE, service.spec());
            party.networks().keySet().forEach(network -> members.computeIfAbsent(network, unused -> new ArrayList<>())
                    .add(party));
        }
        return members.entrySet().stream()
                .filter(network -> app.isEmpty()
                        || network.getValue().stream()
                                .anyMatch(party -> party.app().equals(app.get())))
                .map(network -> of(network.getKey(), network.getValue(), services))
                .toList();
    }

    private static Membership of(String network, List<Party> parties, List<Published> services) {
        var shown = Party.shown(network);
        boolean internal = services.stream()
                .filter(service ->
                        Party.of(Apps.NAMESPACE, service.spec()).networks().containsKey(network))
                .flatMap(service -> service.spec().getConnections().getNetworksList().stream())
                .anyMatch(attachment -> attachment.getInternal()
                        && (shown.equals(attachment.getNetwork()) || shown.endsWith("/" + attachment.getNetwork())));
        return new Membership(
                shown,
                internal,
                parties.stream()
                        .map(party -> party.app() + "." + party.service())
                        .sorted()
                        .toList());
    }

    List<String> row() {
        return List.of(network, internal ? "yes" : "", String.join(", ", members));
    }

    Map<String, Object> item() {
        var item = new LinkedHashMap<String, Object>();
        item.put("network", network);
        item.put("internal", internal);
        item.put("members", members);
        return item;
    }
}
