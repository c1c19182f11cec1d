package dev.banyan.api.compose;

import dev.banyan.api.compose.content.Grants;
import dev.banyan.api.compose.content.ProjectContents;
import dev.banyan.api.compose.image.ImageNeeds;
import dev.banyan.api.compose.network.NetworkDecoder;
import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Place;
import dev.banyan.api.compose.node.Trail;
import dev.banyan.api.compose.project.NameRule;
import dev.banyan.api.compose.project.Project;
import dev.banyan.api.compose.project.ProjectFiles;
import dev.banyan.api.compose.project.ProjectLoader;
import dev.banyan.api.compose.project.Request;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.compose.settings.ContainerNames;
import dev.banyan.api.compose.storage.MountDecoder;
import dev.banyan.api.compose.storage.VolumeDecoder;
import dev.banyan.api.compose.verdict.Judge;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.ServiceManifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns a Compose project into a manifest. One loader loads one project; for one thread. */
public final class ComposeLoader {
    private static final Comparator<PortDecoder.PlacedPort> PORT_ORDER = Comparator.comparing(
            PortDecoder.PlacedPort::port,
            Comparator.comparingInt(PortMapping::getTarget)
                    .thenComparingInt(PortMapping::getPublished)
                    .thenComparing(PortMapping::getProtocol)
                    .thenComparing(port -> port.getAccess().getHostIp()));

    private final Complaints complaints = new Complaints();
    private final Map<String, Place> ports = new HashMap<>();

    private ComposeLoader() {}

    /** Loads a project; never throws for files, whatever they hold. */
    public static ComposeOutcome load(Request request, ProjectFiles files) {
        return new ComposeLoader().outcome(request, files);
    }

    private ComposeOutcome outcome(Request request, ProjectFiles files) {
        var loader = new ProjectLoader(request, files, complaints);
        if (!loader.found()) {
            return new ComposeOutcome.Absent(complaints.refusals());
        }
        var project = loader.load();
        var contents = project.map(found -> new ProjectContents(found.directory(), files));
        var manifest = project.map(found -> manifest(found, loader.variables(), contents.orElseThrow()));
        if (project.isEmpty() || manifest.isEmpty() || !complaints.none()) {
            return new ComposeOutcome.Refused(complaints.refusals(), complaints.warnings());
        }
        var locations = Locations.of(project.get().tree(), ports);
        return new ComposeOutcome.Loaded(
                manifest.get(), project.get(), contents.orElseThrow().all(), locations, complaints.warnings());
    }

    private Manifest manifest(Project project, Map<String, String> variables, ProjectContents contents) {
        var root = new Spot(complaints, Trail.ROOT, project.tree().place());
        Judge.check(project.tree(), project.disabled(), root);
        var parts = new ServiceDecoder.Parts(new Grants(project.tree(), root, variables, contents), contents);
        var networks = new NetworkDecoder(project.tree(), root);
        var decoded = new ArrayList<ServiceDecoder.Decoded>();
        for (var service : project.services().members()) {
            if (service.value() instanceof Mapping mapping) {
                var one = service(service, mapping, root, parts);
                decoded.add(one.with(networks.connections(service.key(), mapping, one.spot())));
            }
        }
        var checks = new ServiceChecks(decoded);
        checks.run();
        ContainerNames.check(project.services(), root);
        decoded.sort(Comparator.comparing(service -> service.manifest().getName()));
        var manifest = Manifest.newBuilder().setName(project.name()).addAllPeers(networks.peers(project.name()));
        var awaited = checks.awaited();
        for (var service : decoded) {
            var finished = finished(service, awaited.contains(service.manifest().getName())).toBuilder();
            if (finished.getImage().isEmpty()) {
                finished.setImage(ImageNeeds.builtName(project.name(), finished.getName()));
            }
            manifest.addServices(finished);
        }
        manifest.addAllVolumes(VolumeDecoder.decode(project.tree(), root, manifest.getServicesList()));
        return manifest.build();
    }

    private static ServiceDecoder.Decoded service(
            Member service, Mapping mapping, Spot root, ServiceDecoder.Parts parts) {
        var spot = root.key("services", service.at()).key(service.key(), service.at());
        NameRule.check(spot, service.key());
        ImageNeeds.check(mapping, spot);
        boolean built = mapping.member("build").isPresent();
        if (mapping.text("image").isEmpty() && !built && spot.complaints().none()) {
            spot.refuse("has no \"image\", and what stands in its place is ignored");
        }
        var decoded = new ServiceDecoder(mapping, spot, parts).decode(service.key());
        return decoded.with(MountDecoder.decode(mapping, spot, parts.contents()));
    }

    /** Sorts what has no order of its own, and fills in the restart policy. */
    private ServiceManifest finished(ServiceDecoder.Decoded service, boolean awaited) {
        var manifest = service.manifest().toBuilder();
        List<PortDecoder.PlacedPort> sorted =
                service.ports().stream().sorted(PORT_ORDER).toList();
        var path = service.spot().trail() + ".ports[";
        for (var placed : sorted) {
            ports.put(path + manifest.getPortsCount() + "]", placed.spot().place());
            manifest.addPorts(placed.port());
        }
        if (!manifest.hasRestart()) {
            manifest.setRestart(RestartPolicy.newBuilder()
                    .setMode(awaited ? RestartPolicy.Mode.ON_FAILURE : RestartPolicy.Mode.ALWAYS));
        }
        return manifest.build();
    }
}
