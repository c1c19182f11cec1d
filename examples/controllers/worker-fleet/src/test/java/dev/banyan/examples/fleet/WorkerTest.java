package dev.banyan.examples.fleet;

import static dev.banyan.examples.fleet.Feed.FEEDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.examples.fleet.Feed.Fetch;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.ControllerHarness;
import dev.banyan.runtime.store.WriteOutcome;
import org.junit.jupiter.api.Test;

class WorkerTest {
    private static final ObjectKey FEED = FEEDS.key("", "feed-001");

    @Test
    void countsItsFetchAndComesAgainAfterThePeriod() {
        try (var harness = new ControllerHarness(1)) {
            harness.given(FEEDS, FEED, "https://example.org/feed-001");
            harness.givenStatus(FEEDS, FEED, new Fetch("bert", 7));

            var run = harness.when(Worker.fetcher("anna", harness.lister(FEEDS), harness.store()), FEED);

            assertThat(run.ended()).isEqualTo(Result.requeueAfter(Worker.PERIOD));
            assertThat(harness.find(FEEDS, FEED).orElseThrow().status()).isEqualTo(new Fetch("anna", 8));
        }
    }

    @Test
    void leavesAFeedAloneWhoseWriteIsRefused() {
        try (var harness = new ControllerHarness(1)) {
            harness.given(FEEDS, FEED, "https://example.org/feed-001");
            harness.answer(new WriteOutcome.Fenced(FEED, 1, 2));

            var run = harness.when(Worker.fetcher("anna", harness.lister(FEEDS), harness.store()), FEED);

            assertThat(run.ended()).isNotEqualTo(Result.requeueAfter(Worker.PERIOD));
            assertThat(harness.find(FEEDS, FEED).orElseThrow().status()).isEqualTo(Fetch.NONE);
        }
    }

    @Test
    void readsBackWhatItWrites() {
        var codec = FEEDS.status();

        assertThat(codec.decode(codec.encode(new Fetch("anna", 3)))).isEqualTo(new Fetch("anna", 3));
        assertThat(codec.decode(codec.encode(Fetch.NONE))).isEqualTo(Fetch.NONE);
    }
}
