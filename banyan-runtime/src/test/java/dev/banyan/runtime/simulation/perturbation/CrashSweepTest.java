package dev.banyan.runtime.simulation.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.simulation.SimulationFailure;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** The sweep passes a controller that is made for crashes, and catches one of each kind that is not. */
class CrashSweepTest {
    private static final int SEEDS = 10;

    @Test
    void passesAControllerWithNamedChildrenAndDerivedStatus() {
        var families = new Families("named children", CrashSweepTest::namedChildren);
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(CrashSweep.over(families, seed)).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void catchesAControllerThatDrawsTheNamesOfItsChildren() {
        var families = new Families("drawn names", CrashSweepTest::drawnNames);

        assertThatThrownBy(() -> sweep(families))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("drawn names")
                .hasMessageContaining("children");
    }

    @Test
    void catchesAControllerThatActsOnAWriteThatOnlyOneOfTwoCommitsMade() {
        var families = new Families("two commits", CrashSweepTest::statusFirst);

        assertThatThrownBy(() -> sweep(families))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("two commits")
                .hasMessageContaining("crash");
    }

    @Test
    void catchesAControllerThatNeverComesToRest() {
        var families = new Families("restless", CrashSweepTest::restless);

        assertThatThrownBy(() -> CrashSweep.over(families, 1))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("still writing");
    }

    private static void sweep(Families families) {
        for (long seed = 0; seed < SEEDS; seed++) {
            CrashSweep.over(families, seed);
        }
    }

    private static Reconciler namedChildren(
            Lister<String, String> parents, Lister<String, String> children, Store store, Env env) {
        return request -> {
            var parent = parents.get(request.key());
            if (parent.isEmpty()) {
                return Result.done();
            }
            int wanted = Integer.parseInt(parent.get().spec());
            var have = new HashSet<String>();
            children.byIndex("parent", parent.get().name()).forEach(child -> have.add(child.name()));
            for (int slot = 0; slot < wanted; slot++) {
                var name = parent.get().name() + "." + slot;
                if (!have.contains(name)) {
                    var outcome = store.commit(Commit.of(Families.child(parent.get(), name)));
                    if (!outcome.written()) {
                        return Result.after(outcome);
                    }
                }
            }
            return parent.get().status().equals(String.valueOf(have.size()))
                    ? Result.done()
                    : Result.after(store.commit(Commit.of(Families.status(parent.get(), have.size()))));
        };
    }

    /** Each look at a cache that is behind makes children that exist already, under other names. */
    private static Reconciler drawnNames(
            Lister<String, String> parents, Lister<String, String> children, Store store, Env env) {
        return request -> {
            var parent = parents.get(request.key()).orElseThrow();
            int have = children.byIndex("parent", parent.name()).size();
            for (int slot = have; slot < Integer.parseInt(parent.spec()); slot++) {
                var name = parent.name() + "." + env.entropy().uid();
                store.commit(Commit.of(Families.child(parent, name)));
            }
            store.commit(Commit.of(Families.status(
                    parent, children.byIndex("parent", parent.name()).size())));
            return Result.done();
        };
    }

    /** Takes its own status for the proof that the children were made. */
    private static Reconciler statusFirst(
            Lister<String, String> parents, Lister<String, String> children, Store store, Env env) {
        return request -> {
            var parent = parents.get(request.key()).orElseThrow();
            if (!parent.status().isEmpty()) {
                return Result.done();
            }
            store.commit(Commit.of(Families.status(parent, 3)));
            for (int slot = 0; slot < 3; slot++) {
                store.commit(Commit.of(Families.child(parent, parent.name() + "." + slot)));
            }
            return Result.done();
        };
    }

    private static Reconciler restless(
            Lister<String, String> parents, Lister<String, String> children, Store store, Env env) {
        return request -> {
            var parent = parents.get(request.key()).orElseThrow();
            env.signal().await(Duration.ofSeconds(3));
            int next = parent.status().isEmpty() ? 0 : Integer.parseInt(parent.status()) + 1;
            return Result.after(store.commit(Commit.of(Families.status(parent, next))));
        };
    }
}
