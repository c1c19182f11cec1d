package dev.banyan.agent.host.nft;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A kernel's packet tables behind the programs that change them: transactions of {@code nft} as this agent writes them, refused whole where
 * the kernel would refuse them; its listing; and, for a request from this server, where the rules lead at this instant. It outlives every
 * agent. Not thread-safe: for simulations.
 */
public final class FakeKernel implements CommandRunner {
    /** A run of {@code nft} fails and changes nothing. Place: {@code kernel}. */
    public static final FaultKind NFT_FAILS = new FaultKind("nft-fails", 0.3);

    private static final class Table {
        private final Map<String, String> types = new LinkedHashMap<>();
        private final Map<String, Map<String, String>> elements = new LinkedHashMap<>();
        private final Map<String, String> hooks = new LinkedHashMap<>();
        private final Map<String, List<String>> rules = new LinkedHashMap<>();

        Table copy() {
            var copy = new Table();
            copy.types.putAll(types);
            elements.forEach((name, all) -> copy.elements.put(name, new TreeMap<>(all)));
            copy.hooks.putAll(hooks);
            rules.forEach((name, all) -> copy.rules.put(name, new ArrayList<>(all)));
            return copy;
        }

        boolean refersTo(String chain) {
            return elements.values().stream().anyMatch(all -> all.containsValue("goto " + chain))
                    || rules.values().stream()
                            .flatMap(List::stream)
                            .anyMatch(rule -> (rule + " ").contains("jump " + chain + " ")
                                    || (rule + " ").contains("goto " + chain + " "));
        }
    }

    private final FaultPlan faults;
    private final Consumer<String> notes;
    private Map<String, Table> tables = new LinkedHashMap<>();

    public FakeKernel(FaultPlan faults, Consumer<String> notes) {
        this.faults = faults;
        this.notes = notes;
    }

    /** Somebody removes all tables by hand. */
    public void flush() {
        notes.accept("somebody flushes all rules");
        tables = new LinkedHashMap<>();
    }

    /** Where a connection to a service's address may lead now, such as {@code 10.192.0.7}; empty when it is refused. */
    public List<String> destinations(String address) {
        return tables.values().stream()
                .filter(table -> table.rules.getOrDefault("output", List.of()).stream()
                        .anyMatch(rule -> rule.startsWith("jump dispatch")))
                .filter(table -> table.rules.getOrDefault("dispatch", List.of()).stream()
                        .anyMatch(rule -> rule.startsWith("ip daddr vmap @wholes")))
                .flatMap(table -> Optional.ofNullable(
                        table.elements.getOrDefault("wholes", Map.of()).get(address))
                        .map(verdict -> table.rules.get(verdict.substring("goto ".length())))
                        .stream())
                .flatMap(List::stream)
                .flatMap(rule -> translated(rule).stream())
                .toList();
    }

    private static List<String> translated(String rule) {
        int at = rule.indexOf("dnat ip to ");
        if (at < 0) {
            return List.of();
        }
        var to = rule.substring(at + "dnat ip to ".length(), rule.indexOf(" comment "));
        if (!to.startsWith("numgen")) {
            return List.of(to);
        }
        var found = new ArrayList<String>();
        for (var share : to.substring(to.indexOf('{') + 1, to.lastIndexOf('}')).split(",")) {
            found.add(share.substring(share.indexOf(" : ") + 3).strip());
        }
        return found;
    }

    @Override
    public CommandResult run(CommandLine line) {
        var arguments = line.arguments();
        if (arguments.getFirst().equals("conntrack")) {
            return new CommandResult(line, 1, "", "0 flow entries have been deleted");
        }
        if (!arguments.getFirst().equals("nft")) {
            return new CommandResult(line, 127, "", arguments.getFirst() + ": not found");
        }
        if (faults.strikes(NFT_FAILS, "kernel")) {
            return new CommandResult(line, 1, "", "netlink: Error: cache initialization failed: drawn");
        }
        if (arguments.contains("list")) {
            return Optional.ofNullable(tables.get(arguments.getLast()))
                    .map(table -> new CommandResult(line, 0, listing(table), ""))
                    .orElseGet(() -> new CommandResult(line, 1, "", "Error: No such file or directory"));
        }
        return commit(line);
    }

    private CommandResult commit(CommandLine line) {
        var next = new LinkedHashMap<String, Table>();
        tables.forEach((name, table) -> next.put(name, table.copy()));
        for (var statement : line.input().split("\n")) {
            var refusal = statement.isBlank() ? Optional.<String>empty() : applied(statement, next);
            if (refusal.isPresent()) {
                return new CommandResult(line, 1, "", "Error: " + refusal.get() + ": " + statement);
            }
        }
        tables = next;
        notes.accept("rules change");
        return new CommandResult(line, 0, "", "");
    }

    /** Why the kernel refuses it, if it does. */
    private static Optional<String> applied(String statement, Map<String, Table> tables) {
        var words = List.of(statement.split(" ", 6));
        var what = words.get(0) + " " + words.get(1);
        var name = words.get(3);
        if (what.equals("add table")) {
            tables.putIfAbsent(name, new Table());
            return Optional.empty();
        }
        var table = tables.get(name);
        if (table == null) {
            return Optional.of("No such file or directory");
        }
        if (what.equals("delete table")) {
            tables.remove(name);
            return Optional.empty();
        }
        var rest = words.size() > 5 ? words.get(5) : "";
        return change(table, what, words.get(4), rest);
    }

