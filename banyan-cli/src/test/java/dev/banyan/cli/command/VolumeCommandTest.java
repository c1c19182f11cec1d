package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.RemoveVolumeRequest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeStatus;
import dev.banyan.api.v1.VolumeUse;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeCommandTest {
    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void fill() {
        bench = new CommandBench(directory);
        volume("shop.data", "a-1");
        volume("shop.more", "a-2");
        task("shop.db.1.0.0", TaskStatus.State.RUNNING);
        task("shop.db.1.0.1", TaskStatus.State.FAILED);
    }

    private void commit(Write write) {
        assertThat(bench.cluster.store().commit(Commit.of(write)).written()).isTrue();
    }

    private void volume(String name, String agent) {
        var spec = VolumeSpec.newBuilder()
                .setDeployment("shop")
                .setVolume("data")
                .setAgent(agent)
                .setDirectory("u1-0")
                .putLabels("kept", "yes")
                .build();
        commit(new Write.Create(Draft.of(
                        Kinds.VOLUMES.key("default", name), Kinds.VOLUMES.spec().encode(spec))
                .labelled(Map.of(Labels.DEPLOYMENT, "shop"))
                .finalizedBy(List.of("kept"))));
    }

    private void task(String name, TaskStatus.State state) {
        var spec = TaskSpec.newBuilder()
                .addVolumes(VolumeUse.newBuilder().setName("shop.data"))
                .build();
        var key = Kinds.TASKS.key("default", name);
        commit(new Write.Create(Draft.of(key, Kinds.TASKS.spec().encode(spec))));
        var uid = bench.cluster
                .store()
                .get(key, ReadAt.LATEST)
                .orElseThrow()
                .meta()
                .uid();
        var status = TaskStatus.newBuilder().setState(state).build();
        commit(new Write.UpdateStatus(key, uid, Kinds.TASKS.status().encode(status)));
    }

    @Test
    void listsVolumesWithTheirAgentsAndUses() {
        var key = Kinds.VOLUMES.key("default", "shop.more");
        var uid = bench.cluster
                .store()
                .get(key, ReadAt.LATEST)
                .orElseThrow()
                .meta()
                .uid();
        var waiting =
                VolumeStatus.newBuilder().setWaitingFor("waits for t to end").build();
        commit(new Write.UpdateStatus(key, uid, Kinds.VOLUMES.status().encode(waiting)));
        commit(new Write.Delete(key, uid));

        assertThat(bench.run("volume", "ls").out())
                .isEqualTo(
                        """
                        VOLUME     APP   AGENT  STATE           NOTE
                        shop.data  shop  a-1    used by 1 task  -
                        shop.more  shop  a-2    removing        waits for t to end
                        """);
    }

    @Test
    void showsAllThatIsKnownOfOne() {
        assertThat(bench.run("volume", "inspect", "shop.data", "-o", "json").out())
                .contains("\"schema\": \"banyan.volumes/1\"")
                .contains("\"directory\": \"u1-0\"")
                .contains("\"kept\": \"yes\"")
                .contains("shop.db.1.0.0")
                .doesNotContain("shop.db.1.0.1")
                .doesNotContain("shop.more");
        assertThat(bench.run("volume", "inspect", "shop.data").out())
                .contains("agent")
                .contains("a-1");
    }

    @Test
    void namesThoseThatThereAreForOneThatThereIsNot() {
        var run = bench.run("volume", "inspect", "shop.date");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("there is no volume \"shop.date\"; there are: shop.data, shop.more");
    }

    @Test
    void asksTheEngineToRemoveThoseNamed() {
        var run = bench.run("volume", "rm", "shop.more");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEqualTo("shop.more is being removed; a-2 deletes its data\n");
        assertThat(bench.cluster.removedVolumes())
                .containsExactly(RemoveVolumeRequest.newBuilder()
                        .setNamespace("default")
                        .setVolume("shop.more")
                        .build());
    }

    @Test
    void saysWhatStaysBehindByForce() {
        assertThat(bench.run("volume", "rm", "--force", "shop.more").err())
                .isEqualTo("shop.more is given up; what a-2 has of it stays on its disk\n");
        assertThat(bench.cluster.removedVolumes()).singleElement().satisfies(request -> assertThat(request.getForce())
                .isTrue());
    }

    @Test
    void removesNothingWithoutAName() {
        assertThat(bench.run("volume", "rm").exit()).isEqualTo(2);
        assertThat(bench.cluster.removedVolumes()).isEmpty();
    }
}
