package dev.banyan.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.World;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What the controller writes, and what it does when others write meanwhile; what it wants is {@link DeploymentPlannerTest}'s. */
class DeploymentReconcilerTest {
    private static final ObjectKey SHOP = Kinds.DEPLOYMENTS.key("default", "shop");

    private final World world = new World();
    private final DeploymentReconciler deployments =
            new DeploymentReconciler(world.store, source(world), new DeploymentNews(world.events));

    @Test
    void createsNoTasksForAnAppThatWasRemovedMeanwhile() {
        appWithAddress();
        world.store.beforeNextCommit(() -> world.delete(SHOP));

        deployments.reconcile(new Request(SHOP));

        assertThat(world.names(Kinds.TASKS)).isEmpty();
    }

    @Test
    void createsNoTasksForTheSuccessorOfTheAppItReadOf() {
        appWithAddress();
        world.store.beforeNextCommit(() -> {
            world.delete(SHOP);
            world.delete(Kinds.RELEASES.key("default", "shop.1"));
            world.app("shop", World.service("api"));
        });

        deployments.reconcile(new Request(SHOP));

        assertThat(world.names(Kinds.TASKS)).isEmpty();
    }

    @Test
    void makesEachTaskUnderItsOwnNameAndItsAppsLabel() {
        appWithAddress();

        assertThat(deployments.reconcile(new Request(SHOP))).isInstanceOf(Result.Await.class);

        assertThat(world.list(Kinds.TASKS)).singleElement().satisfies(task -> {
            assertThat(task.name()).isEqualTo("shop.web.1.0.0");
            assertThat(task.meta().owners())
                    .containsExactly(
                            world.get(Kinds.DEPLOYMENTS, "default", "shop").asOwner());
            assertThat(DeploymentSource.deploymentOf(task)).containsExactly(SHOP.path());
        });
    }

    @Test
    void doesNothingMoreWhenItIsRunAgain() {
        appWithAddress();
        deployments.reconcile(new Request(SHOP));
        deployments.reconcile(new Request(SHOP));
        long revision = world.revision();

        assertThat(deployments.reconcile(new Request(SHOP))).isEqualTo(Result.done());

        assertThat(world.revision()).isEqualTo(revision);
    }

    @Test
    void comesBackWhenSomebodyElseWasFaster() {
        appWithAddress();
        world.task("shop.cron.1.0.0", "");
        world.store.answerNext(new WriteOutcome.Conflict(SHOP, 77));

        assertThat(deployments.reconcile(new Request(SHOP)))
                .isInstanceOfSatisfying(Result.Await.class, await -> assertThat(await.revision())
                        .isEqualTo(77));
    }

    @Test
    void stopsATaskOnTheContentThatItWasReadWith() {
        appWithAddress();
        var cron = world.task("shop.cron.1.0.0", "");
        world.update(Kinds.TASKS, cron, spec -> spec.toBuilder().setSlot(0).build());

        world.store.beforeNextCommit(() -> world.update(
                Kinds.TASKS, cron, spec -> spec.toBuilder().addTags("changed").build()));
        deployments.reconcile(new Request(SHOP));

        assertThat(world.get(Kinds.TASKS, "default", cron.name()).spec().getDesired())
                .isEqualTo(TaskSpec.Desired.RUN);
    }

    @Test
    void reportsOnlyWhatChanged() {
        appWithAddress();
        deployments.reconcile(new Request(SHOP));
        deployments.reconcile(new Request(SHOP));
        int before = world.store.commits().size();

        deployments.reconcile(new Request(SHOP));

        assertThat(world.store.commits()).hasSize(before);
        assertThat(world.store.commits().stream().flatMap(commit -> commit.writes().stream()))
                .anyMatch(Write.UpdateStatus.class::isInstance);
    }

    private void appWithAddress() {
        world.app("shop", World.service("web"));
        var release = Kinds.RELEASES.key("default", "shop.1");
        world.update(Kinds.RELEASES, release, spec -> spec.toBuilder()
                .putImages("web", "registry.banyan/web@sha256:1")
                .build());
        world.create(
                Kinds.SERVICES,
                Kinds.SERVICES.key("default", "shop.web"),
                ServiceSpec.newBuilder()
                        .setDeployment("shop")
                        .setService("web")
                        .setVirtualAddress("10.200.0.1")
                        .build());
    }

    private static DeploymentSource source(World world) {
        return new DeploymentSource(
                world.lister(Kinds.DEPLOYMENTS),
                world.lister(Kinds.RELEASES),
                world.lister(Kinds.TASKS, Map.of(DeploymentSource.BY_DEPLOYMENT, DeploymentSource::deploymentOf)),
                world.lister(Kinds.SERVICES, Map.of(DeploymentSource.BY_DEPLOYMENT, ofService())),
                world.lister(Kinds.AGENTS),
                world.lister(Kinds.AGENT_REPORTS),
                world.lister(Kinds.ALLOCATIONS),
                world.lister(Kinds.VOLUMES));
    }

    private static <S, T> Function<Resource<S, T>, List<String>> ofService() {
        return service -> List.of(SHOP.path());
    }
}
