package dev.banyan.agent.firewall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The chains of a filter table as {@code iptables -S} lists them. Pure.
 *
 * @param policies of the chains that have one
 * @param rules of all chains, each as the words that follow its chain's name
 */
record LegacyChains(Map<String, String> policies, Map<String, List<List<String>>> rules) {
    private static final String ACCEPT = "ACCEPT";

    /** Reads a listing; of a line of another form, whatever it says, nothing is known. */
    static LegacyChains parse(String listing) {
        var policies = new HashMap<String, String>();
        var rules = new LinkedHashMap<String, List<List<String>>>();
        for (var line : listing.lines().toList()) {
            var words = List.of(line.split(" "));
            if (words.size() < 2) {
                continue;
            }
            var chain = words.get(1);
            switch (words.getFirst()) {
                case "-P" -> {
                    policies.put(chain, words.getLast());
                    rules.putIfAbsent(chain, new ArrayList<>());
                }
                case "-N" -> rules.putIfAbsent(chain, new ArrayList<>());
                case "-A" ->
                    rules.computeIfAbsent(chain, name -> new ArrayList<>()).add(words.subList(2, words.size()));
                default -> {}
            }
        }
        return new LegacyChains(policies, rules);
    }

    /** What puts {@code rule} into place, once: arguments of iptables. Where nothing would be dropped it is not needed. */
    List<List<String>> ensured(AcceptRule rule) {
        var home = home(rule);
        var commands = new ArrayList<List<String>>();
        boolean present = false;
        for (var chain : rules.keySet()) {
            for (var words : ours(rule, chain)) {
                if (home.equals(Optional.of(chain)) && !present) {
                    present = true;
                } else {
                    commands.add(command("-D", chain, words));
                }
            }
        }
        if (!present) {
            home.ifPresent(chain -> commands.add(command("-I", chain, rule.words())));
        }
        return commands;
    }

    /** What takes {@code rule} away wherever it stands. */
    List<List<String>> removed(AcceptRule rule) {
        var commands = new ArrayList<List<String>>();
        rules.keySet().forEach(chain -> ours(rule, chain).forEach(words -> commands.add(command("-D", chain, words))));
        return commands;
    }

    private Optional<String> home(AcceptRule rule) {
        var theirs = new ArrayList<>(rules.getOrDefault(rule.chain(), List.of()));
        theirs.removeAll(ours(rule, rule.chain()));
        if (theirs.isEmpty() && policies.getOrDefault(rule.chain(), ACCEPT).equals(ACCEPT)) {
            return Optional.empty();
        }
        boolean users = theirs.stream().anyMatch(words -> follows(words, "-j", rule.users()));
        return Optional.of(users && rules.containsKey(rule.users()) ? rule.users() : rule.chain());
    }

    private List<List<String>> ours(AcceptRule rule, String chain) {
        return rules.getOrDefault(chain, List.of()).stream()
                .filter(words -> follows(words, "--comment", rule.comment()))
                .toList();
    }

    private static boolean follows(List<String> words, String option, String value) {
        int at = words.indexOf(option);
        return at >= 0 && at + 1 < words.size() && words.get(at + 1).equals(value);
    }

    private static List<String> command(String verb, String chain, List<String> words) {
        var all = new ArrayList<>(List.of(verb, chain));
        all.addAll(words);
        return List.copyOf(all);
    }
}
