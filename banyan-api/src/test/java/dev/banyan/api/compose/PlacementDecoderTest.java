package dev.banyan.api.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.PlacementConstraint;
import dev.banyan.api.v1.PlacementConstraint.Subject;
import dev.banyan.api.v1.PlacementPreference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementDecoderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node.hostname == web-1         | NAME         |          | false | web-1",
                "node.hostname==web-1           | NAME         |          | false | web-1",
                "node.id != 2ivku8v2gvtg4       | ID           |          | true  | 2ivku8v2gvtg4",
                "node.labels.zone == eu-1       | LABEL        | zone     | false | eu-1",
                "node.labels.disk.type != ssd   | LABEL        | disk.type | true | ssd",
                "node.platform.os == linux      | OS           |          | false | linux",
                "node.platform.arch == x86_64   | ARCHITECTURE |          | false | amd64",
                "node.platform.arch == aarch64  | ARCHITECTURE |          | false | arm64",
                "node.platform.arch != arm64    | ARCHITECTURE |          | true  | arm64",
            })
    void readsConstraints(String text, Subject subject, String label, boolean negated, String value) {
        var web = ComposeFiles.web("deploy: {placement: {constraints: ['" + text + "']}}");

        assertThat(web.getPlacement().getConstraintsList())
                .containsExactly(PlacementConstraint.newBuilder()
                        .setSubject(subject)
                        .setLabel(label == null ? "" : label)
                        .setNegated(negated)
                        .setValue(value)
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"node.role == worker", "node.role != manager", "node.role==Worker"})
    void everyAgentIsAWorker(String text) {
        assertThat(ComposeFiles.web("deploy: {placement: {constraints: ['" + text + "']}}"))
                .isEqualTo(ComposeFiles.web("deploy: {placement: {}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zone eu                    | \"zone eu\" is no constraint (write it like node.labels.zone == eu)",
                "node.labels.zone ==        | \"node.labels.zone ==\" is no constraint (write it like node.labels.zone == eu)",
                "node.labels.zone = eu      | \"node.labels.zone = eu\" is no constraint (write it like node.labels.zone == eu)",
                "node.role == manager       | no agent fits: all are workers, and engines run no containers (give an agent a label, and ask for that: banyan-cli agents label AGENT NAME=VALUE)",
                "node.role != worker        | no agent fits: all are workers, and engines run no containers (give an agent a label, and ask for that: banyan-cli agents label AGENT NAME=VALUE)",
                "node.role == boss          | \"boss\" is no role (write manager or worker)",
                "engine.labels.os == debian | labels of Docker's engine are not known (give the agent a label, and write node.labels.os)",
                "node.ip == 10.0.0.1        | \"node.ip\" is nothing that is known of an agent (there are node.hostname, node.id, node.platform.os, node.platform.arch and node.labels.NAME)",
                "node.labels.-zone == eu    | '-zone' is no name of a label: 1 to 63 letters, digits, '.', '_', '/' and '-', beginning and ending with a letter or digit",
            })
    void refusesWhatNoAgentCanAnswer(String constraint, String refusal) {
        var text = ComposeFiles.webText("deploy:", "  placement:", "    constraints: [\"" + constraint + "\"]");

        assertThat(ComposeFiles.reasons(text))
                .containsExactly("6:23 services.web.deploy.placement.constraints[0]: " + refusal.replace("\\\"", "\""));
    }

    @Test
    void readsPreferencesInTheirOrder() {
        var web = ComposeFiles.web(
                "deploy: {placement: {preferences: [{spread: node.labels.zone}, {spread: node.labels.rack}]}}");

        assertThat(web.getPlacement().getPreferencesList())
                .containsExactly(
                        PlacementPreference.newBuilder().setLabel("zone").build(),
                        PlacementPreference.newBuilder().setLabel("rack").build());
    }

    @Test
    void refusesToSpreadOverAnythingButLabels() {
        assertThat(ComposeFiles.reasons(
                        ComposeFiles.webText("deploy: {placement: {preferences: [{spread: node.hostname}]}}")))
                .singleElement()
                .asString()
                .contains("services.web.deploy.placement.preferences[0].spread: \"node.hostname\" is nothing");
    }

    @Test
    void aServiceOnEveryAgentHasNoNumber() {
        var web = ComposeFiles.web("deploy: {mode: global}");

        assertThat(web.getGlobal()).isTrue();
        assertThat(web.getReplicas()).isZero();
        assertThat(ComposeFiles.web("deploy: {mode: replicated}").getGlobal()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"deploy: {mode: global, replicas: 2}", "scale: 1\n    deploy: {mode: global}"})
    void refusesANumberOfReplicasOnEveryAgent(String lines) {
        assertThat(ComposeFiles.reasons(ComposeFiles.webText(lines)))
                .singleElement()
                .asString()
                .contains("services.web.deploy.mode: \"global\" is one on every agent, and has no number of replicas");
    }

    @ParameterizedTest
    @ValueSource(strings = {"replicated-job", "global-job"})
    void refusesJobsForNow(String mode) {
        assertThat(ComposeFiles.reasons(ComposeFiles.webText("deploy: {mode: " + mode + "}")))
                .singleElement()
                .asString()
                .contains("services.web.deploy.mode: \"" + mode + "\" is not supported yet");
    }

    @Test
    void keepsLabelsOfTheService() {
        assertThat(ComposeFiles.web("deploy: {labels: {team: shop, empty: }}").getDeployLabelsMap())
                .containsOnly(java.util.Map.entry("team", "shop"), java.util.Map.entry("empty", ""));
        assertThat(ComposeFiles.web("deploy: {labels: ['team=shop']}").getDeployLabelsMap())
                .containsOnly(java.util.Map.entry("team", "shop"));
    }

    @Test
    void readsHowADependencyMatters() {
        var web = ComposeFiles.loaded(
                        """
                        services:
                          db: {image: db}
                          web:
                            image: nginx
                            depends_on:
                              db: {condition: service_healthy, restart: true, required: false}
                        """)
                .getServices(1);

        assertThat(web.getDependsOnList())
                .containsExactly(Dependency.newBuilder()
                        .setService("db")
                        .setCondition(Dependency.Condition.HEALTHY)
                        .setRestart(true)
                        .setOptional(true)
                        .build());
        assertThat(ComposeFiles.loaded("services: {db: {image: db}, web: {image: nginx, depends_on: [db]}}")
                        .getServices(1)
                        .getDependsOnList())
                .containsExactly(Dependency.newBuilder()
                        .setService("db")
                        .setCondition(Dependency.Condition.STARTED)
                        .build());
    }

    @Test
    void goesOnWithoutAServiceWhoseProfileIsOff() {
        var manifest = ComposeFiles.loaded(
                """
                services:
                  trace: {image: trace, profiles: [debug]}
                  web:
                    image: nginx
                    depends_on:
                      trace: {condition: service_started, required: false}
                """);

        assertThat(manifest.getServicesList()).singleElement().satisfies(web -> assertThat(web.getDependsOnCount())
                .isZero());
    }
}
