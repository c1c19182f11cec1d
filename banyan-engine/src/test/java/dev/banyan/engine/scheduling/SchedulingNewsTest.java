package dev.banyan.engine.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.engine.World;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.controller.RecordedEvent;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchedulingNewsTest {
    private static final ObjectKey SHOP = Kinds.DEPLOYMENTS.key("default", "shop");
    private static final ObjectKey BLOG = Kinds.DEPLOYMENTS.key("default", "blog");

    private final List<RecordedEvent> told = new ArrayList<>();
    private final EventRecorder events = new EventRecorder(World.ENV, told::addAll);
    private final SchedulingNews news = new SchedulingNews(events);

    @Test
    void tellsACauseOnceHoweverOftenSomebodyLooksAgain() {
        for (int look = 0; look < 5; look++) {
            news.unplaced(SHOP, Map.of("web", "a1 is lost"));
        }

        assertThat(told()).containsExactly("deployments/default/shop Unplaceable: web: a1 is lost x1");
    }

    @Test
    void tellsAnotherCauseAndTheOneBeforeWhenItIsBack() {
        news.unplaced(SHOP, Map.of("web", "a1 is silent"));
        news.unplaced(SHOP, Map.of("web", "a1 is lost"));
        news.unplaced(SHOP, Map.of("web", "a1 is silent"));

        assertThat(told())
                .containsExactlyInAnyOrder(
                        "deployments/default/shop Unplaceable: web: a1 is silent x2",
                        "deployments/default/shop Unplaceable: web: a1 is lost x1");
    }

    @Test
    void tellsOnlyWhatIsNewOfAnAppThatMissesMore() {
        news.unplaced(SHOP, Map.of("web", "a1 is lost"));
        news.unplaced(SHOP, Map.of("web", "a1 is lost", "db", "a1 is full"));

        assertThat(told())
                .containsExactlyInAnyOrder(
                        "deployments/default/shop Unplaceable: web: a1 is lost x1",
                        "deployments/default/shop Unplaceable: db: a1 is full x1");
    }

    @Test
    void keepsAppsApart() {
        news.unplaced(SHOP, Map.of("web", "a1 is lost"));
        news.unplaced(BLOG, Map.of("web", "a1 is lost"));
        news.settled(BLOG);
        news.unplaced(SHOP, Map.of("web", "a1 is lost"));

        assertThat(told())
                .containsExactlyInAnyOrder(
                        "deployments/default/shop Unplaceable: web: a1 is lost x1",
                        "deployments/default/blog Unplaceable: web: a1 is lost x1");
    }

    @Test
    void tellsACauseAgainThatWasGoneMeanwhile() {
        news.unplaced(SHOP, Map.of("web", "a1 is lost"));
        news.settled(SHOP);
        news.unplaced(SHOP, Map.of("web", "a1 is lost"));
        news.unplaced(SHOP, Map.of());
        news.unplaced(SHOP, Map.of("web", "a1 is lost"));

        assertThat(told()).containsExactly("deployments/default/shop Unplaceable: web: a1 is lost x3");
    }

    @Test
    void reconcilesThatFindNothingNewTellNothing() {
        var world = new World();
        var scheduling = new SchedulingReconciler(world.store, Sources.of(world), news);
        world.agent("a1");
        world.judge("a1", AgentStatus.State.LOST);
        world.task("shop.web.1.0.0", "");
        scheduling.reconcile(new Request(SHOP));
        scheduling.reconcile(new Request(SHOP));
        world.delete(Kinds.TASKS.key("default", "shop.web.1.0.0"));
        scheduling.reconcile(new Request(SHOP));
        world.task("shop.web.1.1.0", "");

        scheduling.reconcile(new Request(SHOP));

        assertThat(told()).containsExactly("deployments/default/shop Unplaceable: web: no agent fits: a1 is lost x2");
    }

    private List<String> told() {
        World.handOver(events);
        return told.stream()
                .map(event -> event.about() + " " + event.reason() + ": " + event.message() + " x" + event.count())
                .toList();
    }
}
