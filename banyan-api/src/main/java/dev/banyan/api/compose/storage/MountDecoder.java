package dev.banyan.api.compose.storage;

import dev.banyan.api.compose.content.ProjectContents;
import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.v1.AnonymousVolume;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.HostPath;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.NamedVolume;
import dev.banyan.api.v1.Tmpfs;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code volumes} and {@code tmpfs} of one service, whose values were checked already, each by itself. */
public final class MountDecoder {
    /** Each is a line of the container's spec; with volumes it is a write in the commit that places a task. */
    public static final int MOUNTS_MAX = 30;

    private final Mapping service;
    private final Spot spot;
    private final ProjectContents project;
    private final Map<String, Mount> byTarget = new HashMap<>();
    private final Map<String, ContentMount> files = new HashMap<>();

    private MountDecoder(Mapping service, Spot spot, ProjectContents project) {
        this.service = service;
        this.spot = spot;
        this.project = project;
    }

    /**
     * What a service mounts, each ordered by target.
     *
     * @param contents files of the project, of which each task gets copies
     */
    public record Mounts(List<Mount> mounts, List<ContentMount> contents) {
        public Mounts {
            mounts = List.copyOf(mounts);
            contents = List.copyOf(contents);
        }
    }

    /** Reads the mounts of a service; {@code project} has the files that are below its directory. */
    public static Mounts decode(Mapping service, Spot spot, ProjectContents project) {
        return new MountDecoder(service, spot, project).decode();
    }