    private static Optional<String> change(Table table, String what, String name, String rest) {
        return switch (what) {
            case "add set", "add map" -> {
                table.types.put(name, (what.equals("add map") ? "map " : "set ") + type(rest));
                table.elements.putIfAbsent(name, new TreeMap<>());
                yield Optional.empty();
            }
            case "add chain" -> {
                table.hooks.putIfAbsent(name, rest.isEmpty() ? "" : rest.substring(2, rest.indexOf(';')));
                table.rules.putIfAbsent(name, new ArrayList<>());
                yield Optional.empty();
            }
            case "flush chain" -> onChain(table, name, List::clear);
            case "add rule" -> onChain(table, name, rules -> rules.add(rest));
            case "add element", "delete element" -> elements(table, what, name, rest);
            case "delete chain" -> {
                if (!table.rules.containsKey(name) || table.refersTo(name)) {
                    yield Optional.of("Device or resource busy");
                }
                table.rules.remove(name);
                table.hooks.remove(name);
                yield Optional.empty();
            }
            case "delete set" -> {
                table.types.remove(name);
                yield table.elements.remove(name) == null ? Optional.of("No such set") : Optional.empty();
            }
            default -> Optional.of("syntax error");
        };
    }

    private static String type(String declaration) {
        var type = declaration.substring("{ type ".length(), declaration.indexOf(';'));
        return type.endsWith(" : verdict") ? type.substring(0, type.indexOf(" : verdict")) : type;
    }

    private static Optional<String> onChain(Table table, String name, Consumer<List<String>> change) {
        var rules = table.rules.get(name);
        if (rules == null) {
            return Optional.of("No such chain");
        }
        change.accept(rules);
        return Optional.empty();
    }

    private static Optional<String> elements(Table table, String what, String name, String rest) {
        var held = table.elements.get(name);
        if (held == null) {
            return Optional.of("No such set");
        }
        for (var element : rest.substring(2, rest.length() - 2).split(", ")) {
            int at = element.indexOf(" : ");
            var key = at < 0 ? element : element.substring(0, at);
            var verdict = at < 0 ? "" : element.substring(at + 3);
            if (what.startsWith("delete") ? held.remove(key) == null : !known(table, verdict)) {
                return Optional.of("No such file or directory");
            }
            if (what.startsWith("add")) {
                held.put(key, verdict);
            }
        }
        return Optional.empty();
    }

    private static boolean known(Table table, String verdict) {
        return verdict.isEmpty() || table.rules.containsKey(verdict.substring("goto ".length()));
    }

    private static String listing(Table table) {
        var objects = new JsonArray();
        table.types.forEach((name, type) -> objects.add(set(name, type, table.elements.getOrDefault(name, Map.of()))));
        table.hooks.forEach((name, hook) -> objects.add(chain(name, hook)));
        table.rules.forEach((chain, rules) -> rules.forEach(rule -> objects.add(rule(chain, rule))));
        var all = new JsonObject();
        all.add("nftables", objects);
        return all.toString();
    }

    private static JsonObject set(String name, String type, Map<String, String> elements) {
        boolean map = type.startsWith("map ");
        var body = named(name);
        body.add("type", joined(type.substring(4)));
        var listed = new JsonArray();
        elements.forEach((key, verdict) -> listed.add(map ? pair(key, verdict) : joined(key)));
        body.add("elem", listed);
        return wrapped(map ? "map" : "set", body);
    }

    private static JsonElement pair(String key, String verdict) {
        var target = new JsonObject();
        target.addProperty("target", verdict.substring("goto ".length()));
        var pair = new JsonArray();
        pair.add(joined(key));
        pair.add(wrapped("goto", target));
        return pair;
    }

    private static JsonElement joined(String words) {
        var parts = new JsonArray();
        for (var word : words.split(" \\. ")) {
            parts.add(word);
        }
        if (parts.size() == 1) {
            return parts.get(0);
        }
        var concat = new JsonObject();
        concat.add("concat", parts);
        return words.startsWith("ipv4_addr") || words.startsWith("inet_proto") ? parts : concat;
    }

    private static JsonObject chain(String name, String hook) {
        var body = named(name);
        if (!hook.isEmpty()) {
            var words = hook.split(" ");
            body.addProperty("type", words[1]);
            body.addProperty("hook", words[3]);
            body.addProperty("prio", Integer.parseInt(words[5]));
            body.addProperty("policy", "accept");
        }
        return wrapped("chain", body);
    }

    private static JsonObject rule(String chain, String rule) {
        var body = new JsonObject();
        body.addProperty("chain", chain);
        body.addProperty("handle", 1);
        int at = rule.indexOf("comment \"");
        if (at >= 0) {
            body.addProperty("comment", rule.substring(at + "comment \"".length(), rule.length() - 1));
        }
        return wrapped("rule", body);
    }

    private static JsonObject named(String name) {
        var body = new JsonObject();
        body.addProperty("name", name);
        return body;
    }

    private static JsonObject wrapped(String kind, JsonObject body) {
        var object = new JsonObject();
        object.add(kind, body);
        return object;
    }
}
