package dev.banyan.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestRulesTest {
    @Test
    void acceptsAPlainApp() {
        assertThat(check(service("web").addPorts(port(8080, 80)), service("db")))
                .isEmpty();
    }

    @Test
    void collectsEveryViolationAtOnce() {
        var violations = check(
                service("Web").clearImage().addPorts(port(70_000, 0)),
                service("db")
                        .setReplicas(5_000)
                        .addDependsOn(Dependency.newBuilder().setService("nobody")));

        assertThat(violations)
                .extracting(Violation::field)
                .containsExactlyInAnyOrder(
                        "services.Web",
                        "services.Web.image",
                        "services.Web.ports[0]",
                        "services.Web.ports[0]",
                        "services.db.deploy.replicas",
                        "services.db.depends_on.nobody");
    }

    @Test
    void refusesAnAppWithoutServices() {
        assertThat(check()).extracting(Violation::message).containsExactly("an app needs at least one service");
    }

    @Test
    void refusesTwoServicesOnOnePort() {
        assertThat(check(service("web").addPorts(port(80, 80)), service("api").addPorts(port(80, 90))))
                .containsExactly(new Violation("services.api.ports[0]", "port 80 is published by service web too"));
    }

    @Test
    void allowsOnePortForTwoProtocols() {
        var udp = port(53, 53).setProtocol(Protocol.UDP);

        assertThat(check(service("dns").addPorts(port(53, 53)).addPorts(udp))).isEmpty();
    }

    @Test
    void refusesPortsOfTheDaemons() {
        assertThat(check(service("web").addPorts(port(7443, 80))))
                .containsExactly(new Violation("services.web.ports[0]", "port 7443 is reserved for the engine's API"));
    }

    @Test
    void refusesServicesThatWaitForEachOther() {
        var web = service("web").addDependsOn(Dependency.newBuilder().setService("api"));
        var api = service("api").addDependsOn(Dependency.newBuilder().setService("web"));

        assertThat(check(web, api, service("db")))
                .containsExactly(new Violation("services.api.depends_on", "waits for itself in a circle"));
    }

    @Test
    void refusesMoreThanFourTags() {
        var manifest = Manifest.newBuilder()
                .setName("shop")
                .addServices(service("web"))
                .build();

        assertThat(ManifestRules.violations(manifest, List.of("a", "b", "c", "d", "e")))
                .containsExactly(new Violation("tags", "at most 4 tags, not 5"));
    }

    @Test
    void refusesAVariableBeyondItsLimit() {
        var large = service("web").putEnvironment("A", "x".repeat(40_000));

        assertThat(check(large)).extracting(Violation::field).containsExactly("services.web.environment.A");
    }

    @Test
    void refusesARestartPolicyThatNoFileCouldHold() {
        var policy = RestartPolicy.newBuilder()
                .setRetriesMax(-1)
                .setDelayMs(-1)
                .setWindowMs(Duration.ofDays(7).toMillis() + 1);

        assertThat(check(service("web").setRestart(policy)))
                .extracting(Violation::field)
                .containsExactly(
                        "services.web.deploy.restart_policy.max_attempts",
                        "services.web.deploy.restart_policy.delay",
                        "services.web.deploy.restart_policy.window");
    }

    @Test
    void takesTheLongestDelayAndWindow() {
        long most = Duration.ofDays(7).toMillis();
        var policy =
                RestartPolicy.newBuilder().setRetriesMax(3).setDelayMs(most).setWindowMs(most);

        assertThat(check(service("web").setRestart(policy))).isEmpty();
    }

    private static List<Violation> check(ServiceManifest.Builder... services) {
        var manifest = Manifest.newBuilder().setName("shop");
        for (var service : services) {
            manifest.addServices(service);
        }
        return ManifestRules.violations(manifest.build(), List.of());
    }

    private static ServiceManifest.Builder service(String name) {
        return ServiceManifest.newBuilder().setName(name).setImage(name + ":1").setReplicas(1);
    }

    private static PortMapping.Builder port(int published, int target) {
        return PortMapping.newBuilder()
                .setPublished(published)
                .setTarget(target)
                .setProtocol(Protocol.TCP);
    }
}
