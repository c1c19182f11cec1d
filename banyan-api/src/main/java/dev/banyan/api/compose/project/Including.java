package dev.banyan.api.compose.project;

import dev.banyan.api.compose.merge.Merging;
import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Mark;
import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Trail;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Spot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes in the resources of projects that a file includes. For one thread and one load. */
final class Including {
    /** Includes in includes in includes: more is a mistake. */
    private static final int DEPTH_MAX = 16;

    /** Most includes of a load; without it a few files that include each other twice take forever. */
    private static final int INCLUDES_MAX = 200;

    private static final List<String> SECTIONS =
            List.of("services", "volumes", "networks", "secrets", "configs", "models");

    private int includes;

    /** The file with what it includes, and without {@code include}. */
    Mapping apply(Mapping tree, Path file, Level level) {
        var include = tree.member("include");
        if (include.isEmpty()) {
            return tree;
        }
        var result = tree.without("include");
        if (include.get().mark() == Mark.RESET) {
            return result;
        }
        var items = tree.items("include");
        for (int i = 0; i < items.size(); i++) {
            var spot = new Spot(
                    level.session().complaints(),
                    Trail.ROOT.key("include").index(i),
                    items.get(i).place());
            if (items.get(i) instanceof Mapping entry) {
                var imported = load(entry, file, level, spot);
                result = imported.isPresent() ? imported(result, imported.get(), spot) : result;
            }
        }
        return result;
    }

    private Optional<Mapping> load(Mapping entry, Path file, Level level, Spot spot) {
        var project = level.session().project();
        var files = existing(
                entry.texts("path").stream()
                        .map(path -> project.resolve(path).normalize())
                        .toList(),
                level,
                spot);
        var chain = new ArrayList<>(level.chain());
        chain.add(file);
        if (files.isEmpty() || !allowed(files, chain, level, spot)) {
            return Optional.empty();
        }
        var first = Optional.ofNullable(files.getFirst().getParent()).orElse(project);
        var directory = entry.text("project_directory")
                .map(path -> project.resolve(path).normalize())
                .orElse(first);
        var variables = variables(entry, directory, level, spot);
        return new Level(level.session(), directory, variables, chain).load(files);
    }

    private static List<Path> existing(List<Path> files, Level level, Spot spot) {
        var existing = new ArrayList<Path>();
        for (var file : files) {
            if (level.session().library().open(file, false).isPresent()) {
                existing.add(file);
            } else {
                spot.refuse("the file \"" + level.shown(file) + "\" " + level.absence());
            }
        }
        return existing;
    }

    private boolean allowed(List<Path> files, List<Path> chain, Level level, Spot spot) {
        for (var file : files) {
            int back = chain.indexOf(file);
            if (back >= 0) {
                var names = new ArrayList<>(chain.subList(back, chain.size()).stream()
                        .map(level::shown)
                        .toList());
                names.add(level.shown(file));
                spot.refuse("files include each other: " + String.join(" -> ", names));
                return false;
            }
        }
        if (chain.size() > DEPTH_MAX || ++includes > INCLUDES_MAX) {
            spot.refuse("there are more than " + DEPTH_MAX + " includes in each other, or " + INCLUDES_MAX + " in all");
            return false;
        }
        return true;
    }

    /** Those of the including project win. */
    private static Map<String, String> variables(Mapping entry, Path directory, Level level, Spot spot) {
        var library = level.session().library();
        var variables = level.variables();
        if (entry.member("env_file").isEmpty()) {
            var own = library.open(directory.resolve(".env"), true);
            return own.isEmpty() ? variables : with(own.get(), variables, level);
        }
        var below = Map.<String, String>of();
        for (var path : entry.texts("env_file")) {
            var origin = library.open(level.session().project().resolve(path).normalize(), true);
            if (origin.isEmpty() && !path.equals("/dev/null")) {
                spot.refuse("the file of variables \"" + path + "\" " + library.absence());
            }
            below = origin.isEmpty()
                    ? below
                    : Launch.with(origin.get(), below, Map.of(), level.session().complaints());
        }
        var merged = new java.util.HashMap<>(below);
        merged.putAll(variables);
        return merged;
    }

    private static Map<String, String> with(
            dev.banyan.api.compose.node.Origin origin, Map<String, String> variables, Level level) {
        return Launch.with(origin, variables, variables, level.session().complaints());
    }

    private static Mapping imported(Mapping tree, Mapping included, Spot spot) {
        var result = tree;
        for (var section : SECTIONS) {
            var from = included.mapping(section);
            if (!from.members().isEmpty()) {
                var key = result.member(section)
                        .orElseGet(() -> new Member(
                                included.member(section).orElseThrow().at(), section, from.with(List.of()), Mark.NONE));
                var own = key.value() instanceof Mapping mapping ? mapping : from.with(List.of());
                result = result.with(key.with(together(own, from, section, spot)));
            }
        }
        return withIgnored(result, included);
    }

    /** What an included file accepts to be ignored is about its own resources, which are here now. */
    private static Mapping withIgnored(Mapping tree, Mapping included) {
        var from = included.member(ComposeKeys.IGNORE);
        if (from.isEmpty()) {
            return tree;
        }
        var own = tree.member(ComposeKeys.IGNORE).stream().toList();
        var joined = Merging.join(tree.with(List.of(from.get())), tree.with(own), ComposeKeys.DOCUMENT);
        return tree.with(joined.members().getFirst());
    }

    private static Node together(Mapping own, Mapping from, String section, Spot spot) {
        var members = new ArrayList<>(own.members());
        for (var member : from.members()) {
            var there = own.member(member.key());
            if (there.isEmpty()) {
                members.add(member);
            } else if (!there.get().value().same(member.value())) {
                Complaints complaints = spot.complaints();
                complaints.refuse(
                        Trail.ROOT.key(section).key(member.key()),
                        there.get().at(),
                        "stands in an included file too, in another way: "
                                + member.at().origin().source().name() + ":"
                                + member.at().line(),
                        "change it in a file that is listed under the same include");
            }
        }
        return own.with(members);
    }
}
