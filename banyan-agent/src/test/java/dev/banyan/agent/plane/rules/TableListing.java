package dev.banyan.agent.plane.rules;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.banyan.agent.plane.rules.PacketTable.Chain;
import dev.banyan.agent.plane.rules.PacketTable.Elements;
import dev.banyan.agent.plane.rules.PacketTable.Rule;
import java.util.List;

/** A table as {@code nft -j list table} tells it, as far as the agent reads it. */
public final class TableListing {
    private TableListing() {}

    /** The whole listing. */
    public static String of(PacketTable table) {
        var objects = new JsonArray();
        table.sets().forEach((name, set) -> objects.add(set(name, set)));
        table.chains().forEach((name, chain) -> objects.add(chain(name, chain)));
        table.chains().forEach((name, chain) -> chain.rules().forEach(rule -> objects.add(rule(name, rule))));
        return wrapped("nftables", objects).toString();
    }

    private static JsonObject set(String name, Elements set) {
        boolean map = set.type().startsWith("map ");
        var declared = set.type().substring("map ".length()).split(" : ");
        var types = declared[0].split(" \\. ");
        var body = named(name);
        body.add("type", types.length == 1 ? listed(types).get(0) : listed(types));
        var elements = new JsonArray();
        set.content().forEach((key, verdict) -> elements.add(map ? pair(key, verdict) : key(key)));
        body.add("elem", elements);
        if (map) {
            body.addProperty("map", declared[1]);
        }
        return wrapped(map ? "map" : "set", body);
    }

    /** {@code verdict} may be a value as well. */
    private static JsonElement pair(String key, String verdict) {
        var pair = new JsonArray();
        pair.add(key(key));
        pair.add(verdict.startsWith("goto ") ? target(verdict) : key(verdict));
        return pair;
    }

    private static JsonElement key(String key) {
        var parts = key.split(" \\. ");
        return parts.length == 1 ? listed(parts).get(0) : wrapped("concat", listed(parts));
    }

    private static JsonArray listed(String[] words) {
        var array = new JsonArray();
        List.of(words).forEach(array::add);
        return array;
    }

    private static JsonObject chain(String name, Chain chain) {
        var body = named(name);
        if (!chain.hook().isEmpty()) {
            var words = chain.hook().split(" ");
            body.addProperty("type", words[1]);
            body.addProperty("hook", words[3]);
            body.addProperty("prio", Integer.parseInt(words[5]));
            body.addProperty("policy", chain.policy());
        }
        return wrapped("chain", body);
    }

    private static JsonObject rule(String chain, Rule rule) {
        var body = new JsonObject();
        body.addProperty("chain", chain);
        body.addProperty("handle", rule.handle());
        if (!rule.comment().isEmpty()) {
            body.addProperty("comment", rule.comment());
        }
        var words = rule.text().split(" ");
        var statements = new JsonArray();
        for (int i = 1; i < words.length; i++) {
            if (words[i - 1].equals("jump") || words[i - 1].equals("goto")) {
                statements.add(target(words[i - 1] + " " + words[i]));
            }
        }
        body.add("expr", statements);
        return wrapped("rule", body);
    }

    /** {@code verdict} is such as {@code goto chain}. */
    private static JsonObject target(String verdict) {
        var words = verdict.split(" ");
        var target = new JsonObject();
        target.addProperty("target", words[1]);
        return wrapped(words[0], target);
    }

    private static JsonObject named(String name) {
        var body = new JsonObject();
        body.addProperty("name", name);
        return body;
    }

    private static JsonObject wrapped(String kind, JsonElement body) {
        var object = new JsonObject();
        object.add(kind, body);
        return object;
    }
}
