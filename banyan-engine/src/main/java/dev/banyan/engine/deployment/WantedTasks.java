package dev.banyan.engine.deployment;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.VolumeName;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.HostEntry;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.VolumeManifest;
import dev.banyan.api.v1.VolumeUse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What the tasks of a release look like. Pure. */
final class WantedTasks {
    /** Compose's default between the stop signal and the kill. */
    private static final long STOP_GRACE_MS = 10_000;

    /** Enough to tell the few contents apart that one service ever has. */
    private static final int DIGEST_BYTES = 16;

    private WantedTasks() {}

    /** How many replicas of a service are wanted: the scaled number, else the manifest's. */
    static int replicas(DeploymentSpec deployment, ServiceManifest service) {
        return deployment.getScaleOrDefault(service.getName(), service.getReplicas());
    }

    /**
     * The spec of one slot's task.
     *
     * @param addresses virtual address by service of the app
     */
    static TaskSpec of(
            DeploymentSpec deployment,
            String deploymentName,
            ReleaseSpec release,
            ServiceManifest service,
            Map<String, String> addresses) {
        return TaskSpec.newBuilder()
                .setDeployment(deploymentName)
                .setService(service.getName())
                .setRelease(release.getNumber())
                .setDesired(TaskSpec.Desired.RUN)
                .setContainer(container(release, service, addresses))
                .addAllTags(deployment.getTagsList())
                .setPlacement(service.getPlacement())
                .setReservations(service.getReservations())
                .addAllVolumes(volumes(deploymentName, release, service))
                .addAllDevices(service.getDevicesList())
                .build();
    }

    /**
     * True when {@code actual} is already what {@code wanted} asks for, whichever slot, ordinal and release it carries. It may know names
     * of services that are gone: that is no reason to restart it. Nor are names that it lacks, if it looks them up.
     */
    static boolean same(TaskSpec wanted, TaskSpec actual) {
        var has = actual.getContainer();
        return comparable(wanted.getContainer()).equals(comparable(has))
                && has.getHostsList().containsAll(fixedNames(wanted.getContainer(), has))
                && wanted.getPlacement().equals(actual.getPlacement())
                && wanted.getReservations().equals(actual.getReservations())
                && wanted.getTagsList().equals(actual.getTagsList())
                && wanted.getDevicesList().equals(actual.getDevicesList())
                && wanted.getPinned().equals(actual.getPinned())
                && wanted.getDependencies().equals(actual.getDependencies());
    }

    /** What a container can learn in no other way than by its hosts file: all names if that is all it has, else those of its links. */
    private static List<HostEntry> fixedNames(ContainerSpec wanted, ContainerSpec actual) {
        return actual.getNamesServed() ? KnownNames.ofLinks(wanted) : wanted.getHostsList();
    }

    /**
     * A name for what those services are whose replacement replaces {@code service} as well; empty when there are none.
     *
     * @param all what the tasks of each service look like, by its name
     */
    static String dependencies(ServiceManifest service, Map<String, TaskSpec> all) {
        var watched = service.getDependsOnList().stream()
                .filter(Dependency::getRestart)
                .map(dependency -> all.get(dependency.getService()))
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(TaskSpec::getService))
                .toList();
        if (watched.isEmpty()) {
            return "";
        }
        var digest = sha256();
        for (var spec : watched) {
            var container = comparable(spec.getContainer());
            var content = spec.toBuilder().clearRelease().clearDependencies().setContainer(container);
            digest.update(Kinds.TASKS.spec().encode(content.build()).toByteArray());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    /** What the service mounts of the app's volumes, ordered by name. */
    private static List<VolumeUse> volumes(String deployment, ReleaseSpec release, ServiceManifest service) {
        var mounted = service.getMountsList().stream()
                .filter(Mount::hasVolume)
                .map(mount -> mount.getVolume().getName())
                .collect(Collectors.toSet());
        return release.getManifest().getVolumesList().stream()
                .filter(volume -> mounted.contains(volume.getKey()))
                .map(volume -> VolumeUse.newBuilder()
                        .setName(VolumeName.of(deployment, volume))
                        .setKey(volume.getKey())
                        .putAllLabels(volume.getLabelsMap())
                        .setExternal(volume.getExternal())
                        .build())
                .sorted(Comparator.comparing(VolumeUse::getName))
                .toList();
    }

    /** Mounts of volumes under their names in the cluster. */
    private static List<Mount> mounts(String deployment, ReleaseSpec release, ServiceManifest service) {
        var names = release.getManifest().getVolumesList().stream()
                .collect(Collectors.toMap(VolumeManifest::getKey, volume -> VolumeName.of(deployment, volume)));
        return service.getMountsList().stream()
                .map(mount -> mount.hasVolume()
                        ? mount.toBuilder()
                                .setVolume(mount.getVolume().toBuilder()
                                        .setName(names.getOrDefault(
                                                mount.getVolume().getName(),
                                                mount.getVolume().getName())))
                                .build()
                        : mount)
                .toList();
    }

    /** Without what may differ in a container that is the same; two boxes of one environment are not alike, their digests are. */
    private static ContainerSpec comparable(ContainerSpec container) {
        var meaning = container.toBuilder().clearHostname().clearHosts().clearNamesServed();
        if (meaning.hasSealedEnvironment()) {
            meaning.getSealedEnvironmentBuilder().clearBox();
        }
        return meaning.build();
    }

    private static ContainerSpec container(
            ReleaseSpec release, ServiceManifest service, Map<String, String> addresses) {
        var builder = ContainerSpec.newBuilder()
                .setImage(release.getImagesOrThrow(service.getName()))
                .putAllEnvironment(service.getEnvironmentMap())
                .addAllPorts(ports(service))
                .setLimits(service.getLimits())
                .setRestart(service.getRestart())
                .addAllMounts(mounts(release.getDeployment(), release, service))
                .setStopGraceMs(STOP_GRACE_MS)
                .setNamesServed(true);
        builder.addAllContentMounts(service.getContentMountsList());
        if (service.hasSealedEnvironment()) {
            builder.setSealedEnvironment(service.getSealedEnvironment());
        }
        if (service.hasEntrypoint()) {
            builder.setEntrypoint(service.getEntrypoint());
        }
        if (service.hasCommand()) {
            builder.setCommand(service.getCommand());
        }
        if (service.hasHealthcheck()) {
            builder.setHealthcheck(service.getHealthcheck());
        }
        if (service.getSettings().hasStopGraceMs()) {
            builder.setStopGraceMs(service.getSettings().getStopGraceMs());
        }
        var settings = settings(service);
        if (!settings.equals(ContainerSettings.getDefaultInstance())) {
            builder.setSettings(settings);
        }
        return builder.addAllHosts(new KnownNames(release, addresses).of(service))
                .build();
    }

    /** Who may use a port is not the container's concern. */
    private static List<PortMapping> ports(ServiceManifest service) {
        return service.getPortsList().stream().map(WantedTasks::port).toList();
    }

    private static PortMapping port(PortMapping port) {
        var place = port.getAccess().toBuilder().clearAllow().build();
        return place.equals(PortAccess.getDefaultInstance())
                ? port.toBuilder().clearAccess().build()
                : port.toBuilder().setAccess(place).build();
    }

    /** What concerns the service or others alone is no reason to replace its containers. */
    private static ContainerSettings settings(ServiceManifest service) {
        return service.getSettings().toBuilder().clearContainerName().build();
    }
}
