package dev.banyan.simulated;

import dev.banyan.agent.container.ImageReference;
import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.HealthCheck;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceManifest;
import java.util.List;

/** The app of the stories: a database, and web servers that wait for it and have a health check. */
record Shop(int webs, String webImage) {
    static final String NAME = "shop";
    static final List<String> HEALTH_CHECK = List.of("/bin/check");

    Manifest manifest() {
        return Manifest.newBuilder()
                .setName(NAME)
                .addServices(ServiceManifest.newBuilder()
                        .setName("db")
                        .setImage("db:1")
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
                                .setPublished(8080)
                                .setTarget(80)
                                .setProtocol(Protocol.TCP)))
                .build();
    }

    /** Where admission finds {@code name:version}. */
    static ImageReference image(String nameAndVersion) {
        var parts = nameAndVersion.split(":");
        return new ImageReference("registry.banyan/" + parts[0], "sha256:" + parts[1].repeat(64));
    }
}
