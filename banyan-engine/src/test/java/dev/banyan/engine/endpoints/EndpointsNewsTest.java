package dev.banyan.engine.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ClaimSpec;
import dev.banyan.engine.World;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.controller.RecordedEvent;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointsNewsTest {
    private static final ObjectKey SHOP = Kinds.DEPLOYMENTS.key("default", "shop");
    private static final ObjectKey BLOG = Kinds.DEPLOYMENTS.key("default", "blog");
    private static final ObjectKey WEB = Kinds.SERVICES.key("default", "shop.web");
    private static final ObjectKey DB = Kinds.SERVICES.key("default", "shop.db");
    private static final String NO_WEB = "services/default/shop.web NoAddress: 64 addresses in a row are taken";

    private final List<RecordedEvent> told = new ArrayList<>();
    private final EventRecorder events = new EventRecorder(World.ENV, told::addAll);
    private final EndpointsNews news = new EndpointsNews(events);

    @Test
    void tellsOnceThatAServiceHasNoAddressHoweverOftenItIsTried() {
        for (int look = 0; look < 5; look++) {
            news.noAddress(SHOP, WEB, 64);
        }

        assertThat(told()).containsExactly(NO_WEB + " x1");
    }

    @Test
    void tellsOfTheNextServiceThatHoldsTheAppUp() {
        news.noAddress(SHOP, WEB, 64);
        news.noAddress(SHOP, DB, 64);
        news.noAddress(SHOP, DB, 64);

        assertThat(told())
                .containsExactlyInAnyOrder(
                        NO_WEB + " x1", "services/default/shop.db NoAddress: 64 addresses in a row are taken x1");
    }

    @Test
    void tellsItAgainOnceItWasOtherwiseAndKeepsAppsApart() {
        news.noAddress(SHOP, WEB, 64);
        news.settled(BLOG);
        news.noAddress(SHOP, WEB, 64);
        news.settled(SHOP);
        news.noAddress(SHOP, WEB, 64);

        assertThat(told()).containsExactly(NO_WEB + " x2");
    }

    @Test
    void tellsOnlyWhenTrafficBeginsAndEnds() {
        var web = Kinds.ENDPOINTS.key("default", "shop.web");
        news.served(web, false, true);
        news.served(web, true, true);
        news.served(web, true, false);
        news.served(web, false, false);

        assertThat(told())
                .containsExactly(
                        "endpoints/default/shop.web Serving: a replica receives traffic x1",
                        "endpoints/default/shop.web NotServing: no replica may receive traffic x1");
    }

    @Test
    void reconcilesThatTryAgainTellNothing() {
        var world = new World();
        var source = EndpointsReconcilerTest.source(world);
        var endpoints = new EndpointsReconciler(world.store, source, news);
        world.app("shop", World.service("web"));
        for (int attempt = 0; attempt < 64; attempt++) {
            var key = Kinds.CLAIMS.key("", "vip." + AddressRange.VIRTUAL.candidate(WEB.path(), attempt));
            world.create(Kinds.CLAIMS, key, ClaimSpec.getDefaultInstance());
        }
        for (int look = 0; look < 3; look++) {
            endpoints.reconcile(new Request(SHOP));
        }
        world.delete(SHOP);
        endpoints.reconcile(new Request(SHOP));
        world.delete(Kinds.RELEASES.key("default", "shop.1"));
        world.app("shop", World.service("web"));
        endpoints.reconcile(new Request(SHOP));

        assertThat(told()).as("once of each app of that name").containsExactly(NO_WEB + " x2");
    }

    private List<String> told() {
        World.handOver(events);
        return told.stream()
                .map(event -> event.about() + " " + event.reason() + ": " + event.message() + " x" + event.count())
                .toList();
    }
}
