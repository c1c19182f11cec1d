package dev.banyan.agent.plane.rules;

import dev.banyan.agent.plane.rules.PacketTable.Chain;
import dev.banyan.agent.plane.rules.PacketTable.Elements;
import dev.banyan.agent.plane.rules.PacketTable.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The packet tables of family ip of one kernel: transactions of {@code nft -f -}, refused whole where the kernel would refuse them. */
public final class PacketTables {
    private static final String ABSENT = "No such file or directory";
    private static final String BUSY = "Device or resource busy";

    private Map<String, PacketTable> tables = new LinkedHashMap<>();
    private long handles;

    /** The tables that hold now. */
    public Collection<PacketTable> all() {
        return tables.values();
    }

    /** The table of that name. */
    public Optional<PacketTable> named(String name) {
        return Optional.ofNullable(tables.get(name));
    }

    /** No table is left. */
    public void forgetAll() {
        tables = new LinkedHashMap<>();
    }

    /** Does all of {@code script}, or nothing; then what nft complains of. */
    public Optional<String> commit(String script) {
        var next = new LinkedHashMap<String, PacketTable>();
        tables.forEach((name, table) -> next.put(name, table.copy()));
        for (var statement : script.split("\n")) {
            var refusal = statement.isBlank() ? Optional.<String>empty() : applied(statement, next);
            if (refusal.isPresent()) {
                return Optional.of("Error: " + refusal.get() + ": " + statement);
            }
        }
        tables = next;
        return Optional.empty();
    }

    private Optional<String> applied(String statement, Map<String, PacketTable> next) {
        var words = List.of(statement.split(" ", 6));
        var what = words.get(0) + " " + words.get(1);
        var name = words.get(3);
        if (what.equals("add table")) {
            next.putIfAbsent(name, new PacketTable());
            return Optional.empty();
        }
        var table = next.get(name);
        if (table == null) {
            return Optional.of(ABSENT);
        }
        if (what.equals("delete table")) {
            next.remove(name);
            return Optional.empty();
        }
        return change(table, what, words.get(4), words.size() > 5 ? words.get(5) : "");
    }

    private Optional<String> change(PacketTable table, String what, String name, String rest) {
        return switch (what) {
            case "add set", "add map" -> addSet(table, what, name, rest);
            case "add chain" -> addChain(table, name, rest);
            case "flush chain" -> withChain(table, name, chain -> chain.with(List.of()));
            case "add rule" -> addRule(table, name, rest, false);
            case "insert rule" -> addRule(table, name, rest, true);
            case "delete rule" -> deleteRule(table, name, Long.parseLong(rest.substring("handle ".length())));
            case "add element" -> addElements(table, name, elements(rest));
            case "delete element" -> deleteElements(table, name, elements(rest));
            case "delete chain" -> deleteChain(table, name);
            case "delete set" -> deleteSet(table, name);
            default -> Optional.of("syntax error");
        };
    }

    private static Optional<String> addSet(PacketTable table, String what, String name, String rest) {
        var declared = rest.startsWith("{ typeof ")
                ? types(rest.substring("{ typeof ".length(), rest.indexOf(';')))
                : rest.substring("{ type ".length(), rest.indexOf(';'));
        var type = what.substring("add ".length()) + " " + declared;
        table.sets().putIfAbsent(name, new Elements(type, new TreeMap<>()));
        return Optional.empty();
    }

    /** Of expressions. */
    private static String types(String expressions) {
        return expressions
                .replaceAll("(tcp|udp) dport", "inet_service")
                .replace("ip daddr", "ipv4_addr")
                .replace("numgen random mod 65536", "integer");
    }

    private static Optional<String> addChain(PacketTable table, String name, String rest) {
        var hook = rest.isEmpty() ? "" : rest.substring(2, rest.indexOf(';'));
        var policy = rest.contains("policy drop") ? "drop" : "accept";
        table.chains().putIfAbsent(name, new Chain(hook, policy, List.of()));
        return Optional.empty();
    }

    @FunctionalInterface
    private interface Change {
        Chain of(Chain chain);
    }

    private static Optional<String> withChain(PacketTable table, String name, Change change) {
        var chain = table.chains().get(name);
        if (chain == null) {
            return Optional.of(ABSENT);
        }
        table.chains().put(name, change.of(chain));
        return Optional.empty();
    }

    private Optional<String> addRule(PacketTable table, String chain, String rest, boolean first) {
        int at = rest.indexOf(" comment \"");
        var text = at < 0 ? rest : rest.substring(0, at);
        var comment = at < 0 ? "" : rest.substring(at + " comment \"".length(), rest.length() - 1);
        if (!table.chains().containsKey(chain) || !table.knows(text)) {
            return Optional.of(ABSENT);
        }
        handles++;
        table.add(chain, new Rule(handles, text, comment), first);
        return Optional.empty();
    }

    private static Optional<String> deleteRule(PacketTable table, String chain, long handle) {
        var kept = new ArrayList<>(table.rules(chain));
        return kept.removeIf(rule -> rule.handle() == handle)
                ? withChain(table, chain, held -> held.with(kept))
                : Optional.of(ABSENT);
    }

    private static Map<String, String> elements(String rest) {
        var elements = new LinkedHashMap<String, String>();
        for (var element : rest.substring(2, rest.length() - 2).split(", ")) {
            int at = element.indexOf(" : ");
            elements.put(at < 0 ? element : element.substring(0, at), at < 0 ? "" : element.substring(at + 3));
        }
        return elements;
    }

    private static Optional<String> addElements(PacketTable table, String set, Map<String, String> elements) {
        var held = table.sets().get(set);
        if (held == null || !elements.values().stream().allMatch(table::knows)) {
            return Optional.of(ABSENT);
        }
        for (var element : elements.entrySet()) {
            var before = held.content().putIfAbsent(element.getKey(), element.getValue());
            if (before != null && !before.equals(element.getValue())) {
                return Optional.of("File exists");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> deleteElements(PacketTable table, String set, Map<String, String> elements) {
        var held = table.sets().get(set);
        if (held == null || !held.content().keySet().containsAll(elements.keySet())) {
            return Optional.of(ABSENT);
        }
        held.content().keySet().removeAll(elements.keySet());
        return Optional.empty();
    }

    private static Optional<String> deleteChain(PacketTable table, String name) {
        if (!table.chains().containsKey(name)) {
            return Optional.of(ABSENT);
        }
        if (table.leadsTo(name) || !table.rules(name).isEmpty()) {
            return Optional.of(BUSY);
        }
        table.chains().remove(name);
        return Optional.empty();
    }

    private static Optional<String> deleteSet(PacketTable table, String name) {
        if (table.looksInto(name)) {
            return Optional.of(BUSY);
        }
        return table.sets().remove(name) == null ? Optional.of(ABSENT) : Optional.empty();
    }
}
