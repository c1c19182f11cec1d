package dev.banyan.agent.plane.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One table of packet rules. */
public final class PacketTable {
    /** @param handle the kernel's number for it */
    public record Rule(long handle, String text, String comment) {
        boolean names(String word) {
            return List.of(text.split(" ")).contains(word);
        }
    }

    /** @param hook such as {@code type nat hook output priority -100}; empty for one that is only jumped to */
    public record Chain(String hook, String policy, List<Rule> rules) {
        private String word(int at) {
            return hook.isEmpty() ? "" : hook.split(" ")[at];
        }

        /** Whether it is of {@code type} at {@code place}. */
        public boolean isAt(String type, String place) {
            return word(1).equals(type) && word(3).equals(place);
        }

        /** Lower ones come first. */
        public int priority() {
            return Integer.parseInt(word(5));
        }

        Chain with(List<Rule> others) {
            return new Chain(hook, policy, List.copyOf(others));
        }
    }

    /** @param type of the keys, after the word {@code set} or {@code map}; in a map, followed by that of its values */
    public record Elements(String type, Map<String, String> content) {}

    private final Map<String, Elements> sets = new LinkedHashMap<>();
    private final Map<String, Chain> chains = new LinkedHashMap<>();

    PacketTable copy() {
        var copy = new PacketTable();
        sets.forEach((name, set) -> copy.sets.put(name, new Elements(set.type(), new TreeMap<>(set.content()))));
        copy.chains.putAll(chains);
        return copy;
    }

    Map<String, Elements> sets() {
        return sets;
    }

    /** By name. */
    public Map<String, Chain> chains() {
        return chains;
    }

    List<Rule> rules(String chain) {
        var found = chains.get(chain);
        return found == null ? List.of() : found.rules();
    }

    /** Whether a rule or an element leads to {@code chain}. */
    boolean leadsTo(String chain) {
        return sets.values().stream().anyMatch(set -> set.content().containsValue("goto " + chain))
                || chains.values().stream()
                        .flatMap(other -> other.rules().stream())
                        .anyMatch(rule -> leads(rule, chain));
    }

    private static boolean leads(Rule rule, String chain) {
        var words = rule.text() + " ";
        return words.contains("jump " + chain + " ") || words.contains("goto " + chain + " ");
    }

    boolean looksInto(String set) {
        return chains.values().stream()
                .flatMap(chain -> chain.rules().stream())
                .anyMatch(rule -> rule.names("@" + set));
    }

    /** Whether everything that {@code text} names is there. */
    boolean knows(String text) {
        var words = List.of(text.split(" "));
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            boolean verdict = i > 0
                    && (words.get(i - 1).equals("jump") || words.get(i - 1).equals("goto"));
            if (verdict && !chains.containsKey(word) || word.startsWith("@") && !sets.containsKey(word.substring(1))) {
                return false;
            }
        }
        return true;
    }

    void add(String chain, Rule rule, boolean first) {
        var rules = new ArrayList<>(rules(chain));
        rules.add(first ? 0 : rules.size(), rule);
        chains.computeIfPresent(chain, (name, held) -> held.with(rules));
    }
}
