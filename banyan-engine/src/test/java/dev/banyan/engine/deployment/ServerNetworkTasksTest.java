package dev.banyan.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.Powers;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import dev.banyan.engine.planning.Placing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tasks on their server's network: the one before gives its ports back first. */
class ServerNetworkTasksTest {
    private static final Map<String, String> ADDRESSES = Map.of("db", "10.200.0.2");
    private static final ReleaseSpec ONE = release(1, true);
    private static final ReleaseSpec TWO = Fixture.changed(release(2, true));

    @Test
    void oneIsStoppedBeforeTheNextBegins() {
        var plan = plan(Fixture.tasksOf(ONE, State.RUNNING));

        assertThat(plan.actions()).singleElement().isInstanceOf(Action.Stop.class);
        assertThat(plan.waiting()).singleElement().satisfies(waiting -> assertThat(waiting.reason())
                .isEqualTo("waits for shop.db.1.0.0 to end: both have their server's network"));
    }

    @Test
    void startsBesideOneThatHasALinkOfItsOwn() {
        var plan = plan(Fixture.tasksOf(release(1, false), State.RUNNING));

        assertThat(plan.actions()).singleElement().isInstanceOf(Action.Create.class);
    }

    private static DeploymentPlan plan(List<TaskView> tasks) {
        var deployment = DeploymentSpec.newBuilder().setName("shop").build();
        return new DeploymentPlanner("shop", deployment, tasks).forRelease(TWO, ADDRESSES, new Placing(List.of()));
    }

    private static ReleaseSpec release(long number, boolean onServer) {
        var service = Fixture.service("db", 1).toBuilder();
        if (onServer) {
            service.setSettings(ContainerSettings.newBuilder()
                    .setPowers(Powers.newBuilder().addHostNamespaces(HostNamespace.NETWORK)));
        }
        return Fixture.release(number, service.build());
    }
}
