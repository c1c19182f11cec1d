package dev.banyan.engine.admission;

import dev.banyan.api.compose.storage.MountDecoder;
import dev.banyan.api.compose.storage.Targets;
import dev.banyan.api.kinds.DeploymentName;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.VolumeName;
import dev.banyan.api.v1.HostPath;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.Tmpfs;
import dev.banyan.api.v1.VolumeManifest;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the mounts and volumes of a manifest must satisfy, whoever sends it. Pure; collects every violation. */
final class MountRules {
    private static final int MODE_MAX = 07777;
    private static final int LABELS_MAX = 64;

    private final String deployment;
    private final List<Violation> violations = new ArrayList<>();

    private MountRules(String deployment) {
        this.deployment = deployment;
    }

    static List<Violation> violations(Manifest manifest, List<String> tags) {
        var rules = new MountRules(DeploymentName.of(manifest.getName(), tags));
        var keys =
                manifest.getVolumesList().stream().map(VolumeManifest::getKey).collect(Collectors.toSet());
        rules.volumes(manifest);
        manifest.getServicesList().forEach(service -> rules.service(service, keys));
        return rules.violations;
    }

    private void volumes(Manifest manifest) {
        var names = new HashSet<String>();
        for (var volume : manifest.getVolumesList()) {
            var path = "volumes." + volume.getKey();
            var name = VolumeName.of(deployment, volume);
            require(isName(name), path, "'" + name + "' cannot be the name of a volume");
            require(
                    !volume.getName().isEmpty() || volume.getKey().indexOf('.') < 0,
                    path,
                    "a volume without a name of its own has no dot in its key");
            require(!volume.getExternal() || !volume.getName().isEmpty(), path, "an external volume needs a name");
            require(names.add(name), path, "is the same volume as another one: " + name);
            require(volume.getLabelsCount() <= LABELS_MAX, path + ".labels", "at most " + LABELS_MAX + " labels");
        }
    }

    private static boolean isName(String name) {
        try {
            return !Kinds.VOLUMES.key("default", name).name().isEmpty();
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private void service(ServiceManifest service, Set<String> volumes) {
        var path = "services." + service.getName() + ".volumes";
        require(
                service.getMountsCount() <= MountDecoder.MOUNTS_MAX,
                path,
                "at most " + MountDecoder.MOUNTS_MAX + " mounts, not " + service.getMountsCount());
        var targets = new HashSet<String>();
        service.getContentMountsList().forEach(content -> targets.add(content.getTarget()));
        for (int i = 0; i < service.getMountsCount(); i++) {
            var mount = service.getMounts(i);
            var at = path + "[" + i + "]";
            Targets.problem(mount.getTarget()).ifPresent(problem -> require(false, at, problem));
            require(targets.add(mount.getTarget()), at, "something else is mounted at " + mount.getTarget());
            source(at, mount, volumes);
        }
    }

    private void source(String at, Mount mount, Set<String> volumes) {
        switch (mount.getSourceCase()) {
            case VOLUME -> {
                var name = mount.getVolume().getName();
                require(volumes.contains(name), at, "there is no volume \"" + name + "\"");
                require(isBelow(mount.getVolume().getSubpath()), at, "a subpath is a relative path without \"..\"");
            }
            case ANONYMOUS -> {}
            case HOST -> {
                host(at, mount.getHost());
                below(at, mount);
            }
            case TMPFS -> tmpfs(at, mount.getTmpfs());
            case SOURCE_NOT_SET -> require(false, at, "says not what is to be mounted");
        }
    }

    private void host(String at, HostPath host) {
        require(isNormal(host.getPath()), at, "\"" + host.getPath() + "\" is no absolute path without \"..\"");
        require(
                !host.getPath().endsWith("/docker.sock"),
                at,
                "there is no Docker on the servers whose socket a container could have");
        require(
                host.getPropagation() == HostPath.Propagation.RPRIVATE
                        || host.getPropagation() == HostPath.Propagation.RSLAVE,
                at,
                "propagation is rprivate or rslave");
    }

    private void below(String at, Mount mount) {
        var recursion = mount.getHost().getRecursion();
        require(
                recursion != HostPath.Recursion.UNRECOGNIZED,
                at,
                "shows what is below it in a way that this version does not know");
        require(
                recursion != HostPath.Recursion.READ_ONLY_BELOW || mount.getReadOnly(),
                at,
                "is read-only below, and not itself");
    }

    private void tmpfs(String at, Tmpfs tmpfs) {
        require(tmpfs.getSizeBytes() >= 0, at, "its size is below 0");
        require(tmpfs.getMode() >= 0 && tmpfs.getMode() <= MODE_MAX, at, "its mode is none");
        require(tmpfs.getUid() >= 0 && tmpfs.getGid() >= 0, at, "its owner is none");
    }

    private static boolean isBelow(String subpath) {
        try {
            var path = Path.of(subpath);
            return !path.isAbsolute() && path.normalize().equals(path) && !path.startsWith("..");
        } catch (InvalidPathException malformed) {
            return false;
        }
    }

    private static boolean isNormal(String text) {
        try {
            var path = Path.of(text);
            return path.isAbsolute() && path.normalize().toString().equals(text);
        } catch (InvalidPathException malformed) {
            return false;
        }
    }

    private void require(boolean holds, String field, String message) {
        if (!holds) {
            violations.add(new Violation(field, message));
        }
    }
}
