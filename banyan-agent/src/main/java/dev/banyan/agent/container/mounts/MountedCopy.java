package dev.banyan.agent.container.mounts;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Mounts a file system beside a directory and copies from it into that directory. Thread-safe for different directories. */
public final class MountedCopy {
    /** 10 GB at 20 MB/s. */
    private static final Duration COPY_MAX = Duration.ofMinutes(9);

    private static final String LAYERS = "lowerdir=";

    private final CommandRunner commands;

    public MountedCopy(CommandRunner commands) {
        this.commands = commands;
    }

    /** What to mount, in mount(8)'s words. */
    public record Source(String type, String source, List<String> options) {
        public Source {
            options = List.copyOf(options);
        }
    }

    /** Copies the directory that a program below the mounted root would find at {@code path}; false when there is none. */
    public boolean copy(Source source, String path, Path into) throws InterruptedException {
        var view = viewOf(into);
        try {
            Files.createDirectories(view);
            commands.run(line(source, view)).require();
            var directory = RootedPath.resolve(view, path);
            if (directory.isEmpty() || !Files.isDirectory(directory.get())) {
                return false;
            }
            commands.run(CommandLine.of("cp", "-a", directory.get() + "/.", into.toString())
                            .within(COPY_MAX))
                    .require();
            // A container that finds half of it after a power cut would take that for all.
            commands.run(CommandLine.of("sync", "--file-system", into.toString())
                            .within(COPY_MAX))
                    .require();
            return true;
        } catch (IOException failed) {
            throw new HostException("could not copy to " + into, failed);
        }
    }

    /** What the file says that a program below the mounted root would find at {@code path}, at most {@code limit} bytes; empty when there is none. */
    public Optional<String> text(Source source, String path, Path beside, int limit) throws InterruptedException {
        var view = viewOf(beside);
        try {
            Files.createDirectories(view);
            commands.run(line(source, view)).require();
            var file = RootedPath.resolve(view, path);
            if (file.isEmpty() || !Files.isRegularFile(file.get())) {
                return Optional.empty();
            }
            try (var bytes = Files.newInputStream(file.get())) {
                return Optional.of(new String(bytes.readNBytes(limit), StandardCharsets.UTF_8));
            }
        } catch (IOException failed) {
            throw new HostException("could not read " + path, failed);
        }
    }

    /** Removes what a copy has mounted, whole or cut off; nothing happens where nothing is. */
    public void end(Path into) throws InterruptedException {
        var view = viewOf(into);
        try {
            if (Files.isDirectory(view)) {
                // Fails where nothing is mounted: then the directory is empty, and goes.
                var ignored = commands.run(CommandLine.of("umount", "--lazy", view.toString()));
                Files.deleteIfExists(view);
            }
        } catch (IOException failed) {
            throw new HostException("could not remove " + view, failed);
        }
    }

    private static Path viewOf(Path into) {
        return into.resolveSibling(into.getFileName() + ".image");
    }

    /**
     * The kernel takes 4 KiB of options, which the paths of some fifty layers fill: they are told from the directory that they have in
     * common. mount(8) must use the old system call, since the new one takes 256 bytes for each option.
     */
    static CommandLine line(Source source, Path view) {
        var common = commonDirectory(source);
        var options = source.options().stream()
                .map(option -> option.startsWith(LAYERS) ? option.replace(common + "/", "") : option)
                .toList();
        var words = new ArrayList<>(List.of("env", "-C", common, "LIBMOUNT_FORCE_MOUNT2=always", "mount"));
        words.addAll(List.of("-t", source.type().equals("bind") ? "none" : source.type()));
        words.addAll(List.of("-o", String.join(",", options), source.source(), view.toString()));
        return CommandLine.of(words.toArray(String[]::new));
    }

    /** Layers are {@code <common>/<number>/fs}. */
    private static String commonDirectory(Source source) {
        return source.options().stream()
                .filter(option -> option.startsWith(LAYERS))
                .map(option -> Path.of(option.substring(LAYERS.length()).split(":")[0]))
                .map(layer -> Optional.ofNullable(layer.getParent()).map(Path::getParent))
                .flatMap(Optional::stream)
                .map(Path::toString)
                .findFirst()
                .orElse("/");
    }
}
