package dev.banyan.simulated.world;

import dev.banyan.agent.container.ImageReference;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.HealthCheck;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.NamedVolume;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Powers;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.VolumeManifest;
import java.util.List;

/**
 * An app of the stories: a database, and web servers that wait for it, have a health check and publish a port. The blog's database keeps a
 * volume, and the blog has a collector on each agent, on the network of its server.
 */
public record App(String name, int webs, String webImage, int port) {
    /** The key of the database's volume in a manifest. */
    private static final String VOLUME = "data";

    static final List<String> HEALTH_CHECK = List.of("/bin/check");

    /** The usual one. */
    public static App shop(int webs, String webImage) {
        return new App("shop", webs, webImage, 8080);
    }

    /** The same with another number of web servers. */
    public App scaled(int newWebs) {
        return new App(name, newWebs, webImage, port);
    }

    /** Whether it has a volume, and a collector on each agent. */
    public boolean settled() {
        return name.equals("blog");
    }

    Manifest manifest() {
        var manifest = usual();
        if (settled()) {
            manifest.addVolumes(VolumeManifest.newBuilder().setKey(VOLUME))
                    .addServices(ServiceManifest.newBuilder()
                            .setName("log")
                            .setImage("web:1")
                            .setGlobal(true)
                            .setConnections(Connections.getDefaultInstance()) // in no network
                            .setSettings(ContainerSettings.newBuilder()
                                    .setPowers(Powers.newBuilder().addHostNamespaces(HostNamespace.NETWORK))));
            manifest.getServicesBuilder(0)
                    .addMounts(Mount.newBuilder()
                            .setTarget("/data")
                            .setVolume(NamedVolume.newBuilder().setName(VOLUME)));
        }
        return manifest.build();
    }

    private Manifest.Builder usual() {
        return Manifest.newBuilder()
                .setName(name)
                .addServices(ServiceManifest.newBuilder()
                        .setName("db")
                        .setImage("db:1")
                        .putEnvironment("PASSWORD", "sealed")
                        .setReplicas(1))
                .addServices(ServiceManifest.newBuilder()
                        .setName("web")
                        .setImage(webImage)
                        .setReplicas(webs)
                        .setHealthcheck(HealthCheck.newBuilder()
                                .addAllTest(HEALTH_CHECK)
                                .setRetries(3))
                        .addDependsOn(
                                Dependency.newBuilder().setService("db").setCondition(Dependency.Condition.STARTED))
                        .addPorts(PortMapping.newBuilder()
                                .setPublished(port)
                                .setTarget(80)
                                .setProtocol(Protocol.TCP)));
    }

    /** Where admission finds {@code name:version}. */
    public static ImageReference image(String nameAndVersion) {
        var parts = nameAndVersion.split(":");
        return new ImageReference("registry.banyan/" + parts[0], "sha256:" + parts[1].repeat(64));
    }
}
