package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.source.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code "SOURCE:TARGET:MODE"}, {@code "SOURCE:TARGET"} and {@code "TARGET"} of {@code volumes}. */
final class MountForm {
    private static final Set<String> PROPAGATIONS =
            Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");
    private static final Set<String> CONSISTENCIES = Set.of("consistent", "cached", "delegated");
    private static final Set<String> OPTIONS = options();

    private final Scalar written;
    private final Spot spot;
    private final Written mount;
    private final Written bind;
    private final Written volume;

    private MountForm(Scalar written, Spot spot) {
        this.written = written;
        this.spot = spot;
        this.mount = new Written(written.place());
        this.bind = new Written(written.place());
        this.volume = new Written(written.place());
    }

    private static Set<String> options() {
        var options = new TreeSet<>(PROPAGATIONS);
        options.addAll(CONSISTENCIES);
        options.addAll(Set.of("ro", "rw", "z", "Z", "nocopy"));
        return options;
    }

    static List<Mapping> expand(Scalar written, Spot spot) {
        return new MountForm(written, spot).expand();
    }

    /** Paths of bind mounts are those of the user's machine; a mount without a target is none. */
    static Mapping complete(Mapping mount, Spot spot, Base base) {
        var type = mount.text("type").orElse("volume");
        if (mount.member("target").isEmpty()) {
            spot.refuse("has no \"target\", the path inside the container");
        }
        var source = mount.member("source");
        if (type.equals("tmpfs") && source.isPresent()) {
            spot.at(source.get().at()).refuse("a tmpfs has no source");
        }
        if (type.equals("bind") && source.isEmpty()) {
            spot.refuse("a bind mount has no \"source\"");
        }
        return type.equals("bind") ? rebased(mount, spot, base) : mount;
    }

    private static Mapping rebased(Mapping mount, Spot spot, Base base) {
        var source = mount.member("source");
        if (source.isEmpty() || !(source.get().value() instanceof Scalar path) || windows(path.text())) {
            return mount;
        }
        var rebased = base.rebase(path.text());
        if (rebased.isEmpty()) {
            spot.at(source.get().at()).refuse("\"" + Shaper.shown(path.text()) + "\" is no path");
            return mount;
        }
        return mount.with(source.get().with(new Scalar(path.place(), rebased.get(), path.kind())));
    }

    private static boolean windows(String path) {
        return path.matches("(?s)[A-Za-z]:[\\\\/].*|\\\\\\\\.*");
    }

    private List<Mapping> expand() {
        var parts = parts(written.text());
        if (parts.isEmpty() || parts.size() > 3 || parts.contains("")) {
            spot.refuse(
                    "\"" + Shaper.shown(written.text()) + "\" is no mount",
                    "write such as \"data:/var/lib/data\" or \"./site:/srv:ro\"");
            return List.of();
        }
        boolean named = parts.size() > 1;
        boolean bound = named && parts.getFirst().matches("(?s)[./~\\\\].*|[A-Za-z]:[\\\\/].*");
        mount.text("type", bound ? "bind" : "volume");
        if (named) {
            mount.text("source", parts.getFirst());
        }
        mount.text("target", parts.get(named ? 1 : 0));
        if (parts.size() == 3 && !options(parts.get(2))) {
            return List.of();
        }
        if (bound) {
            mount.put("bind", bind.flag("create_host_path", true).mapping());
        } else if (!volume.isEmpty()) {
            mount.put("volume", volume.mapping());
        }
        return List.of(mount.mapping());
    }

    /** Split at colons, but for the one of a drive. */
    private static List<String> parts(String text) {
        var parts = new ArrayList<>(List.of(text.split(":", -1)));
        for (int i = 0; i + 1 < parts.size(); i++) {
            var next = parts.get(i + 1);
            boolean whole = parts.size() > i + 2 && parts.get(i + 2).startsWith("/");
            boolean drive =
                    parts.get(i).matches("[A-Za-z]") && (next.startsWith("\\") || next.startsWith("/") && whole);
            if (drive) {
                parts.set(i, parts.get(i) + ":" + parts.remove(i + 1));
            }
        }
        return parts;
    }

    private boolean options(String text) {
        for (var option : text.split(",", -1)) {
            if (!option(option)) {
                spot.refuse("\"" + Shaper.shown(option) + "\" is no option of a mount", suggestion(option));
                return false;
            }
        }
        return true;
    }

    private String suggestion(String option) {
        var guess = spot.complaints().full() ? Optional.<String>empty() : Suggestions.didYouMean(option, OPTIONS);
        return guess.orElse("write \"ro\" or \"rw\"");
    }

    private boolean option(String option) {
        if (!OPTIONS.contains(option)) {
            return false;
        }
        switch (option) {
            case "ro" -> mount.flag("read_only", true);
            case "rw" -> {}
            case "nocopy" -> volume.flag("nocopy", true);
            case "z", "Z" -> bind.text("selinux", option);
            default -> {
                if (PROPAGATIONS.contains(option)) {
                    bind.text("propagation", option);
                } else {
                    mount.text("consistency", option);
                }
            }
        }
        return true;
    }
}
