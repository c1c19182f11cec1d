package dev.banyan.agent;

import dev.banyan.api.v1.AllowedBind;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the setting that says which paths of this server containers may have. Pure. */
final class AllowedBinds {
    private AllowedBinds() {}

    /**
     * The paths, in the order of the text.
     *
     * @throws IllegalArgumentException naming what is malformed and how it is written
     */
    static List<AllowedBind> parse(String text) {
        var binds = new ArrayList<AllowedBind>();
        for (var entry : text.split(",", -1)) {
            if (!entry.isBlank()) {
                binds.add(one(entry.strip()));
            }
        }
        return List.copyOf(binds);
    }

    private static AllowedBind one(String entry) {
        boolean writable = entry.endsWith(":rw");
        if (!writable && !entry.endsWith(":ro")) {
            throw malformed(entry, "says neither :ro nor :rw");
        }
        var path = path(entry, entry.substring(0, entry.length() - 3));
        if (!path.isAbsolute() || !path.normalize().equals(path)) {
            throw malformed(entry, "is no absolute path without ..");
        }
        return AllowedBind.newBuilder()
                .setPath(path.toString())
                .setWritable(writable)
                .build();
    }

    private static Path path(String entry, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException malformed) {
            throw malformed(entry, "is no path");
        }
    }

    private static IllegalArgumentException malformed(String entry, String why) {
        return new IllegalArgumentException(
                "binds: '" + entry + "' " + why + "; write such as /srv/media:rw,/etc/ssl/certs:ro");
    }
}
