package dev.banyan.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllerHarnessTest {
    private static final Kind<String, String> SETS = Texts.kind("sets");
    private static final Kind<String, String> PODS = Texts.kind("pods");
    private static final ObjectKey WEB = SETS.key("default", "web");

    private final ControllerHarness harness = new ControllerHarness(1);
    private final Lister<String, String> sets = harness.lister(SETS);
    private final Lister<String, String> pods =
            harness.lister(PODS, builder -> builder.index("set", pod -> List.of(pod.spec())));
    private final Reconciler reconciler = fill(sets, pods, harness.store());

    @AfterEach
    void close() {
        harness.close();
    }

    /** What a user's test looks like. */
    @Test
    void createsThePodsThatAreMissing() {
        harness.given(SETS, WEB, "2");
        harness.given(PODS, PODS.key("default", "web.1"), "web");

        var run = harness.when(reconciler, WEB);

        assertThat(run.ended()).isEqualTo(Result.done());
        assertThat(run.writes()).extracting(Write::key).containsExactly(PODS.key("default", "web.0"));
        assertThat(pods.byIndex("set", "web")).hasSize(2);
    }

    @Test
    void givesItsStoreToAReconcilerThatWritesByItsController() {
        harness.given(SETS, WEB, "2");
        Reconciler.Writing writing = (request, store) -> fill(sets, pods, store).reconcile(request);

        assertThat(harness.when(writing, WEB).writes()).isNotEmpty();
        assertThat(harness.settle(writing, WEB).commits()).isEmpty();
        assertThat(pods.list()).hasSize(2);
    }

    @Test
    void comesToRest() {
        harness.given(SETS, WEB, "3");

        assertThat(harness.settle(reconciler, WEB).writes()).isEmpty();
        assertThat(pods.list()).hasSize(3);
    }

    @Test
    void noticesWhatDoesNotComeToRest() {
        Reconciler restless = request -> Result.after(harness.store()
                .commit(Commit.of(new Write.Create(Draft.of(
                        PODS.key("default", "p" + harness.env().entropy().uid()), Bytes.EMPTY)))));

        assertThatThrownBy(() -> harness.settle(restless, WEB))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("still written");
    }

    @Test
    void answersACommitAsTheTestWants() {
        harness.given(SETS, WEB, "1");
        harness.answer(new WriteOutcome.Conflict(WEB, 7));

        assertThat(harness.when(reconciler, WEB).ended()).isEqualTo(Result.await(7));
        assertThat(pods.list()).isEmpty();
        assertThat(harness.when(reconciler, WEB).ended()).isEqualTo(Result.done());
    }

    @Test
    void tellsAFailureFromAResult() {
        harness.given(SETS, WEB, "not a number");

        var run = harness.when(reconciler, WEB);

        assertThat(run.failure()).containsInstanceOf(NumberFormatException.class);
        assertThatThrownBy(run::ended).isInstanceOf(AssertionError.class).hasMessageContaining("not a number");
    }

    @Test
    void letsCachesBeBehind() {
        harness.given(SETS, WEB, "1");
        harness.cutCaches();
        harness.given(SETS, WEB, "5");
        harness.given(PODS, PODS.key("default", "web.0"), "web");
        Reconciler patient = request -> {
            harness.env().signal().await(Duration.ofMinutes(1));
            return Result.stalled(sets.get(WEB).orElseThrow().spec());
        };
        assertThat(harness.when(patient, WEB).ended()).isEqualTo(Result.stalled("1"));

        assertThat(harness.when(reconciler, WEB).ended())
                .as("exists already, and the cache does not know")
                .isEqualTo(Result.requeueAfter(Result.CACHE_CATCHES_UP));
        harness.healCaches();
        harness.settle(reconciler, WEB);
        assertThat(pods.list()).hasSize(5);
    }

    @Test
    void givesAStatusAndADeletion() {
        harness.given(SETS, Draft.of(WEB, Bytes.utf8("1")).finalizedBy(List.of("example.org/hold")));
        harness.givenStatus(SETS, WEB, "ready");
        harness.givenDeletion(WEB);

        assertThat(harness.find(SETS, WEB)).hasValueSatisfying(set -> {
            assertThat(set.status()).isEqualTo("ready");
            assertThat(set.meta().deleting()).isTrue();
        });
        assertThatThrownBy(() -> harness.givenDeletion(SETS.key("default", "other")))
                .hasMessageContaining("does not exist");
    }

    @Test
    void waitsInSimulatedTime() {
        Reconciler slow = request -> {
            harness.env().signal().await(Duration.ofMinutes(9));
            return Result.done();
        };

        assertThat(harness.when(slow, WEB).ended()).isEqualTo(Result.done());
    }

    private static Reconciler fill(Lister<String, String> sets, Lister<String, String> pods, Store store) {
        return request -> {
            var set = sets.get(request.key());
            int wanted = set.isEmpty() ? 0 : Integer.parseInt(set.get().spec());
            for (int slot = 0; slot < wanted; slot++) {
                var key = PODS.key("default", request.key().name() + "." + slot);
                if (pods.get(key).isEmpty()) {
                    var pod = Draft.of(key, Bytes.utf8(request.key().name()));
                    var outcome = store.commit(Commit.of(new Write.Create(pod)));
                    if (!outcome.written()) {
                        return Result.after(outcome);
                    }
                }
            }
            return Result.done();
        };
    }
}
