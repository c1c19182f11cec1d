package dev.banyan.agent.device;

import dev.banyan.agent.container.DeviceEdits;
import dev.banyan.agent.device.Description.Edits;
import dev.banyan.agent.device.Description.Node;
import dev.banyan.api.source.YamlReader;
import dev.banyan.api.v1.DeviceKind;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;

/** The devices that this server offers. Thread-safe. */
public final class Devices {
    /** More descriptions in one directory are a mistake. */
    static final int FILES_MAX = 64;

    private final List<Path> directories;
    private final HostNodes nodes;
    private volatile Catalogue catalogue = Catalogue.EMPTY; // replaced as a whole by refresh

    /** Described by files in these directories, of which later ones win. Nothing is read yet. */
    public Devices(List<Path> directories) {
        this(directories, HostNodes::ofThisServer);
    }

    Devices(List<Path> directories, HostNodes nodes) {
        this.directories = List.copyOf(directories);
        this.nodes = nodes;
    }

    /** None at all. */
    public static Devices none() {
        return new Devices(List.of());
    }

    /** What a container that has certain devices needs. */
    public sealed interface Needed {
        record Ready(DeviceEdits edits) implements Needed {}

        /** One of them is not there, or not any more. */
        record Gone(String reason) implements Needed {}
    }

    /** Reads the descriptions anew. */
    public void refresh() {
        var descriptions = new ArrayList<Description>();
        var problems = new ArrayList<String>();
        for (int i = 0; i < directories.size(); i++) {
            for (var file : files(directories.get(i), problems)) {
                read(file, i, descriptions, problems);
            }
        }
        catalogue = Catalogue.of(descriptions, problems);
    }

    /**
     * What the cluster is told.
     *
     * @param offered ordered by kind
     * @param problems why descriptions cannot be used
     */
    public record Told(List<DeviceKind> offered, List<String> problems) {
        public Told {
            offered = List.copyOf(offered);
            problems = List.copyOf(problems);
        }
    }

    /** As it was read last. */
    public Told told() {
        var present = catalogue;
        return new Told(present.offered(), present.problems());
    }

    /** For a container that has the devices of these whole names, such as {@code nvidia.com/gpu=0}; reads the descriptions anew first. */
    public Needed needed(List<String> names) {
        if (names.isEmpty()) {
            return new Needed.Ready(DeviceEdits.NONE);
        }
        refresh();
        var present = catalogue;
        var files = new LinkedHashSet<Description>();
        var edits = DeviceEdits.NONE;
        try {
            for (var name : names) {
                var entry = present.entry(name).orElseThrow(() -> new GoneException("this server has no " + name));
                files.add(entry.description());
                edits = edits.and(resolved(entry.edits()));
            }
            // Once for all devices of a description, and after them, as other runtimes do.
            for (var file : files) {
                edits = edits.and(resolved(file.common()));
            }
            return new Needed.Ready(edits);
        } catch (GoneException gone) {
            return new Needed.Gone(String.valueOf(gone.getMessage()));
        }
    }

    private DeviceEdits resolved(Edits edits) {
        var found = new ArrayList<DeviceEdits.Node>();
        for (var node : edits.nodes()) {
            found.add(resolved(node));
        }
        return new DeviceEdits(
                edits.environment(),
                found,
                edits.mounts().stream()
                        .map(mount ->
                                new DeviceEdits.Shown(mount.source(), mount.target(), mount.type(), mount.options()))
                        .toList(),
                edits.hooks().stream()
                        .map(hook -> new DeviceEdits.Hook(
                                hook.when(), hook.program(), hook.arguments(), hook.environment(), hook.timeout()))
                        .toList(),
                edits.groups());
    }

    private DeviceEdits.Node resolved(Node node) {
        var numbers = node.numbers()
                .or(() -> nodes.at(node.source()))
                .orElseThrow(() -> new GoneException("this server has no device file " + node.source()));
        return new DeviceEdits.Node(
                node.path(),
                numbers.type(),
                numbers.major(),
                numbers.minor(),
                node.mode(),
                node.uid(),
                node.gid(),
                node.permissions());
    }

    /** A device went between the listing and the look at it. */
    private static final class GoneException extends RuntimeException {
        private static final long serialVersionUID = 1;

        GoneException(String message) {
            super(message);
        }
    }

    private static void read(Path file, int directory, List<Description> descriptions, List<String> problems) {
        try {
            // Bytes are at least as many as characters, and a larger file is never held in memory.
            if (Files.size(file) > 4L * YamlReader.TEXT_MAX) {
                problems.add(file + ": is larger than " + YamlReader.TEXT_MAX / 1024 + " KiB");
                return;
            }
            switch (DescriptionReader.read(file.toString(), directory, Files.readString(file))) {
                case DescriptionReader.Outcome.Read read -> descriptions.add(read.description());
                case DescriptionReader.Outcome.Refused refused -> problems.add(refused.reason());
            }
        } catch (CharacterCodingException binary) {
            problems.add(file + ": is no text");
        } catch (IOException unreadable) {
            problems.add(file + ": cannot be read: " + unreadable.getMessage());
        }
    }

    private static List<Path> files(Path directory, List<String> problems) {
        var found = new TreeSet<Path>();
        try (var files = Files.newDirectoryStream(directory, "*.{json,yaml}")) {
            for (var file : files) {
                if (found.size() == FILES_MAX) {
                    problems.add(directory + ": only " + FILES_MAX + " files are read");
                    break;
                }
                found.add(file);
            }
        } catch (NoSuchFileException | NotDirectoryException absent) {
            return List.of();
        } catch (IOException unreadable) {
            problems.add(directory + ": cannot be read: " + unreadable.getMessage());
        }
        return List.copyOf(found);
    }
}
