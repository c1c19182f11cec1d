package dev.banyan.engine.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.Placement;
import dev.banyan.api.v1.PlacementConstraint;
import dev.banyan.api.v1.PlacementConstraint.Subject;
import dev.banyan.api.v1.TaskSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConstraintsTest {
    private static final Candidate EU = agent("eu-1", Map.of("zone", "eu", "disk", "SSD"));
    private static final Candidate US = agent("us-1", Map.of("zone", "us"));
    private static final Candidate BARE = agent("bare", Map.of());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NAME         |      | false | eu-1      |",
                "NAME         |      | false | EU-1      |",
                "NAME         |      | false | us-1      | name is eu-1, not us-1",
                "NAME         |      | true  | eu-1      | name is eu-1",
                "ID           |      | false | uid-eu-1  |",
                "ID           |      | false | eu-1      | id is uid-eu-1, not eu-1",
                "LABEL        | zone | false | eu        |",
                "LABEL        | zone | false | us        | label zone is eu, not us",
                "LABEL        | zone | true  | eu        | label zone is eu",
                "LABEL        | zone | true  | us        |",
                "LABEL        | disk | false | ssd       |",
                "LABEL        | rack | false | r1        | 'has no label rack, must be r1'",
                "LABEL        | rack | true  | r1        |",
                "OS           |      | false | linux     |",
                "OS           |      | true  | linux     | operating system is linux",
                "ARCHITECTURE |      | false | arm64     |",
                "ARCHITECTURE |      | false | amd64     | architecture is arm64, not amd64",
            })
    void comparesWithWhatTheAgentIs(Subject subject, String label, boolean negated, String value, String refusal) {
        var constraint = PlacementConstraint.newBuilder()
                .setSubject(subject)
                .setLabel(label == null ? "" : label)
                .setNegated(negated)
                .setValue(value)
                .build();

        assertThat(Constraints.refusal(constraint, EU).orElse("")).isEqualTo(refusal == null ? "" : refusal);
    }

    @Test
    void asksNothingOfAnAgentThatHasNotReported() {
        var silent = new Candidate(
                "a1", "u", List.of(), Map.of(), false, State.READY, AgentReportStatus.getDefaultInstance(), Map.of());
        var constraint = PlacementConstraint.newBuilder()
                .setSubject(Subject.ARCHITECTURE)
                .setValue("amd64")
                .build();

        assertThat(Constraints.refusal(constraint, silent)).contains("has no architecture, must be amd64");
    }

    @Test
    void allOfThemMustHold() {
        var task = task(zone("eu", false), zone("us", true));

        assertThat(new Placing(List.of(EU, US, BARE)).choose(task))
                .isInstanceOfSatisfying(Placing.Choice.Chosen.class, chosen -> assertThat(chosen.agent())
                        .isEqualTo("eu-1"));
        assertThat(new Placing(List.of(US, BARE)).choose(task))
                .isInstanceOfSatisfying(Placing.Choice.Nowhere.class, nowhere -> assertThat(nowhere.summary())
                        .isEqualTo("no agent fits: bare has no label zone, must be eu; us-1 label zone is us, not eu"));
    }

    @Test
    void aTaskForOneAgentGoesThereOrNowhere() {
        var task = TaskSpec.newBuilder()
                .setDeployment("shop")
                .setService("web")
                .setPinned(Assignment.newBuilder().setAgent("us-1").setAgentUid("uid-us-1"))
                .build();
        var successor = task.toBuilder()
                .setPinned(Assignment.newBuilder().setAgent("us-1").setAgentUid("other"))
                .build();
        var placing = new Placing(List.of(EU, US, BARE));

        assertThat(placing.choose(task))
                .isInstanceOfSatisfying(Placing.Choice.Chosen.class, chosen -> assertThat(chosen.agent())
                        .isEqualTo("us-1"));
        assertThat(placing.choose(successor)).isInstanceOf(Placing.Choice.Nowhere.class);
    }

    @Test
    void anAgentSuitsWhateverItsStateButIsOpenOnlyWhileItMayGetTasks() {
        var lost =
                new Candidate("lost", "u1", List.of(), Map.of("zone", "eu"), false, State.LOST, EU.report(), Map.of());
        var silent = new Candidate(
                "silent", "u2", List.of(), Map.of("zone", "eu"), false, State.SUSPECT, EU.report(), Map.of());
        var cordoned = new Candidate(
                "cordoned", "u3", List.of(), Map.of("zone", "eu"), true, State.READY, EU.report(), Map.of());

        assertThat(new Placing(List.of(EU, US, lost, silent, cordoned)).suitable(task(zone("eu", false))))
                .containsExactly(
                        new Placing.Suitable("cordoned", "u3", false),
                        new Placing.Suitable("eu-1", "uid-eu-1", true),
                        new Placing.Suitable("lost", "u1", false),
                        new Placing.Suitable("silent", "u2", true));
    }

    private static PlacementConstraint zone(String value, boolean negated) {
        return PlacementConstraint.newBuilder()
                .setSubject(Subject.LABEL)
                .setLabel("zone")
                .setNegated(negated)
                .setValue(value)
                .build();
    }

    private static TaskSpec task(PlacementConstraint... constraints) {
        return TaskSpec.newBuilder()
                .setDeployment("shop")
                .setService("web")
                .setPlacement(Placement.newBuilder().addAllConstraints(List.of(constraints)))
                .build();
    }

    private static Candidate agent(String name, Map<String, String> labels) {
        var report = AgentReportStatus.newBuilder().setPlatform("linux/arm64").build();
        return new Candidate(name, "uid-" + name, List.of(), labels, false, State.READY, report, Map.of());
    }
}
