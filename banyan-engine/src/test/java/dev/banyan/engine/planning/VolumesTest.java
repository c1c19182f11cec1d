package dev.banyan.engine.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.api.v1.AllowedBind;
import dev.banyan.api.v1.HostPath;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeUse;
import dev.banyan.engine.World;
import dev.banyan.engine.planning.Placing.Choice;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Write;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VolumesTest {
    private final World world = new World();

    @Test
    void putsEveryTaskOfAVolumeWhereTheFirstOneIs() {
        var placing = placing("a1", "a2");
        var task = mounting("data");

        var first = (Choice.Chosen) placing.place("u1", "t1", task);
        var second = (Choice.Chosen) placing.place("u2", "t2", task);

        assertThat(second.agent()).isEqualTo(first.agent());
        assertThat(placing.volumes().fresh()).containsOnlyKeys("data");
        var made = java.util.Objects.requireNonNull(placing.volumes().fresh().get("data"));
        assertThat(made.getAgent()).isEqualTo(first.agent());
        assertThat(made.getAgentUid()).isEqualTo("uid-" + first.agent());
        assertThat(made.getDeployment()).isEqualTo("shop");
        assertThat(made.getLabelsMap()).containsEntry("a", "b");
        assertThat(placing.volumes().placed(task)).singleElement().satisfies(use -> assertThat(use.getDirectory())
                .isEqualTo(made.getDirectory()));
    }

    @Test
    void neverGivesTwoVolumesOneDirectory() {
        var placing = placing("a1");

        placing.place("u1", "t1", mounting("data", "more"));
        placing.place("u2", "t2", mounting("third"));

        assertThat(placing.volumes().fresh().values())
                .extracting(VolumeSpec::getDirectory)
                .doesNotHaveDuplicates()
                .hasSize(3);
    }

    @Test
    void choosesWithoutMakingAnything() {
        var placing = placing("a1");

        assertThat(placing.choose(mounting("data"))).isInstanceOf(Choice.Chosen.class);

        assertThat(placing.volumes().fresh()).isEmpty();
    }

    @Test
    void saysWhereTheVolumeIsThatAnAgentHasNot() {
        volume("data", "a2");

        assertThat(agent(placing("a1", "a2").choose(mounting("data")))).isEqualTo("a2");
        var lost = new Placing(List.of(candidate("a1", State.READY), candidate("a2", State.LOST)), volumes());
        assertThat(summary(lost.choose(mounting("data"))))
                .isEqualTo("no agent fits: a1 cannot take it: volume data is on a2; a2 is lost");
    }

    @Test
    void doesNotTakeAnAgentOfTheSameNameForTheOneThatHasTheVolume() {
        volume("data", "a1");
        var joinedAnew = new Candidate(
                "a1",
                "another",
                List.of(),
                Map.of(),
                false,
                State.READY,
                AgentReportStatus.getDefaultInstance(),
                Map.of());

        assertThat(summary(new Placing(List.of(joinedAnew), volumes()).choose(mounting("data"))))
                .contains("volume data is on a1, which has left the cluster")
                .contains("banyan-cli volume rm --force data");
        assertThat(summary(placing("a2").choose(mounting("data")))).contains("has left the cluster");
    }

    @Test
    void placesNothingOnVolumesOfDifferentAgents() {
        volume("data", "a1");
        volume("more", "a2");

        assertThat(summary(placing("a1", "a2").choose(mounting("data", "more"))))
                .isEqualTo("no agent fits: a1 cannot take it: volume more is on a2;"
                        + " a2 cannot take it: volume data is on a1");
    }

    @Test
    void placesNothingOnAVolumeThatIsBeingRemoved() {
        volume("data", "a1");
        var object = world.truth
                .get(Kinds.VOLUMES.key("default", "data"), dev.banyan.runtime.store.ReadAt.LATEST)
                .orElseThrow();
        world.truth.commit(
                Commit.of(new Write.Delete(object.key(), object.meta().uid())));

        assertThat(summary(placing("a1").choose(mounting("data")))).contains("volume data is being removed");
    }

    @Test
    void placesNothingOnAVolumeOfAnotherAppUnlessToldThatItIs() {
        volume("data", "a1");
        var other = mounting("data").toBuilder().setDeployment("blog").build();
        var external = other.toBuilder()
                .setVolumes(0, other.getVolumes(0).toBuilder().setExternal(true))
                .build();

        assertThat(summary(placing("a1").choose(other))).contains("volume data belongs to app shop");
        assertThat(agent(placing("a1").choose(external))).isEqualTo("a1");
    }

    @Test
    void waitsForAnExternalVolumeInsteadOfMakingIt() {
        var task = mounting("data");
        var external = task.toBuilder()
                .setVolumes(0, task.getVolumes(0).toBuilder().setExternal(true))
                .build();

        assertThat(summary(placing("a1").choose(external))).contains("external volume data is not there");
    }

    @Test
    void knowsVolumesOfItsNamespaceOnly() {
        volume("data", "a2");

        var elsewhere =
                new Placing(List.of(candidate("a1", State.READY)), Volumes.of(world.lister(Kinds.VOLUMES), "other"));

        assertThat(agent(elsewhere.choose(mounting("data")))).isEqualTo("a1");
    }

    @Test
    void asksTheAgentsSettingsForPathsOfTheirServers() {
        var task = TaskSpec.newBuilder().setDeployment("shop").setService("web");
        task.getContainerBuilder()
                .addMounts(Mount.newBuilder()
                        .setTarget("/in")
                        .setHost(HostPath.newBuilder().setPath("/srv/files")));
        var allows = new Candidate(
                "a2",
                "uid-a2",
                List.of(),
                Map.of(),
                false,
                State.READY,
                AgentReportStatus.newBuilder()
                        .addBinds(AllowedBind.newBuilder().setPath("/srv").setWritable(true))
                        .build(),
                Map.of());

        assertThat(agent(new Placing(List.of(candidate("a1", State.READY), allows)).choose(task.build())))
                .isEqualTo("a2");
        assertThat(summary(placing("a1").choose(task.build())))
                .contains("a1 does not let containers have /srv/files (its setting \"binds\" does not name it)");
    }

    private Placing placing(String... agents) {
        return new Placing(
                List.of(agents).stream()
                        .map(name -> candidate(name, State.READY))
                        .toList(),
                volumes());
    }

    private Volumes volumes() {
        return Volumes.of(world.lister(Kinds.VOLUMES), "default");
    }

    private static Candidate candidate(String name, State state) {
        return new Candidate(
                name,
                "uid-" + name,
                List.of(),
                Map.of(),
                false,
                state,
                AgentReportStatus.getDefaultInstance(),
                Map.of());
    }

    private void volume(String name, String agent) {
        var spec = VolumeSpec.newBuilder()
                .setDeployment("shop")
                .setAgent(agent)
                .setAgentUid("uid-" + agent)
                .setDirectory("d-" + name)
                .build();
        world.truth.commit(Commit.of(new Write.Create(Draft.of(
                        Kinds.VOLUMES.key("default", name), Kinds.VOLUMES.spec().encode(spec))
                .finalizedBy(List.of("kept")))));
    }

    private static TaskSpec mounting(String... volumes) {
        var task = TaskSpec.newBuilder().setDeployment("shop").setService("db");
        for (var volume : volumes) {
            task.addVolumes(VolumeUse.newBuilder().setName(volume).putLabels("a", "b"));
        }
        return task.build();
    }

    private static String agent(Choice choice) {
        return ((Choice.Chosen) choice).agent();
    }

    private static String summary(Choice choice) {
        return ((Choice.Nowhere) choice).summary();
    }
}
