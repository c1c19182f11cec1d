package dev.banyan.api.compose.project;

import dev.banyan.api.compose.merge.Merging;
import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Mark;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Trail;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.source.Suggestions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Replaces each service that extends another by the other, as the service changes it. For one thread and one file. */
final class Extending {
    /** Longer chains are mistakes. */
    private static final int CHAIN_MAX = 64;

    private final Level level;
    private final Complaints complaints;
    private final Path project;
    private final Map<Link, Mapping> done = new HashMap<>();

    Extending(Level level, Complaints complaints, Path project) {
        this.level = level;
        this.complaints = complaints;
        this.project = project;
    }

    private record Link(Path file, String service) {}

    /** The file without {@code extends}. */
    Mapping apply(Mapping tree, Path file) {
        var services = tree.member("services");
        if (services.isEmpty() || !(services.get().value() instanceof Mapping all)) {
            return tree;
        }
        var members = new ArrayList<Member>(all.members().size());
        for (var service : all.members()) {
            members.add(
                    service.value() instanceof Mapping own
                                    && own.member("extends").isPresent()
                            ? service.with(extended(service.key(), own, all, file, new LinkedHashMap<>()))
                            : service);
        }
        return tree.with(services.get().with(all.with(members)));
    }

    private Mapping extended(String name, Mapping own, Mapping services, Path file, LinkedHashMap<Link, Trail> chain) {
        var link = new Link(file, name);
        var known = done.get(link);
        if (known != null) {
            return known;
        }
        var key = own.member("extends");
        if (key.isEmpty() || key.get().mark() == Mark.RESET || !(key.get().value() instanceof Mapping extending)) {
            return own.without("extends");
        }
        var trail = Trail.ROOT.key("services").key(name).key("extends");
        var spot = new Spot(complaints, trail, key.get().value().place());
        if (chain.containsKey(link) || chain.size() >= CHAIN_MAX) {
            spot.refuse(chain.containsKey(link) ? circle(chain, link) : "the chain is longer than " + CHAIN_MAX);
            return own.without("extends");
        }
        chain.put(link, trail);
        var joined = base(extending, services, file, spot, chain)
                .map(base -> Merging.join(base, own.without("extends"), ComposeKeys.SERVICE))
                .orElseGet(() -> own.without("extends"));
        chain.remove(link);
        done.put(link, joined);
        return joined;
    }

    private Optional<Mapping> base(
            Mapping extending, Mapping services, Path file, Spot spot, LinkedHashMap<Link, Trail> chain) {
        var name = extending.text("service").orElse("");
        if (name.isEmpty()) {
            return Optional.empty(); // The shaper complained of it.
        }
        var other = extending.text("file").map(path -> project.resolve(path).normalize());
        var from = other.orElse(file);
        var there = other.isEmpty() ? Optional.of(services) : services(from, spot);
        var base = there.flatMap(found -> found.find(name));
        if (there.isPresent() && base.isEmpty()) {
            spot.refuse(
                    "there is no service \"" + name + "\""
                            + other.map(path -> " in " + level.shown(path)).orElse(""),
                    Suggestions.didYouMean(name, names(there.get())));
        }
        return base.filter(Mapping.class::isInstance)
                .map(Mapping.class::cast)
                .map(service -> extended(name, service, there.orElse(services), from, chain));
    }

    private Optional<Mapping> services(Path file, Spot spot) {
        var tree = level.extended(file);
        if (tree.isEmpty()) {
            spot.refuse("the file \"" + level.shown(file) + "\" " + level.absence());
        }
        return tree.map(found -> found.mapping("services"));
    }

    private static List<String> names(Mapping services) {
        return services.members().stream().map(Member::key).toList();
    }

    private String circle(LinkedHashMap<Link, Trail> chain, Link back) {
        var names = new ArrayList<String>();
        boolean inside = false;
        for (var link : chain.keySet()) {
            inside |= link.equals(back);
            if (inside) {
                names.add(shown(link, back));
            }
        }
        names.add(shown(back, back));
        return "services extend each other: " + String.join(" -> ", names);
    }

    private String shown(Link link, Link from) {
        return link.file().equals(from.file()) ? link.service() : link.service() + " in " + level.shown(link.file());
    }
}