    private Mounts decode() {
        var items = service.items("volumes");
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Mapping mount) {
                var at = spot.key("volumes", mount.place()).index(i, mount.place());
                volume(mount, at).ifPresent(decoded -> add(decoded, at));
            }
        }
        var memories = service.items("tmpfs");
        for (int i = 0; i < memories.size(); i++) {
            if (memories.get(i) instanceof Scalar text) {
                var at = spot.key("tmpfs", text.place()).index(i, text.place());
                TmpfsOptions.read(text.text(), at).ifPresent(decoded -> add(decoded, at));
            }
        }
        if (byTarget.size() > MOUNTS_MAX) {
            spot.refuse("mounts " + byTarget.size() + " paths; at most " + MOUNTS_MAX + " are possible");
        }
        return new Mounts(
                byTarget.values().stream()
                        .sorted(Comparator.comparing(Mount::getTarget))
                        .toList(),
                files.values().stream()
                        .sorted(Comparator.comparing(ContentMount::getTarget))
                        .toList());
    }

    private void add(Mount mount, Spot at) {
        if (isFree(mount.getTarget(), at)) {
            var placed = mount.toBuilder().setTarget(normal(mount.getTarget())).build();
            byTarget.put(placed.getTarget(), placed);
        }
    }

    private boolean isFree(String target, Spot at) {
        if (!Targets.accepts(target, at)) {
            return false;
        }
        var placed = normal(target);
        boolean taken = byTarget.containsKey(placed) || files.containsKey(placed);
        if (taken) {
            at.refuse("something else is mounted at " + placed);
        }
        return !taken;
    }

    private static String normal(String target) {
        return Path.of(target).normalize().toString();
    }

    private Optional<Mount> volume(Mapping mount, Spot at) {
        var target = mount.text("target").orElse("");
        var decoded = Mount.newBuilder().setTarget(target).setReadOnly(mount.flag("read_only", false));
        return switch (mount.text("type").orElse("volume")) {
            case "volume" -> Optional.of(named(mount, decoded));
            case "tmpfs" -> Optional.of(decoded.setTmpfs(memory(mount)).build());
            case "bind" -> bind(mount, decoded, at);
            case "image" ->
                refused(at, "an image cannot be mounted", "copy what you need of it into the service's own image");
            case "npipe" -> refused(at, "named pipes are of Windows", Optional.empty());
            case "cluster" ->
                refused(at, "there are no cluster volumes", "write a named volume: it is kept on one server");
            case String other -> refused(at, "\"" + other + "\" is no type of mount", Optional.empty());
        };
    }

    private static Optional<Mount> refused(Spot at, String message, String suggestion) {
        return refused(at, message, Optional.of(suggestion));
    }

    private static Optional<Mount> refused(Spot at, String message, Optional<String> suggestion) {
        at.refuse(message, suggestion);
        return Optional.empty();
    }

    private static Mount named(Mapping mount, Mount.Builder decoded) {
        var options = mount.mapping("volume");
        boolean nocopy = options.flag("nocopy", false);
        var name = mount.text("source");
        return name.isEmpty()
                ? decoded.setAnonymous(AnonymousVolume.newBuilder().setNocopy(nocopy))
                        .build()
                : decoded.setVolume(NamedVolume.newBuilder()
                                .setName(name.get())
                                .setNocopy(nocopy)
                                .setSubpath(options.text("subpath").orElse("")))
                        .build();
    }

    private static Tmpfs memory(Mapping mount) {
        var options = mount.mapping("tmpfs");
        var decoded = Tmpfs.newBuilder();
        options.text("size").map(Long::parseLong).ifPresent(size -> decoded.setSizeBytes(Math.max(0, size)));
        options.text("mode").map(text -> Integer.parseInt(text, 8)).ifPresent(decoded::setMode);
        return decoded.build();
    }

    private Optional<Mount> bind(Mapping mount, Mount.Builder decoded, Spot at) {
        var options = mount.mapping("bind");
        var source = mount.text("source").orElse("");
        var propagation = propagation(options, at);
        var recursion = recursion(options, decoded.getReadOnly(), at);
        if (!source.isEmpty() && !HostSource.isForeign(source) && project.ofProject(source)) {
            file(source, decoded, at);
            return Optional.empty();
        }
        return HostSource.read(source, at)
                .flatMap(path -> propagation.map(spread -> decoded.setHost(HostPath.newBuilder()
                                .setPath(path)
                                .setCreate(options.flag("create_host_path", false))
                                .setPropagation(spread)
                                .setRecursion(recursion))
                        .build()));
    }

    /** What is below a mount may be written unless it is asked for otherwise, so that "writable" is as usual. */
    private static HostPath.Recursion recursion(Mapping options, boolean readOnly, Spot at) {
        return switch (options.text("recursive").orElse("enabled")) {
            case "disabled" -> HostPath.Recursion.ALONE;
            case "readonly" -> {
                if (!readOnly) {
                    Node node = options.find("recursive").orElse(options);
                    at.at(node.place())
                            .refuse(
                                    "\"readonly\" goes beyond a mount that is read-only",
                                    "write \"read_only: true\" too");
                }
                yield HostPath.Recursion.READ_ONLY_BELOW;
            }
            default -> HostPath.Recursion.RECURSION_UNSPECIFIED;
        };
    }

    private void file(String source, Mount.Builder decoded, Spot at) {
        var target = decoded.getTarget();
        if (isFree(target, at)) {
            project.projectFiles(at, source, normal(target), decoded.getReadOnly())
                    .ifPresent(file -> files.put(file.getTarget(), file));
        }
    }

    private static Optional<HostPath.Propagation> propagation(Mapping options, Spot at) {
        var written = options.text("propagation").orElse("rprivate");
        return switch (written) {
            case "private", "rprivate" -> Optional.of(HostPath.Propagation.RPRIVATE);
            case "slave", "rslave" -> Optional.of(HostPath.Propagation.RSLAVE);
            case String shared -> {
                Node node = options.find("propagation").orElse(options);
                at.at(node.place())
                        .refuse(
                                "\"" + shared + "\" would let a container mount on its server",
                                "write \"rprivate\" or \"rslave\"");
                yield Optional.empty();
            }
        };
    }
}
