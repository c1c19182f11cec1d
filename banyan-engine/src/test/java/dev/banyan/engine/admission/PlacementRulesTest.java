package dev.banyan.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.Placement;
import dev.banyan.api.v1.PlacementConstraint;
import dev.banyan.api.v1.PlacementConstraint.Subject;
import dev.banyan.api.v1.PlacementPreference;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.engine.World;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A manifest may come from anybody: what loaders would not say is refused as well. */
class PlacementRulesTest {
    private static final PlacementConstraint EU = PlacementConstraint.newBuilder()
            .setSubject(Subject.LABEL)
            .setLabel("zone")
            .setValue("eu")
            .build();

    @Test
    void takesWhatIsRight() {
        assertThat(violations(placed(Placement.newBuilder()
                        .addConstraints(EU)
                        .addConstraints(PlacementConstraint.newBuilder()
                                .setSubject(Subject.OS)
                                .setValue("linux"))
                        .addPreferences(PlacementPreference.newBuilder().setLabel("zone")))))
                .isEmpty();
    }

    @Test
    void refusesAConstraintThatComparesNothing() {
        var unknown = EU.toBuilder().setSubject(Subject.SUBJECT_UNSPECIFIED);
        var nameless = EU.toBuilder().setLabel("");
        var empty = EU.toBuilder().setValue("");

        assertThat(violations(placed(Placement.newBuilder()
                        .addConstraints(unknown)
                        .addConstraints(nameless)
                        .addConstraints(empty))))
                .extracting(Violation::field)
                .containsExactly(
                        "services.web.deploy.placement.constraints[0]",
                        "services.web.deploy.placement.constraints[1]",
                        "services.web.deploy.placement.constraints[2]");
    }

    @Test
    void limitsWhatIsComparedForEveryTask() {
        var many = Placement.newBuilder()
                .addAllConstraints(Collections.nCopies(PlacementRules.CONSTRAINTS_MAX + 1, EU))
                .addAllPreferences(Collections.nCopies(
                        PlacementRules.PREFERENCES_MAX + 1,
                        PlacementPreference.newBuilder().setLabel("zone").build()));

        assertThat(violations(placed(many)))
                .containsExactly(
                        new Violation("services.web.deploy.placement.constraints", "at most 32, not 33"),
                        new Violation("services.web.deploy.placement.preferences", "at most 4, not 5"));
    }

    @Test
    void refusesAPreferenceForNoLabel() {
        assertThat(violations(placed(Placement.newBuilder()
                        .addPreferences(PlacementPreference.newBuilder().setLabel("a b")))))
                .extracting(Violation::field)
                .containsExactly("services.web.deploy.placement.preferences[0]");
    }

    @Test
    void limitsLabelsOfServices() {
        var web = World.service("web").toBuilder();
        web.putDeployLabels("long", "x".repeat(PlacementRules.TEXT_MAX + 1));

        assertThat(violations(web.build()))
                .extracting(Violation::field)
                .containsExactly("services.web.deploy.labels.long");

        for (int i = 0; i < PlacementRules.LABELS_MAX; i++) {
            web.putDeployLabels("l" + i, "");
        }
        assertThat(violations(web.putDeployLabels("long", "").build()))
                .containsExactly(new Violation("services.web.deploy.labels", "at most 64, not 65"));
    }

    @Test
    void refusesANumberOfReplicasOnEveryAgent() {
        var both =
                World.service("web").toBuilder().setGlobal(true).setReplicas(2).build();

        assertThat(violations(both))
                .containsExactly(new Violation(
                        "services.web.deploy.replicas", "a service on every agent has no number of replicas"));
        assertThat(violations(both.toBuilder().setReplicas(0).build())).isEmpty();
    }

    private static ServiceManifest placed(Placement.Builder placement) {
        return World.service("web").toBuilder().setPlacement(placement).build();
    }

    private static List<Violation> violations(ServiceManifest service) {
        return ManifestRules.violations(
                Manifest.newBuilder().setName("shop").addServices(service).build(), List.of());
    }
}
