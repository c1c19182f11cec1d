package dev.banyan.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.engine.World;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import dev.banyan.engine.deployment.DeploymentPlan.Waived;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.controller.RecordedEvent;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeploymentNewsTest {
    private static final ObjectKey SHOP = Kinds.DEPLOYMENTS.key("default", "shop");
    private static final String NO_DB = "goes on without db to be healthy: it fails";
    private static final String TOLD = "deployments/default/shop WithoutDependency: ";

    private final World world = new World();
    private final List<RecordedEvent> told = new ArrayList<>();
    private final EventRecorder events = new EventRecorder(World.ENV, told::addAll);
    private final DeploymentNews news = new DeploymentNews(events);

    @Test
    void tellsOnceWhatAServiceGoesWithoutHoweverOftenItIsBegun() {
        var shop = deployed();
        for (int replica = 0; replica < 5; replica++) {
            news.waived(shop, begun("web"), waived("web", NO_DB));
        }

        assertThat(told()).containsExactly(TOLD + "web " + NO_DB + " x1");
    }

    @Test
    void tellsNothingOfServicesThatAreNotBegun() {
        news.waived(deployed(), begun("web"), waived("job", NO_DB));
        news.waived(deployed(), List.of(), waived("web", NO_DB));

        assertThat(told()).isEmpty();
    }

    @Test
    void tellsEachCauseOfEachService() {
        var shop = deployed();
        var both = List.of(new Waived("web", NO_DB), new Waived("web", "goes on without cache to start: it ended"));
        news.waived(shop, begun("web", "job"), both);
        news.waived(shop, begun("job"), waived("job", NO_DB));
        news.waived(shop, begun("web"), both);

        assertThat(told())
                .containsExactlyInAnyOrder(
                        TOLD + "web " + NO_DB + " x1",
                        TOLD + "web goes on without cache to start: it ended x1",
                        TOLD + "job " + NO_DB + " x1");
    }

    @Test
    void tellsAnotherCauseOfTheSameService() {
        var shop = deployed();
        news.waived(shop, begun("web"), waived("web", NO_DB));
        news.waived(shop, begun("web"), waived("web", "goes on without db to be healthy: it fits nowhere"));

        assertThat(told())
                .containsExactly(
                        TOLD + "web " + NO_DB + " x1",
                        TOLD + "web goes on without db to be healthy: it fits nowhere x1");
    }

    @Test
    void tellsItAgainOfTheNextReleaseAndOfTheNextAppOfThatName() {
        var shop = deployed();
        news.waived(shop, begun("web"), waived("web", NO_DB));
        var next = shop.with(shop.spec().toBuilder().setRelease(2).build(), shop.status());
        news.waived(next, begun("web"), waived("web", NO_DB));
        news.waived(next, begun("web"), waived("web", NO_DB));

        world.delete(SHOP);
        world.delete(Kinds.RELEASES.key("default", "shop.1"));
        var anew = deployed();
        news.waived(anew.with(next.spec(), anew.status()), begun("web"), waived("web", NO_DB));
        assertThat(told()).containsExactly(TOLD + "web " + NO_DB + " x3");
    }

    @Test
    void forgetsAnAppThatIsGone() {
        var shop = deployed();
        news.waived(shop, begun("web"), waived("web", NO_DB));
        news.gone(SHOP);
        news.waived(shop, begun("web"), waived("web", NO_DB));

        assertThat(told()).containsExactly(TOLD + "web " + NO_DB + " x2");
    }

    @Test
    void cutsWhatIsTooLongForPeople() {
        news.waived(deployed(), begun("web"), waived("web", "x".repeat(5_000)));

        assertThat(told())
                .singleElement()
                .satisfies(told -> assertThat(told).endsWith("xxx... x1").hasSizeLessThan(300));
    }

    private List<String> told() {
        World.handOver(events);
        return told.stream()
                .map(event -> event.about() + " " + event.reason() + ": " + event.message() + " x" + event.count())
                .toList();
    }

    private Resource<DeploymentSpec, DeploymentStatus> deployed() {
        if (!world.names(Kinds.DEPLOYMENTS).contains("shop")) {
            world.app("shop", World.service("web"));
        }
        return world.get(Kinds.DEPLOYMENTS, "default", "shop");
    }

    private static List<Waived> waived(String service, String reason) {
        return List.of(new Waived(service, reason));
    }

    private static List<Action> begun(String... services) {
        return Stream.of(services)
                .<Action>map(service -> new Action.Create(
                        TaskSpec.newBuilder().setService(service).build()))
                .toList();
    }
}
