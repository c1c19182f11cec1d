package dev.banyan.api.compose;

import dev.banyan.api.compose.content.Grants;
import dev.banyan.api.compose.content.ProjectContents;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.compose.settings.DeviceDecoder;
import dev.banyan.api.compose.settings.SettingsDecoder;
import dev.banyan.api.compose.storage.MountDecoder;
import dev.banyan.api.kinds.settings.SettingsRules;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Decodes one service, whose values were checked already, by itself. */
final class ServiceDecoder {
    private static final Map<String, RestartPolicy.Mode> MODES = Map.of(
            "always", RestartPolicy.Mode.ALWAYS,
            "on-failure", RestartPolicy.Mode.ON_FAILURE,
            "unless-stopped", RestartPolicy.Mode.UNLESS_STOPPED,
            "no", RestartPolicy.Mode.NEVER);
    private static final Map<String, Dependency.Condition> CONDITIONS = Map.of(
            "service_started", Dependency.Condition.STARTED,
            "service_healthy", Dependency.Condition.HEALTHY,
            "service_completed_successfully", Dependency.Condition.COMPLETED_SUCCESSFULLY);

    private final Mapping service;
    private final Spot spot;
    private final Parts parts;

    ServiceDecoder(Mapping service, Spot spot, Parts parts) {
        this.service = service;
        this.spot = spot;
        this.parts = parts;
    }

    /** What the services of a project share. */
    record Parts(Grants grants, ProjectContents contents) {}

    /** A dependency with the place where it was asked for. */
    record PlacedDependency(Dependency dependency, Spot spot) {}

    /**
     * A decoded service; its restart policy is absent when the file gives none.
     *
     * @param spot the whole service
     * @param ports in the order of the file
     */
    record Decoded(
            Spot spot,
            ServiceManifest manifest,
            List<PortDecoder.PlacedPort> ports,
            List<PlacedDependency> dependencies) {
        /** The same service in these networks; in the usual one when there is nothing. */
        Decoded with(Optional<Connections> connections) {
            return connections.map(this::in).orElse(this).settled();
        }

        private Decoded settled() {
            return manifest.getSettings().getIpv6()
                    ? this
                    : new Decoded(
                            spot,
                            manifest,
                            ports.stream().map(PortDecoder.PlacedPort::ofIpv4).toList(),
                            dependencies);
        }

        private Decoded in(Connections wanted) {
            var complete = manifest.toBuilder().setConnections(wanted);
            if (wanted.getNetworksList().stream().anyMatch(Attachment::getIpv6)) {
                complete.getSettingsBuilder().setIpv6(true);
            }
            return new Decoded(spot, complete.build(), ports, dependencies);
        }

        /** The same service with what is mounted in it. */
        Decoded with(MountDecoder.Mounts mounts) {
            var contents = new ArrayList<>(manifest.getContentMountsList());
            contents.addAll(mounts.contents());
            contents.sort(Comparator.comparing(ContentMount::getTarget));
            var complete = manifest.toBuilder()
                    .addAllMounts(mounts.mounts())
                    .clearContentMounts()
                    .addAllContentMounts(contents);
            return new Decoded(spot, complete.build(), ports, dependencies);
        }
    }

    Decoded decode(String name) {
        var manifest = ServiceManifest.newBuilder().setName(name).setReplicas(1);
        service.text("image").ifPresent(manifest::setImage);
        words("entrypoint").ifPresent(manifest::setEntrypoint);
        words("command").ifPresent(manifest::setCommand);
        for (var variable : service.mapping("environment").members()) {
            if (variable.value() instanceof Scalar value) {
                manifest.putEnvironment(variable.key(), value.text());
            }
        }
        service.text("restart").ifPresent(text -> manifest.setRestart(restart(text)));
        health().ifPresent(manifest::setHealthcheck);
        DeployDecoder.decode(service, spot, manifest);
        var settings = SettingsDecoder.decode(service, spot);
        if (!settings.equals(ContainerSettings.getDefaultInstance())) {
            manifest.setSettings(settings);
        }
        SettingsRules.swapProblem(settings, manifest.getLimits().getMemoryBytes())
                .ifPresent(problem -> service.member("memswap_limit")
                        .map(member -> spot.key("memswap_limit", member.value().place()))
                        .orElse(spot)
                        .refuse(problem));
        manifest.addAllDevices(DeviceDecoder.decode(service, spot));
        parts.grants().decode(service, spot, manifest);
        Grants.settle(spot, manifest);
        var dependencies = dependencies();
        dependencies.forEach(placed -> manifest.addDependsOn(placed.dependency()));
        var ports = new PortDecoder(service, spot);
        ports.balancing().ifPresent(manifest::setBalancing);
        return new Decoded(spot, manifest.build(), ports.ports(), dependencies);
    }

    private Optional<dev.banyan.api.v1.HealthCheck> health() {
        var check = service.member("healthcheck");
        return check.flatMap(member -> member.value() instanceof Mapping mapping
                ? HealthCheckDecoder.decode(mapping, spot.key("healthcheck", mapping.place()))
                : Optional.empty());
    }

    private Optional<Words> words(String key) {
        return service.find(key).orElse(service) instanceof Sequence
                ? Optional.of(Words.newBuilder().addAllWords(service.texts(key)).build())
                : Optional.empty();
    }

    private static RestartPolicy restart(String text) {
        var parts = text.split(":", 2);
        var policy = RestartPolicy.newBuilder().setMode(MODES.getOrDefault(parts[0], RestartPolicy.Mode.ALWAYS));
        return parts.length == 1
                ? policy.build()
                : policy.setRetriesMax(Integer.parseInt(parts[1])).build();
    }

    /** Sorted by service. */
    private List<PlacedDependency> dependencies() {
        var decoded = new ArrayList<PlacedDependency>();
        for (var member : service.mapping("depends_on").members()) {
            var settings = service.mapping("depends_on").mapping(member.key());
            var condition = settings.text("condition").orElse("service_started");
            var dependency = Dependency.newBuilder()
                    .setService(member.key())
                    .setCondition(CONDITIONS.getOrDefault(condition, Dependency.Condition.STARTED))
                    .setRestart(settings.flag("restart", false))
                    .setOptional(!settings.flag("required", true))
                    .build();
            var at = spot.key("depends_on", member.at()).key(member.key(), member.at());
            decoded.add(new PlacedDependency(dependency, at));
        }
        decoded.addAll(linked());
        decoded.sort(Comparator.comparing(placed -> placed.dependency().getService()));
        return decoded;
    }

    /** A link also says who starts first, where nothing else does. */
    private List<PlacedDependency> linked() {
        var linked = new TreeMap<String, PlacedDependency>();
        var items = service.items("links");
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Scalar link) {
                var name = link.text().split(":", 2)[0];
                var at = spot.key("links", link.place()).index(i, link.place());
                var dependency = Dependency.newBuilder()
                        .setService(name)
                        .setCondition(Dependency.Condition.STARTED)
                        .build();
                linked.put(name, new PlacedDependency(dependency, at));
            }
        }
        service.mapping("depends_on").members().forEach(member -> linked.remove(member.key()));
        return List.copyOf(linked.values());
    }
}
