package dev.banyan.agent.host.nft;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.agent.host.HostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A table as the kernel holds it, read from {@code nft -j list table}.
 *
 * @param sets by name
 * @param chains by name
 */
public record NftListing(Map<String, NftSet> sets, Map<String, Chain> chains) {
    /**
     * A chain as listed.
     *
     * @param hook in the words of {@link NftChain#hook()}, followed by the policy when that is not accept; empty for a plain chain
     */
    public record Chain(String hook, List<Rule> rules) {
        public Chain {
            rules = List.copyOf(rules);
        }
    }

    /**
     * A rule as listed.
     *
     * @param handle the kernel's number for it
     * @param comment empty when it has none
     * @param jumps the chains it may jump or go to by name
     */
    public record Rule(long handle, String comment, List<String> jumps) {
        public Rule {
            jumps = List.copyOf(jumps);
        }
    }

    public NftListing {
        sets = Collections.unmodifiableMap(new LinkedHashMap<>(sets));
        chains = Collections.unmodifiableMap(new LinkedHashMap<>(chains));
    }

    /** How the kernel would list {@code table}. */
    static NftListing of(NftTable table) {
        var sets = new LinkedHashMap<String, NftSet>();
        table.sets().forEach(set -> sets.put(set.name(), set));
        var chains = new LinkedHashMap<String, Chain>();
        for (var chain : table.chains()) {
            var rules = chain.rules().stream()
                    .map(rule -> new Rule(0, NftChain.mark(rule), List.of()))
                    .toList();
            chains.put(chain.name(), new Chain(chain.hook(), rules));
        }
        return new NftListing(sets, chains);
    }

    /**
     * Reads nft's JSON.
     *
     * @throws HostException when it is not what nft writes
     */
    public static NftListing parse(String json) {
        return parse(json, true);
    }

    /** Reads the chains alone: the sets of a table that somebody else made may hold what this room does not know. */
    static NftListing parseChains(String json) {
        return parse(json, false);
    }

    private static NftListing parse(String json, boolean withSets) {
        try {
            var objects = JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("nftables");
            return new NftListing(withSets ? sets(objects) : Map.of(), chains(objects));
        } catch (JsonParseException | IllegalStateException | NullPointerException | UnsupportedOperationException e) {
            throw new HostException("nft's listing could not be understood: " + e.getMessage(), e);
        }
    }

    private static Map<String, NftSet> sets(JsonArray objects) {
        var sets = new LinkedHashMap<String, NftSet>();
        bodies(objects, "set").forEach(body -> sets.put(name(body), body.has("timeout") ? learned(body) : set(body)));
        bodies(objects, "map").forEach(body -> sets.put(name(body), map(body)));
        return sets;
    }

    private static Map<String, Chain> chains(JsonArray objects) {
        var rules = new LinkedHashMap<String, List<Rule>>();
        bodies(objects, "rule")
                .forEach(body -> rules.computeIfAbsent(body.get("chain").getAsString(), chain -> new ArrayList<>())
                        .add(rule(body)));
        var chains = new LinkedHashMap<String, Chain>();
        bodies(objects, "chain")
                .forEach(body ->
                        chains.put(name(body), new Chain(hook(body), rules.getOrDefault(name(body), List.of()))));
        return chains;
    }

    private static List<JsonObject> bodies(JsonArray objects, String type) {
        var bodies = new ArrayList<JsonObject>();
        for (var object : objects) {
            if (object.getAsJsonObject().has(type)) {
                bodies.add(object.getAsJsonObject().getAsJsonObject(type));
            }
        }
        return bodies;
    }

    private static String name(JsonObject body) {
        return body.get("name").getAsString();
    }

    private static String hook(JsonObject body) {
        if (!body.has("hook")) {
            return "";
        }
        var hook = NftChain.hookOf(
                body.get("type").getAsString(),
                body.get("hook").getAsString(),
                body.get("prio").getAsInt());
        var policy = body.get("policy").getAsString();
        return policy.equals("accept") ? hook : hook + " policy " + policy;
    }

    private static Rule rule(JsonObject body) {
        var jumps = new ArrayList<String>();
        if (body.has("expr")) {
            for (var statement : body.getAsJsonArray("expr")) {
                target(statement).ifPresent(jumps::add);
            }
        }
        var comment = body.has("comment") ? body.get("comment").getAsString() : "";
        return new Rule(body.get("handle").getAsLong(), comment, jumps);
    }

    private static Optional<String> target(JsonElement statement) {
        for (var verdict : List.of("jump", "goto")) {
            if (statement.isJsonObject() && statement.getAsJsonObject().has(verdict)) {
                return Optional.of(statement
                        .getAsJsonObject()
                        .getAsJsonObject(verdict)
                        .get("target")
                        .getAsString());
            }
        }
        return Optional.empty();
    }

    /** Whom it knows is no business of those who compare. */
    private static NftSet learned(JsonObject body) {
        return NftSet.learned(
                name(body),
                type(body.get("type")),
                body.get("timeout").getAsLong(),
                body.has("size") ? body.get("size").getAsInt() : 0);
    }

    private static NftSet set(JsonObject body) {
        var elements = new TreeMap<String, String>();
        elements(body).forEach(element -> elements.put(key(element), ""));
        return new NftSet(name(body), NftSet.Kind.SET, type(body.get("type")), NftElements.of(elements));
    }

    private static NftSet map(JsonObject body) {
        var to = told(body.get("map"));
        boolean verdicts = to.equals("verdict");
        var elements = new TreeMap<String, String>();
        for (var element : elements(body)) {
            var pair = element.getAsJsonArray();
            elements.put(key(pair.get(0)), verdicts ? verdict(pair.get(1)) : key(pair.get(1)));
        }
        var from = told(body.get("type"));
        return verdicts
                ? new NftSet(name(body), NftSet.Kind.VERDICT_MAP, from, NftElements.of(elements))
                : new NftSet(
                        name(body),
                        NftSet.Kind.VALUE_MAP,
                        from.isEmpty() || to.isEmpty() ? "" : from + " : " + to,
                        NftElements.of(elements));
    }

    /** Nothing where it is told by the expressions that it was declared by, which later versions of nft do. */
    private static String told(JsonElement type) {
        return type.isJsonObject() ? "" : type(type);
    }

    private static JsonArray elements(JsonObject body) {
        return body.has("elem") ? body.getAsJsonArray("elem") : new JsonArray();
    }

    private static String type(JsonElement type) {
        return type.isJsonArray() ? join(type.getAsJsonArray()) : type.getAsString();
    }

    private static String key(JsonElement key) {
        if (!key.isJsonObject()) {
            return key.getAsString();
        }
        var body = key.getAsJsonObject();
        if (body.has("elem")) {
            return key(body.getAsJsonObject("elem").get("val"));
        }
        return body.has("concat") ? join(body.getAsJsonArray("concat")) : body.toString();
    }

    private static String join(JsonArray parts) {
        var text = new StringBuilder();
        for (var part : parts) {
            text.append(text.isEmpty() ? "" : " . ").append(key(part));
        }
        return text.toString();
    }

    private static String verdict(JsonElement verdict) {
        return target(verdict).map(chain -> "goto " + chain).orElse(verdict.toString());
    }
}
