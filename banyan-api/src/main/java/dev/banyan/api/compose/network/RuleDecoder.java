package dev.banyan.api.compose.network;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.policy.PolicyRules;
import dev.banyan.api.source.Suggestions;
import dev.banyan.api.v1.PolicyPort;
import dev.banyan.api.v1.PolicyRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decodes rules of who may use what. */
final class RuleDecoder {
    private static final String EVERYBODY = "*";
    private static final int PORT_MAX = 65_535;

    private final List<String> services;
    private final List<String> onServers;
    private final List<String> peers;
    private final boolean shares;
    private final List<Placed> ofApp = new ArrayList<>();

    /** A rule of the whole app, with those that it is of. */
    private record Placed(List<String> to, PolicyRule rule) {}

    /** {@code shares}: networks are shared with other apps, whose names nobody knows here. */
    RuleDecoder(Mapping tree, boolean shares, Spot root) {
        this.services =
                tree.mapping("services").members().stream().map(Member::key).toList();
        var all = tree.mapping("services");
        this.onServers = services.stream()
                .filter(name ->
                        all.mapping(name).text("network_mode").orElse("").equals("host"))
                .toList();
        this.peers = tree.texts(ComposeKeys.PEERS);
        this.shares = shares;
        each(tree, root, (rule, at) -> {
            var to = rule.texts("to");
            to.stream().filter(name -> !name.equals(EVERYBODY)).forEach(name -> own(name, at));
            rule(rule, at).ifPresent(decoded -> ofApp.add(new Placed(to, decoded)));
        });
    }

    @FunctionalInterface
    private interface Each {
        void rule(Mapping rule, Spot at);
    }

    private static void each(Mapping parent, Spot above, Each each) {
        var items = parent.items(ComposeKeys.POLICY);
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Mapping rule) {
                each.rule(rule, above.key(ComposeKeys.POLICY, rule.place()).index(i, rule.place()));
            }
        }
    }

    /** The rules of service {@code name}: its own, then those of the app that are about it. */
    List<PolicyRule> ofService(String name, Mapping service, Spot spot) {
        var rules = new ArrayList<PolicyRule>();
        each(service, spot, (rule, at) -> rule(rule, at).ifPresent(rules::add));
        ofApp.stream()
                .filter(placed -> placed.to().contains(name) || placed.to().contains(EVERYBODY))
                .forEach(placed -> rules.add(placed.rule()));
        return rules;
    }

    private Optional<PolicyRule> rule(Mapping rule, Spot at) {
        boolean allow = rule.member("allow").isPresent();
        if (allow == rule.member("deny").isPresent()) {
            at.refuse("a rule either allows or denies", "write one of \"allow\" and \"deny\"");
            return Optional.empty();
        }
        var key = allow ? "allow" : "deny";
        var from = rule.texts(key);
        var place = at.key(key, rule.member(key).orElseThrow().value().place());
        from.forEach(name -> known(name, place));
        var ports = rule.texts("ports").stream()
                .flatMap(text -> port(text, at))
                .distinct()
                .sorted(Comparator.comparingInt(PolicyPort::getNumber).thenComparing(PolicyPort::getUdp))
                .toList();
        if (rule.member("ports").isPresent() && ports.isEmpty()) {
            at.refuse("\"ports\" names none", "remove it to speak of all ports");
        }
        var decoded = PolicyRule.newBuilder()
                .setAllow(allow)
                .addAllFrom(from.stream().distinct().sorted().toList())
                .addAllPorts(ports)
                .build();
        if (from.isEmpty()) {
            place.refuse("names nobody", "name services, or \"*\" for all");
        }
        return Optional.of(decoded);
    }

    private static Stream<PolicyPort> port(String text, Spot at) {
        var parts = text.split("/", 2);
        int number = Integer.parseInt(parts[0]);
        if (number < 1 || number > PORT_MAX) {
            at.refuse("\"" + text + "\" is no port: they are from 1 to " + PORT_MAX);
            return Stream.of();
        }
        return Stream.of(PolicyPort.newBuilder()
                .setNumber(number)
                .setUdp(parts.length > 1 && parts[1].equals("udp"))
                .build());
    }

    private void known(String name, Spot at) {
        var problem = PolicyRules.from(name);
        int dot = name.lastIndexOf('.');
        if (problem.isPresent()) {
            at.refuse(problem.get());
        } else if (dot < 0 && !name.equals(EVERYBODY)) {
            own(name, at);
        } else if (dot > 0 && !shares && !peers.contains(name.substring(0, dot))) {
            var app = name.substring(0, dot);
            at.refuse(
                    "\"" + app + "\" is no peer of this app",
                    Suggestions.didYouMean(app, peers).orElse("name it under \"" + ComposeKeys.PEERS + "\""));
        }
    }

    private void own(String name, Spot at) {
        if (!services.contains(name)) {
            at.refuse("there is no service \"" + name + "\"", Suggestions.didYouMean(name, services));
        } else if (onServers.contains(name)) {
            at.refuse(
                    "\"" + name + "\" is on its server's network, so that rules cannot tell it from the server",
                    "remove its \"network_mode: host\", or its name here");
        }
    }
}
