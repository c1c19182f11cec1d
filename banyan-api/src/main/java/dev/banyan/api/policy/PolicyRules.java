package dev.banyan.api.policy;

import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.PolicyRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What networks, peers and rules of an app may say. Pure. */
public final class PolicyRules {
    /** Each is looked up for each pair of services that could meet in it. */
    public static final int NETWORKS_MAX = 32;

    /** Each is gone through for each pair of services. */
    public static final int RULES_MAX = 64;

    /** Each is an element of a packet rule's set for each container that may use it. */
    public static final int PORTS_MAX = 16;

    /** Names of services in one rule. */
    public static final int FROM_MAX = 64;

    /** As an app that everybody uses would have. */
    public static final int PEERS_MAX = 64;

    /** Further names of one service in one network. */
    public static final int ALIASES_MAX = 32;

    private static final int PORT_MAX = 65_535;
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?";
    private static final Pattern APP = Pattern.compile(NAME + "(\\." + NAME + "){0,4}");
    private static final Pattern FROM =
            Pattern.compile("\\*|" + NAME + "|" + NAME + "(\\." + NAME + "){0,4}\\.(\\*|" + NAME + ")");
    private static final Pattern NETWORK = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}");
    private static final Pattern ALIAS = Pattern.compile(
            "(?=.{1,63}$)[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([a-zA-Z0-9_-]*[a-zA-Z0-9])?)*");

    private PolicyRules() {}

    /** Everything that is wrong with the connections of a service; empty when nothing is. */
    public static List<String> problems(Connections connections) {
        var problems = new ArrayList<String>();
        limit(connections.getNetworksCount(), NETWORKS_MAX, "networks", problems);
        limit(connections.getRulesCount(), RULES_MAX, "rules", problems);
        for (Attachment attachment : connections.getNetworksList()) {
            network(attachment.getNetwork()).ifPresent(problems::add);
            limit(attachment.getAliasesCount(), ALIASES_MAX, "aliases", problems);
            attachment.getAliasesList().forEach(alias -> alias(alias).ifPresent(problems::add));
        }
        long distinct = connections.getNetworksList().stream()
                .map(attachment -> attachment.getShared() + attachment.getNetwork())
                .distinct()
                .count();
        if (distinct < connections.getNetworksCount()) {
            problems.add("is in one network twice");
        }
        connections.getRulesList().forEach(rule -> problems.addAll(problems(rule)));
        return List.copyOf(problems);
    }

    /** Everything that is wrong with one rule. */
    public static List<String> problems(PolicyRule rule) {
        var problems = new ArrayList<String>();
        if (rule.getFromCount() == 0) {
            problems.add("names nobody");
        }
        limit(rule.getFromCount(), FROM_MAX, "names in one rule", problems);
        limit(rule.getPortsCount(), PORTS_MAX, "ports in one rule", problems);
        rule.getFromList().forEach(name -> from(name).ifPresent(problems::add));
        if (rule.getPortsList().stream().anyMatch(port -> port.getNumber() < 1 || port.getNumber() > PORT_MAX)) {
            problems.add("has a port that is not from 1 to " + PORT_MAX);
        }
        return problems;
    }

    /** Everything that is wrong with the peers of an app. */
    public static List<String> peers(Collection<String> peers) {
        var problems = new ArrayList<String>();
        limit(peers.size(), PEERS_MAX, "peers", problems);
        peers.forEach(peer -> peer(peer).ifPresent(problems::add));
        return List.copyOf(problems);
    }

    private static void limit(int count, int most, String what, List<String> problems) {
        if (count > most) {
            problems.add("at most " + most + " " + what + ", not " + count);
        }
    }

    /** Why {@code name} can be no app; empty when it can. */
    public static Optional<String> peer(String name) {
        return no(APP, name, "is no name of an app, such as billing or shop.eu");
    }

    /** Why a rule cannot be about {@code name}; empty when it can. */
    public static Optional<String> from(String name) {
        return no(FROM, name, "is no service: write web, billing.api for one of another app, billing.* or *");
    }

    /** Why a network cannot be called {@code name}; empty when it can. */
    public static Optional<String> network(String name) {
        return no(NETWORK, name, "is no name of a network: at most 63 letters, digits, '_', '.' and '-'");
    }

    /** Why a service cannot be called {@code name} in a network; empty when it can. */
    public static Optional<String> alias(String name) {
        return no(ALIAS, name, "is no name that can be looked up");
    }

    private static Optional<String> no(Pattern pattern, String name, String message) {
        return pattern.matcher(name).matches() ? Optional.empty() : Optional.of("'" + name + "' " + message);
    }
}
