package dev.banyan.simulated.world;

import dev.banyan.agent.container.ImageReference;
import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.HealthCheck;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceManifest;
import java.util.List;

/** An app of the stories: a database, and web servers that wait for it, have a health check and publish a port. */
public record App(String name, int webs, String webImage, int port) {
    static final List<String> HEALTH_CHECK = List.of("/bin/check");

    /** The usual one. */
    public static App shop(int webs, String webImage) {
        return new App("shop", webs, webImage, 8080);
    }

    /** The same with another number of web servers. */
    public App scaled(int newWebs) {
        return new App(name, newWebs, webImage, port);
    }

    Manifest manifest() {
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
                                .setProtocol(Protocol.TCP)))
                .build();
    }

    /** Where admission finds {@code name:version}. */
    public static ImageReference image(String nameAndVersion) {
        var parts = nameAndVersion.split(":");
        return new ImageReference("registry.banyan/" + parts[0], "sha256:" + parts[1].repeat(64));
    }
}
