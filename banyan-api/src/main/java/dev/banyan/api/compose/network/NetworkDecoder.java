package dev.banyan.api.compose.network;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.policy.Party;
import dev.banyan.api.policy.PolicyRules;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Connections;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Decodes which networks services are in, and who may use what of them. */
public final class NetworkDecoder {
    private static final List<String> DRIVERS = List.of("", "bridge", "overlay", "default");
    private static final String NONE = "none";
    private static final String HOST = "host";
    private static final Connections USUAL = Party.usual();

    private final Mapping networks;
    private final Mapping tree;
    private final Spot root;
    private final RuleDecoder rules;

    /** What is wrong at the top is told there, once. */
    private final boolean sound;

    /** Of the project {@code tree}, whose values were checked already, each by itself. */
    public NetworkDecoder(Mapping tree, Spot root) {
        this.tree = tree;
        this.networks = tree.mapping("networks");
        this.root = root;
        int before = root.complaints().count();
        this.rules = new RuleDecoder(tree, shares(), root);
        check();
        this.sound = root.complaints().count() == before;
    }

    /** Whether some network is shared with other apps. */
    private boolean shares() {
        return networks.members().stream()
                .anyMatch(network -> network.value() instanceof Mapping settings && shared(settings));
    }

    private static boolean shared(Mapping network) {
        return network.flag("external", false) || network.text("name").isPresent();
    }

    private void check() {
        for (var network : networks.members()) {
            var at = root.key("networks", network.at()).key(network.key(), network.at());
            var settings = networks.mapping(network.key());
            PolicyRules.network(settings.text("name").orElse(network.key())).ifPresent(at::refuse);
            var driver = settings.text("driver").orElse("");
            if (!DRIVERS.contains(driver)) {
                at.refuse(
                        "\"" + driver + "\" is no driver of networks that is supported",
                        "remove it: every network spans all servers");
            }
        }
    }

    /** What service {@code name} is connected with; empty when that is as usual. */
    public Optional<Connections> connections(String name, Mapping service, Spot spot) {
        int before = spot.complaints().count();
        var decoded = Connections.newBuilder();
        if (linked(service, spot)) {
            decoded.addAllNetworks(attachments(service, spot));
        }
        decoded.addAllRules(rules.ofService(name, service, spot));
        if (service.text("network_mode").orElse("").equals(HOST)) {
            unreached(service, spot);
        }
        if (sound && spot.complaints().count() == before) {
            PolicyRules.problems(decoded.build()).forEach(spot::refuse);
        }
        return Optional.of(decoded.build()).filter(wanted -> !wanted.equals(USUAL));
    }

    private static boolean linked(Mapping service, Spot spot) {
        var member = service.member("network_mode");
        var mode = service.text("network_mode").orElse("");
        var at = member.map(found -> spot.key("network_mode", found.value().place()))
                .orElse(spot);
        if (mode.startsWith("service:") || mode.startsWith("container:")) {
            at.refuse(
                    "\"" + mode + "\" is not supported yet: each container has a link of its own",
                    "use the other service's name instead of localhost");
        } else if (!List.of("", NONE, HOST, "bridge", "default").contains(mode)) {
            at.refuse("\"" + mode + "\" is no mode of networks", "write none, host or bridge, or remove it");
        }
        if (mode.equals(NONE) && !service.items("ports").isEmpty()) {
            at.refuse("a service without a network can publish no ports", "remove \"ports\" or \"network_mode\"");
        }
        return !mode.equals(NONE) && !mode.equals(HOST);
    }

    /** What says how others reach a service, where it is on its server's network and they do as they reach the server. */
    private void unreached(Mapping service, Spot spot) {
        for (var key : List.of("ports", ComposeKeys.POLICY, ComposeKeys.AFFINITY)) {
            service.member(key).ifPresent(member -> spot.key(key, member.value().place())
                    .refuse(
                            "cannot be given together with \"network_mode: host\"",
                            "whatever its programs listen on is open on its server"));
        }
        service.mapping("deploy").member("endpoint_mode").ifPresent(member -> spot.key("deploy", member.at())
                .key("endpoint_mode", member.value().place())
                .refuse(
                        "cannot be given together with \"network_mode: host\"",
                        "no name of the cluster leads to such a service"));
    }

    private List<Attachment> attachments(Mapping service, Spot spot) {
        var wanted = service.mapping("networks");
        var attachments = new ArrayList<Attachment>();
        if (wanted.members().isEmpty()) {
            attachments.add(attachment(Party.DEFAULT, List.of()));
        }
        for (var member : wanted.members()) {
            var aliases = wanted.mapping(member.key()).texts("aliases");
            var at = spot.key("networks", member.at()).key(member.key(), member.at());
            aliases.forEach(alias -> PolicyRules.alias(alias).ifPresent(at::refuse));
            attachments.add(attachment(member.key(), aliases));
        }
        attachments.sort(Comparator.comparing(Attachment::getNetwork).thenComparing(Attachment::getShared));
        return attachments;
    }

    private Attachment attachment(String key, List<String> aliases) {
        var network = networks.mapping(key);
        return Attachment.newBuilder()
                .setNetwork(network.text("name").orElse(key))
                .setShared(shared(network))
                .setInternal(network.flag("internal", false))
                .setIpv6(network.flag("enable_ipv6", false))
                .addAllAliases(new TreeSet<>(aliases))
                .build();
    }

    /** The apps that this one, called {@code app}, names; sorted. */
    public List<String> peers(String app) {
        var items = tree.items(ComposeKeys.PEERS);
        var peers = new TreeSet<String>();
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Scalar peer) {
                var at = root.key(ComposeKeys.PEERS, peer.place()).index(i, peer.place());
                PolicyRules.peer(peer.text()).ifPresent(at::refuse);
                if (peer.text().equals(app)) {
                    at.refuse("an app is no peer of itself", "remove it");
                }
                peers.add(peer.text());
            }
        }
        if (peers.size() > PolicyRules.PEERS_MAX) {
            root.refuse("at most " + PolicyRules.PEERS_MAX + " peers, not " + peers.size());
        }
        return List.copyOf(peers);
    }
}
