package dev.banyan.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.engine.World;
import dev.banyan.engine.admission.ImageResolver.Resolution;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Asking what would be, beside {@link AdmissionTest}. */
class AdmissionPlanTest {
    private final World world = new World();
    private boolean trial;
    private final Admission admission = new Admission(world.store, AdmissionPlanTest::resolve, (wish, refused) -> {
        trial = wish.trial();
        return wish.manifest();
    });

    @Test
    void writesNothingAndSaysWhatWouldBeWritten() {
        admission.apply(app("shop", web(8080)));
        long revision = world.revision();

        var outlook = (Outlook.Admissible) plan(app("shop", web(9090)));

        assertThat(outlook.changed()).isTrue();
        assertThat(outlook.release().getNumber()).isEqualTo(2);
        assertThat(outlook.deployment().getRelease()).isEqualTo(2);
        assertThat(outlook.release().getImagesMap()).containsEntry("web", "web:1@digest");
        assertThat(outlook.claimed()).containsExactly("port.tcp.9090");
        assertThat(outlook.released()).containsExactly("port.tcp.8080");
        assertThat(world.revision()).isEqualTo(revision);
        assertThat(trial)
                .as("values are sealed and contents looked for without writing")
                .isTrue();
        admission.apply(app("shop", web(9090)));
        assertThat(trial).isFalse();
    }

    @Test
    void isTheReleaseThatApplyMakes() {
        var foreseen = (Outlook.Admissible) plan(app("shop", web(8080)));

        admission.apply(app("shop", web(8080)));

        assertThat(world.get(Kinds.RELEASES, "default", "shop.1").spec()).isEqualTo(foreseen.release());
        assertThat(world.get(Kinds.DEPLOYMENTS, "default", "shop").spec()).isEqualTo(foreseen.deployment());
        assertThat(world.names(Kinds.CLAIMS)).isEqualTo(foreseen.claimed());
    }

    @Test
    void saysThatNothingWouldChange() {
        admission.apply(app("shop", web(8080)));

        var outlook = (Outlook.Admissible) plan(app("shop", web(8080)));

        assertThat(outlook.changed()).isFalse();
        assertThat(outlook.release().getNumber()).isEqualTo(1);
        assertThat(outlook.claimed()).isEmpty();
    }

    @Test
    void refusesWhatApplyRefusesInTheSameWords() {
        admission.apply(app("blog", web(8080)));
        var wrong = web(0).toBuilder().setReplicas(5_000).build();
        var missing = web(0).toBuilder().setImage("missing:1").build();

        for (var application : List.of(app("shop", web(8080)), app("shop", wrong), app("shop", missing))) {
            var planned = ((Outlook.Otherwise) plan(application)).verdict();

            assertThat(planned).isInstanceOf(Verdict.Refused.class).isEqualTo(admission.apply(application));
        }
    }

    @Test
    void takesWhatWouldBeBroughtAsItIsTold() {
        var content = "sha256:" + "a".repeat(64);
        var redis = web(0).toBuilder().setImage("missing/redis:7").build();

        var fetched =
                (Outlook.Admissible) admission.plan(app("shop", redis), Map.of(), Map.of("missing/redis:7", content));
        var built = (Outlook.Admissible) admission.plan(app("shop", redis), Map.of(), Map.of("missing/redis:7", ""));

        assertThat(fetched.release().getImagesMap())
                .containsEntry("web", "registry.banyan/mirror/docker.io/missing/redis@" + content);
        assertThat(built.release().getImagesMap())
                .as("no content that there is")
                .containsEntry("web", "registry.banyan/mirror/docker.io/missing/redis@sha256:" + "0".repeat(64));
    }

    @Test
    void refusesAForeseenDigestThatIsNone() {
        var planned = (Outlook.Otherwise) admission.plan(app("shop", web(0)), Map.of(), Map.of("web:1", "latest"));

        assertThat(((Verdict.Refused) planned.verdict()).violations())
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.field()).isEqualTo("services.web.image");
                    assertThat(violation.message()).contains("a digest is sha256:");
                });
    }

    @Test
    void isOvertakenWhereApplyWouldBe() {
        admission.apply(app("shop", web(8080)));
        var first = new Application("default", manifest("shop", web(9090)), List.of(), 0, "ann", "");

        assertThat(plan(first)).isInstanceOfSatisfying(Outlook.Otherwise.class, other -> assertThat(other.verdict())
                .isInstanceOf(Verdict.Overtaken.class));
    }

    @Test
    void deployingTheSameAgainTriesWhatFailedForGood() {
        admission.apply(app("shop", web(0)));
        world.agent("a1");
        var task = world.task("shop.web.1.0.0", "a1");
        ended(task, 0);
        assertThat(((Verdict.Admitted) admission.apply(app("shop", web(0)))).changed())
                .as("a job that has completed is done")
                .isFalse();

        ended(task, 3);

        assertThat(((Outlook.Admissible) plan(app("shop", web(0)))).changed()).isTrue();
        assertThat(((Verdict.Admitted) admission.apply(app("shop", web(0)))).release())
                .isEqualTo(2);
    }

    @Test
    void aServiceOnEveryAgentIsNotScaled() {
        var probe = web(0).toBuilder().setGlobal(true).setReplicas(0).build();
        admission.apply(app("shop", probe));

        assertThat(((Verdict.Refused) admission.scale("default", "shop", Map.of("web", 2))).violations())
                .containsExactly(new Violation("services.web", "is on every agent, and has no number of replicas"));
    }

    private Outlook plan(Application application) {
        return admission.plan(application, Map.of(), Map.of());
    }

    private void ended(dev.banyan.runtime.resource.ObjectKey task, int code) {
        world.report(
                Kinds.TASKS,
                task,
                TaskStatus.newBuilder().setState(State.EXITED).setExitCode(code).build());
    }

    private static Resolution resolve(String image) {
        return image.startsWith("missing")
                ? new Resolution.Failed("there is no " + image)
                : new Resolution.Resolved(image + "@digest");
    }

    private static Application app(String name, ServiceManifest... services) {
        return new Application("default", manifest(name, services), List.of(), Application.ANY, "ann", "");
    }

    private static Manifest manifest(String name, ServiceManifest... services) {
        return Manifest.newBuilder()
                .setName(name)
                .addAllServices(List.of(services))
                .build();
    }

    private static ServiceManifest web(int port) {
        var service = World.service("web").toBuilder();
        if (port != 0) {
            service.addPorts(
                    PortMapping.newBuilder().setPublished(port).setTarget(80).setProtocol(Protocol.TCP));
        }
        return service.build();
    }
}
