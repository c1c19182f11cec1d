package dev.banyan.agent.volume.disk;

import dev.banyan.api.kinds.BindMatching;
import dev.banyan.api.v1.AllowedBind;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Paths of the server that its settings let containers have, by where their links lead. */
final class HostPaths {
    private final FileSystem disk;
    private final List<AllowedBind> allowed;

    HostPaths(FileSystem disk, List<AllowedBind> allowed) {
        this.disk = disk;
        this.allowed = List.copyOf(allowed);
    }

    /** The outcome of a look. */
    sealed interface Look {
        /** It may be mounted; no part of it is a link. */
        record Allowed(Path path) implements Look {}

        /** It may not, or is not there. */
        record Refused(String reason, String message) implements Look {}
    }

    /** @param create a directory where nothing is */
    Look look(String path, boolean readOnly, boolean create) throws IOException {
        var written = BindMatching.refusal(path, readOnly, allowed);
        if (written.isPresent()) {
            return new Look.Refused("BindDenied", "this server " + written.get());
        }
        var place = disk.getPath(path);
        if (!Files.exists(place)) {
            var refused = create ? made(place) : Optional.of("there is no " + path + " on this server");
            if (refused.isPresent()) {
                return new Look.Refused("BindMissing", refused.get());
            }
        }
        var real = place.toRealPath();
        return refusal(real, readOnly)
                .<Look>map(reason ->
                        new Look.Refused("BindDenied", path + " leads to " + real + ", and this server " + reason))
                .orElseGet(() -> new Look.Allowed(real));
    }

    /** Why it was not made; empty when it was. What is there already decides whether the rest may be made below. */
    private Optional<String> made(Path place) throws IOException {
        var above = place.getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        if (above == null) {
            return Optional.of("there is no " + place + " on this server");
        }
        var real = above.toRealPath();
        var wanted = real.resolve(above.relativize(place));
        var refusal = refusal(wanted, false);
        if (refusal.isEmpty()) {
            Files.createDirectories(wanted);
        }
        return refusal.map(
                reason -> "there is no " + place + " on this server, and it cannot be made: this server " + reason);
    }

    /** The rules lead where their own links lead. */
    private Optional<String> refusal(Path real, boolean readOnly) throws IOException {
        var rules = new java.util.ArrayList<AllowedBind>();
        for (var rule : allowed) {
            var path = disk.getPath(rule.getPath());
            rules.add(
                    Files.exists(path)
                            ? rule.toBuilder()
                                    .setPath(path.toRealPath().toString())
                                    .build()
                            : rule);
        }
        return BindMatching.refusal(real.toString(), readOnly, rules);
    }
}
