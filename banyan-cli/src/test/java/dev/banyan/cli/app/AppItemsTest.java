package dev.banyan.cli.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.cli.FakeCluster;
import dev.banyan.cli.TestDeployments;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Resource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppItemsTest {
    private final FakeCluster cluster = new FakeCluster(new SystemEnv());

    @BeforeEach
    void deploy() {
        var _ = cluster.apply(TestDeployments.apply("shop"));
    }

    @Test
    void sumsWhatItsServicesWantAndHave() {
        report(2, 2);

        assertThat(AppItems.app(cluster.deployment("shop")))
                .contains(entry("wanted", 5), entry("ready", 4), entry("state", "starting"))
                .hasEntrySatisfying("services", services -> assertThat(services)
                        .isInstanceOfSatisfying(
                                List.class, list -> assertThat(list.size()).isEqualTo(2)));
    }

    @Test
    void isReadyWhenAllIsThatTheReportKnowsOf() {
        report(3, 2);
        assertThat(AppItems.app(cluster.deployment("shop"))).containsEntry("state", "ready");
    }

    @Test
    void isNotReadyByAReportOfTheReleaseBefore() {
        report(3, 2);
        var again = TestDeployments.apply("shop").toBuilder()
                .setExpectedRevision(cluster.deployment("shop").meta().revision());
        var _ = cluster.apply(again.build());

        assertThat(AppItems.app(cluster.deployment("shop"))).containsEntry("state", "starting");
    }

    @Test
    void isBeingRemovedWhateverItsReportSays() {
        report(3, 2);
        var _ = cluster.remove(TestDeployments.remove("shop"));

        assertThat(AppItems.app(cluster.deployment("shop"))).containsEntry("state", "removing");
    }

    @ParameterizedTest
    @CsvSource({
        "STATE_UNSPECIFIED,false,pending",
        "PENDING,false,pending",
        "PREPARING,false,preparing",
        "STARTING,false,starting",
        "RUNNING,false,running",
        "RUNNING,true,ready",
        "STOPPING,true,stopping",
        "EXITED,false,exited",
        "FAILED,false,failed"
    })
    void saysInOneWordWhatAReplicaIs(TaskStatus.State state, boolean ready, String word) {
        assertThat(AppItems.state(
                        TaskStatus.newBuilder().setState(state).setReady(ready).build()))
                .isEqualTo(word);
    }

    @Test
    void takesAStateThatItDoesNotKnowForPending() {
        assertThat(AppItems.state(TaskStatus.newBuilder().setStateValue(99).build()))
                .isEqualTo("pending");
    }

    @Test
    void describesAReplica() {
        var status = TaskStatus.newBuilder()
                .setState(TaskStatus.State.EXITED)
                .setAttempt(4)
                .setExitCode(3)
                .setAddress("10.1.2.3")
                .setMessage("boom");
        cluster.task("shop", "web", 1, "a1", status.build());
        var task = TestDeployments.state(cluster, "shop", 1).tasks().getFirst();

        assertThat(AppItems.replica(task))
                .contains(
                        entry("task", "shop.web.1.1.0"),
                        entry("replica", 1),
                        entry("agent", "a1"),
                        entry("state", "exited"),
                        entry("attempt", 4),
                        entry("exit_code", 3),
                        entry("address", "10.1.2.3"),
                        entry("message", "boom"));
    }

    @Test
    void showsDevicesLabelsAndAnnotationsOfAReplicaThatHasAny() {
        cluster.task("shop", "web", 1, "a1", TaskStatus.getDefaultInstance());
        var plain = TestDeployments.state(cluster, "shop", 1).tasks().getFirst();
        var spec = plain.spec().toBuilder();
        spec.getAssignmentBuilder().addDevices("a.b/c=0");
        spec.getContainerBuilder()
                .getSettingsBuilder()
                .putLabels("team", "shop")
                .putAnnotations("note", "x");
        var equipped = new Resource<>(plain.key(), plain.meta(), spec.build(), plain.status());

        assertThat(AppItems.replica(equipped))
                .contains(
                        entry("devices", List.of("a.b/c=0")),
                        entry("labels", Map.of("team", "shop")),
                        entry("annotations", Map.of("note", "x")));
        assertThat(AppItems.replica(plain)).doesNotContainKeys("devices", "labels", "annotations");
    }

    @Test
    void guessesWhichAppIsMeant() {
        assertThat(Apps.lookUp(cluster.store(), "shop")).isPresent();
        assertThat(Apps.lookUp(cluster.store(), "no/such name")).isEmpty();
        assertThatThrownBy(() -> Apps.find(cluster.store(), "shob"))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("there is no app \"shob\"; ")
                .hasMessageContaining("shop");
        assertThatThrownBy(() -> Apps.find(cluster.store(), "something-else")).hasMessageContaining("there are: shop");
        assertThatThrownBy(() -> Apps.find(new FakeCluster(new SystemEnv()).store(), "shop"))
                .hasMessageContaining("there is none at all");
    }

    private void report(int webs, int dbs) {
        cluster.report(
                "shop",
                DeploymentStatus.newBuilder()
                        .addServices(ServiceProgress.newBuilder()
                                .setService("web")
                                .setWanted(3)
                                .setReady(webs))
                        .addServices(ServiceProgress.newBuilder()
                                .setService("db")
                                .setWanted(2)
                                .setReady(dbs)));
    }
}
