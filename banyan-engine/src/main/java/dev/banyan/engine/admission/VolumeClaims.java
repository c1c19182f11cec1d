package dev.banyan.engine.admission;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.VolumeName;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.VolumeManifest;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the volumes that are there already say to a manifest. Scheduling judges again, so that nothing depends on the moment. */
final class VolumeClaims {
    private final Manifest manifest;
    private final String deployment;
    private final Map<String, VolumeSpec> there = new TreeMap<>();

    VolumeClaims(Store store, String namespace, String deployment, Manifest manifest) {
        this.manifest = manifest;
        this.deployment = deployment;
        for (var volume : manifest.getVolumesList()) {
            store.get(Kinds.VOLUMES.key(namespace, VolumeName.of(deployment, volume)), ReadAt.LATEST)
                    .map(object -> Kinds.VOLUMES.decode(object).spec())
                    .ifPresent(spec -> there.put(volume.getKey(), spec));
        }
    }

    List<Violation> violations() {
        var violations = new ArrayList<Violation>();
        for (var volume : manifest.getVolumesList()) {
            ownership(volume).ifPresent(words -> violations.add(new Violation("volumes." + volume.getKey(), words)));
        }
        for (var service : manifest.getServicesList()) {
            parted(service)
                    .ifPresent(words ->
                            violations.add(new Violation("services." + service.getName() + ".volumes", words)));
        }
        return violations;
    }

    private Optional<String> ownership(VolumeManifest volume) {
        var spec = Optional.ofNullable(there.get(volume.getKey()));
        if (volume.getExternal()) {
            return spec.isPresent()
                    ? Optional.empty()
                    : Optional.of("there is no volume " + volume.getName()
                            + "; an external volume is one that another app has made (banyan-cli volume ls)");
        }
        return spec.map(VolumeSpec::getDeployment)
                .filter(owner -> !owner.equals(deployment))
                .map(owner -> "volume " + VolumeName.of(deployment, volume) + " belongs to app " + owner
                        + "; write external: true to use it");
    }

    /** A container is on one server, and so must its volumes be. */
    private Optional<String> parted(ServiceManifest service) {
        var homes = new TreeMap<String, String>();
        for (var mount : service.getMountsList()) {
            var spec = there.get(mount.getVolume().getName());
            if (mount.hasVolume() && spec != null) {
                homes.putIfAbsent(spec.getAgent(), mount.getVolume().getName());
            }
        }
        if (homes.size() < 2) {
            return Optional.empty();
        }
        var words = homes.entrySet().stream()
                .map(home -> "volume " + home.getValue() + " is on " + home.getKey())
                .toList();
        return Optional.of(String.join(", ", words) + "; a container can only be on one of them");
    }
}
