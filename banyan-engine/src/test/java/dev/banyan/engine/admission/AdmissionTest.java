package dev.banyan.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.engine.World;
import dev.banyan.engine.admission.ImageResolver.Resolution;
import dev.banyan.engine.planning.Finalizers;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final World world = new World();
    private final List<String> resolved = new ArrayList<>();
    private final Admission admission = new Admission(world.store, this::resolve, (wish, refused) -> wish.manifest());

    @Test
    void writesReleaseDeploymentAndClaimsTogether() {
        var verdict = apply(app("shop", web(8080), service("db", 53)));

        assertThat(verdict).isEqualTo(new Verdict.Admitted("shop", 1, world.revision(), true));
        assertThat(world.store.commits()).hasSize(1);
        var deployment = world.get(Kinds.DEPLOYMENTS, "default", "shop");
        assertThat(deployment.spec().getRelease()).isEqualTo(1);
        assertThat(deployment.meta().finalizers()).containsExactly(Finalizers.TASKS);
        var release = world.get(Kinds.RELEASES, "default", "shop.1");
        assertThat(release.meta().owners()).containsExactly(deployment.asOwner());
        assertThat(release.meta().labels()).containsEntry(Labels.RELEASE, "1");
        assertThat(release.spec().getAuthor()).isEqualTo("ann");
        assertThat(release.spec().getReason()).isEqualTo("because");
        assertThat(release.spec().getImagesMap())
                .containsEntry("web", "web:1@digest")
                .hasSize(2);
        assertThat(world.names(Kinds.CLAIMS)).containsExactly("port.tcp.53", "port.tcp.8080");
        assertThat(world.get(Kinds.CLAIMS, "", "port.tcp.53").meta().owners()).containsExactly(deployment.asOwner());
    }

    @Test
    void namesAnAppByItsTagsInAnyOrder() {
        var tagged = new Application("default", manifest("shop", web(80)), List.of("us", "eu"), 0, "ann", "");

        assertThat(((Verdict.Admitted) apply(tagged)).deployment()).isEqualTo("shop.eu.us");
        assertThat(world.get(Kinds.DEPLOYMENTS, "default", "shop.eu.us").spec().getTagsList())
                .containsExactly("eu", "us");
    }

    @Test
    void takesTheSameManifestOnceAndAChangedImageAsAnotherRelease() {
        apply(app("shop", web(8080)));
        long revision = world.revision();

        assertThat(apply(app("shop", web(8080)))).isEqualTo(new Verdict.Admitted("shop", 1, revision, false));
        assertThat(world.revision()).isEqualTo(revision);

        var other = web(8080).toBuilder().setImage("web:2").build();
        assertThat(((Verdict.Admitted) apply(app("shop", other))).release()).isEqualTo(2);
        assertThat(world.names(Kinds.RELEASES)).containsExactly("shop.1", "shop.2");
        assertThat(world.get(Kinds.DEPLOYMENTS, "default", "shop").spec().getRelease())
                .isEqualTo(2);
    }

    @Test
    void aScaledAppGoesBackToItsManifestWhenThatIsAppliedAgain() {
        apply(app("shop", web(8080)));
        admission.scale("default", "shop", Map.of("web", 5));

        var verdict = (Verdict.Admitted) apply(app("shop", web(8080)));

        assertThat(verdict.changed()).isTrue();
        assertThat(world.get(Kinds.DEPLOYMENTS, "default", "shop").spec().getScaleMap())
                .isEmpty();
    }

    @Test
    void exchangesTheClaimsOfPortsThatChanged() {
        apply(app("shop", web(8080), service("db", 53)));

        apply(app("shop", web(9090), service("db", 53)));

        assertThat(world.names(Kinds.CLAIMS)).containsExactly("port.tcp.53", "port.tcp.9090");
    }

    @Test
    void exchangesAsManyPortsAsAnAppMayHave() {
        assertThat(apply(app("shop", withPorts(1_000, ManifestRules.PORTS_MAX))))
                .isInstanceOf(Verdict.Admitted.class);

        var verdict = apply(app("shop", withPorts(2_000, ManifestRules.PORTS_MAX)));

        assertThat(verdict).isInstanceOf(Verdict.Admitted.class);
        assertThat(world.names(Kinds.CLAIMS)).hasSize(ManifestRules.PORTS_MAX).allMatch(name -> name.contains(".2"));
    }

    @Test
    void refusesEveryPortThatIsTakenAndChangesNothing() {
        apply(app("shop", web(8080), service("db", 53)));
        long revision = world.revision();

        var verdict = (Verdict.Refused) apply(app("blog", web(8080), service("db", 53)));

        assertThat(verdict.violations())
                .containsExactlyInAnyOrder(
                        new Violation(
                                "services.web.ports[0]", "tcp port 8080 is published by deployments/default/shop"),
                        new Violation("services.db.ports[0]", "tcp port 53 is published by deployments/default/shop"));
        assertThat(world.revision()).isEqualTo(revision);
    }

    @Test
    void refusesAPortThatAnotherAppTookAtTheSameMoment() {
        world.store.beforeNextCommit(
                () -> assertThat(other().apply(app("blog", web(8080)))).isInstanceOf(Verdict.Admitted.class));

        var verdict = (Verdict.Refused) apply(app("shop", web(8080)));

        assertThat(verdict.violations())
                .containsExactly(new Violation("services.web.ports[0]", "tcp port 8080 is published by another app"));
        assertThat(world.names(Kinds.DEPLOYMENTS)).containsExactly("blog");
    }

    @Test
    void collectsEveryImageThatIsMissingAndAsksForEachOnce() {
        var twice = service("api", 0).toBuilder().setImage("missing:1").build();
        var verdict = (Verdict.Refused) apply(
                app("shop", web(80), twice, twice.toBuilder().setName("worker").build()));

        assertThat(verdict.violations())
                .containsExactly(
                        new Violation("services.api.image", "there is no missing:1"),
                        new Violation("services.worker.image", "there is no missing:1"));
        assertThat(resolved).containsExactly("web:1", "missing:1");
        assertThat(world.store.commits()).isEmpty();
    }

    @Test
    void asksForNoImageOfAManifestThatIsWrong() {
        assertThat(apply(app("shop", web(70_000)))).isInstanceOf(Verdict.Refused.class);
        assertThat(resolved).isEmpty();
    }

    @Test
    void tellsWhoChangedTheAppSinceTheCallerLooked() {
        apply(app("shop", web(8080)));
        long now = world.get(Kinds.DEPLOYMENTS, "default", "shop").meta().revision();
        var seen = new Application("default", manifest("shop", web(9090)), List.of(), now - 1, "bob", "");

        assertThat(apply(seen)).isEqualTo(new Verdict.Overtaken("shop", now, "ann"));
        var unseen = new Application("default", manifest("shop", web(9090)), List.of(), 0, "bob", "");
        assertThat(apply(unseen)).isInstanceOf(Verdict.Overtaken.class);
        var right = new Application("default", manifest("shop", web(9090)), List.of(), now, "bob", "");
        assertThat(apply(right)).isInstanceOf(Verdict.Admitted.class);
    }

    @Test
    void doesNotOverwriteWhatChangedWhileItDecided() {
        apply(app("shop", web(8080)));
        long seen = world.get(Kinds.DEPLOYMENTS, "default", "shop").meta().revision();
        world.store.beforeNextCommit(() -> other().apply(app("shop", web(7070))));

        var verdict = apply(new Application("default", manifest("shop", web(9090)), List.of(), seen, "bob", ""));

        assertThat(verdict).isInstanceOf(Verdict.Overtaken.class);
        assertThat(world.names(Kinds.CLAIMS)).containsExactly("port.tcp.7070");
    }

    @Test
    void takesWhateverIsThereForACallerWhoSaysSo() {
        apply(app("shop", web(8080)));
        world.store.beforeNextCommit(() -> other().apply(app("shop", web(7070))));

        assertThat(((Verdict.Admitted) apply(app("shop", web(9090)))).release()).isEqualTo(3);
        assertThat(world.names(Kinds.CLAIMS)).containsExactly("port.tcp.9090");
    }

    @Test
    void takesOverTheClaimsThatAnAppOfTheSameNameHasLeft() {
        apply(app("shop", web(8080)));
        admission.remove("default", "shop", List.of());
        var removed = Kinds.DEPLOYMENTS.encode(world.get(Kinds.DEPLOYMENTS, "default", "shop"));
        world.store.commit(
                Commit.of(new Write.Update(removed, Draft.from(removed).finalizedBy(List.of()))));
        assertThat(world.names(Kinds.DEPLOYMENTS)).isEmpty();
        assertThat(world.names(Kinds.CLAIMS)).as("not collected yet").containsExactly("port.tcp.8080");

        apply(app("shop", web(8080)));

        assertThat(world.get(Kinds.CLAIMS, "", "port.tcp.8080").meta().owners())
                .containsExactly(world.get(Kinds.DEPLOYMENTS, "default", "shop").asOwner());
    }

    @Test
    void deploysNothingOverAnAppThatIsBeingRemoved() {
        apply(app("shop", web(8080)));
        admission.remove("default", "shop", List.of());

        assertThat(apply(app("shop", web(8080)))).isInstanceOf(Verdict.Refused.class);
        assertThat(admission.scale("default", "shop", Map.of("web", 2))).isEqualTo(new Verdict.Unknown("shop"));
    }

    @Test
    void removingTwiceIsNoErrorAndRemovingNothingIs() {
        apply(app("shop", web(8080)));

        assertThat(admission.remove("default", "shop", List.of())).isInstanceOf(Verdict.Admitted.class);
        assertThat(admission.remove("default", "shop", List.of())).isInstanceOf(Verdict.Admitted.class);
        assertThat(admission.remove("default", "nobody", List.of())).isEqualTo(new Verdict.Unknown("nobody"));
        assertThat(world.get(Kinds.DEPLOYMENTS, "default", "shop").meta().deleting())
                .isTrue();
    }

    @Test
    void scalesNamedServicesAndKeepsTheOthers() {
        apply(app("shop", web(8080), service("db", 0)));
        admission.scale("default", "shop", Map.of("web", 5));
        admission.scale("default", "shop", Map.of("db", 2));

        assertThat(world.get(Kinds.DEPLOYMENTS, "default", "shop").spec().getScaleMap())
                .containsEntry("web", 5)
                .containsEntry("db", 2);
        var again = (Verdict.Admitted) admission.scale("default", "shop", Map.of("db", 2));
        assertThat(again.changed()).isFalse();
    }

    @Test
    void refusesToScaleWhatIsNotThereOrTooMuch() {
        apply(app("shop", web(8080)));

        var verdict = (Verdict.Refused) admission.scale("default", "shop", Map.of("wep", 1, "web", 1_001));

        assertThat(verdict.violations())
                .containsExactlyInAnyOrder(
                        new Violation("services.wep", "is no service of this app; it has [web]"),
                        new Violation("services.web", "replicas are 0 to 1000, not 1001"));
        assertThat(((Verdict.Refused) admission.scale("default", "shop", Map.of("web", -1))).violations())
                .hasSize(1);
    }

    @Test
    void scalesOverAStatusThatWasWrittenMeanwhile() {
        apply(app("shop", web(8080)));
        world.store.beforeNextCommit(
                () -> world.update(Kinds.DEPLOYMENTS, Kinds.DEPLOYMENTS.key("default", "shop"), spec -> spec.toBuilder()
                        .putScale("web", 9)
                        .build()));

        assertThat(admission.scale("default", "shop", Map.of("web", 3))).isInstanceOf(Verdict.Admitted.class);

        assertThat(world.get(Kinds.DEPLOYMENTS, "default", "shop").spec().getScaleMap())
                .containsEntry("web", 3);
    }

    @Test
    void passesOnHowTheStoreFailed() {
        var away = new WriteOutcome.Unavailable("no leader");
        world.store.answerNext(away);
        assertThat(apply(app("shop", web(8080)))).isEqualTo(new Verdict.Failed(away));

        apply(app("shop", web(8080)));
        world.store.answerNext(away);
        assertThat(admission.scale("default", "shop", Map.of("web", 2))).isEqualTo(new Verdict.Failed(away));
        world.store.answerNext(away);
        assertThat(admission.remove("default", "shop", List.of())).isEqualTo(new Verdict.Failed(away));
    }

    private Verdict apply(Application application) {
        return admission.apply(application);
    }

    private Admission other() {
        return new Admission(world.truth, this::resolve, (wish, refused) -> wish.manifest());
    }

    private Resolution resolve(String image) {
        resolved.add(image);
        return image.startsWith("missing")
                ? new Resolution.Failed("there is no " + image)
                : new Resolution.Resolved(image + "@digest");
    }

    private static Application app(String name, ServiceManifest... services) {
        return new Application("default", manifest(name, services), List.of(), Application.ANY, "ann", "because");
    }

    private static Manifest manifest(String name, ServiceManifest... services) {
        return Manifest.newBuilder()
                .setName(name)
                .addAllServices(List.of(services))
                .build();
    }

    private static ServiceManifest web(int port) {
        return service("web", port);
    }

    private static ServiceManifest service(String name, int port) {
        var service = World.service(name).toBuilder();
        return port == 0 ? service.build() : service.addPorts(port(port)).build();
    }

    private static ServiceManifest withPorts(int first, int count) {
        var service = World.service("web").toBuilder();
        IntStream.range(first, first + count).forEach(port -> service.addPorts(port(port)));
        return service.build();
    }

    private static PortMapping port(int published) {
        return PortMapping.newBuilder()
                .setPublished(published)
                .setTarget(80)
                .setProtocol(Protocol.TCP)
                .build();
    }
}
