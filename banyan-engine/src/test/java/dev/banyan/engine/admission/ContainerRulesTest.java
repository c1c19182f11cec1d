package dev.banyan.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.Link;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.engine.World;
import dev.banyan.engine.admission.ImageResolver.Resolution;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerRulesTest {
    @Test
    void looksAtTheSettingsOfEveryServiceAgain() {
        var web = service("web", ContainerSettings.newBuilder().setWorkingDir("here"));
        var db = service("db", ContainerSettings.newBuilder().putSysctls("vm.swappiness", "1"));

        assertThat(ContainerRules.violations(manifest(web, db)))
                .containsExactly(
                        new Violation("services.web.working_dir", "is no absolute path"),
                        new Violation(
                                "services.db.sysctls.vm.swappiness",
                                "is a setting of the whole server: set it there, with sysctl"));
    }

    @Test
    void refusesANameThatAnotherServiceHas() {
        var one = service("one", named("both"));
        var two = service("two", named("both"));
        var three = service("three", named("one"));
        var own = service("own", named("own"));

        assertThat(ContainerRules.violations(manifest(one, two, three, own)))
                .containsExactly(
                        new Violation("services.two.container_name", "'both' is a name of service one"),
                        new Violation("services.three.container_name", "'one' is a name of service one"));
    }

    @Test
    void refusesOneNameForSeveralReplicas() {
        var web = service("web", named("shop-web")).toBuilder().setReplicas(2).build();

        assertThat(ContainerRules.violations(manifest(web)))
                .extracting(Violation::field)
                .containsExactly("services.web.container_name");
        assertThat(ContainerRules.replicas(web, 1)).isEmpty();
        assertThat(ContainerRules.replicas(service("db", ContainerSettings.newBuilder()), 2))
                .isEmpty();
    }

    @Test
    void refusesALinkToNobody() {
        var links = ContainerSettings.newBuilder()
                .addLinks(Link.newBuilder().setService("db").setAlias("database"))
                .addLinks(Link.newBuilder().setService("web").setAlias("me"))
                .addLinks(Link.newBuilder().setService("front").setAlias("x"));
        var web = service("web", links.setContainerName("front"));

        assertThat(ContainerRules.violations(manifest(web)))
                .containsExactly(
                        new Violation("services.web.links[0]", "'db' is no service of this app"),
                        new Violation("services.web.links[2]", "'front' is no service of this app"));
    }

    @Test
    void refusesSwapWithoutALimitOfMemory() {
        var swapping = service("web", ContainerSettings.newBuilder().setMemorySwapBytes(64));
        var limited = swapping.toBuilder()
                .setLimits(ResourceAmounts.newBuilder().setMemoryBytes(64))
                .build();

        assertThat(ContainerRules.violations(manifest(swapping)))
                .containsExactly(new Violation(
                        "services.web.memswap_limit", "limits memory and swap together, and \"mem_limit\" is not set"));
        assertThat(ContainerRules.violations(manifest(limited))).isEmpty();
    }

    @Test
    void admissionAsksForAllOfThat() {
        var admission = new Admission(
                new World().store,
                image -> new Resolution.Resolved(image + "@digest"),
                (wish, refused) -> wish.manifest());
        var web = service("web", named("shop-web"));

        assertThat(refused(admission.apply(application(service("web", named("a b"))))))
                .extracting(Violation::field)
                .containsExactly("services.web.container_name");
        assertThat(admission.apply(application(web))).isInstanceOf(Verdict.Admitted.class);
        assertThat(refused(admission.scale("default", "shop", Map.of("web", 2))))
                .extracting(Violation::message)
                .containsExactly("one name cannot be that of 2 containers: remove container_name");
    }

    private static List<Violation> refused(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        return ((Verdict.Refused) verdict).violations();
    }

    private static Application application(ServiceManifest service) {
        return new Application("default", manifest(service), List.of(), Application.ANY, "ann", "");
    }

    private static ContainerSettings.Builder named(String name) {
        return ContainerSettings.newBuilder().setContainerName(name);
    }

    private static ServiceManifest service(String name, ContainerSettings.Builder settings) {
        return ServiceManifest.newBuilder()
                .setName(name)
                .setImage("image")
                .setReplicas(1)
                .setSettings(settings)
                .build();
    }

    private static Manifest manifest(ServiceManifest... services) {
        return Manifest.newBuilder()
                .setName("shop")
                .addAllServices(List.of(services))
                .build();
    }
}
