package dev.banyan.simulated;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.runtime.simulation.campaign.Mode;
import dev.banyan.runtime.simulation.campaign.Schedule;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.simulation.fault.Strike;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.simulated.world.Fate;
import dev.banyan.simulated.world.Sabotage;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The simulation finds what it is there to find: controllers whose deeds are lost or that do not see what there is. */
class SabotageTest {
    private static final int SEEDS = 5;

    @Test
    void findsAnEngineWhoseTasksAreNeverDeleted() {
        // It deletes again and again.
        findsIn(Story.REMOVE, ofEngine(SabotageTest::deletesTask), "not settled");
    }

    @Test
    void findsAnEngineThatNeverTellsATaskToStop() {
        // It tells again and again, and each time people are told.
        findsIn(Story.SCALE, ofEngine(SabotageTest::stops), "not settled");
    }

    @Test
    void findsAnAgentThatLeavesItsContainersBehind() {
        var died = Set.of(new Strike("container-exit", "a1", 5));
        var schedule = new Schedule(1, Mode.LIVENESS, Optional.of(died), Map.of("agents", 1), false);

        assertThatThrownBy(() -> tell(Story.DEPLOY, schedule, ofAgents("remove")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("containers on");
    }

    @Test
    void findsAnAgentThatLeavesItsSandboxesBehind() {
        findsIn(Story.CHANGE_IMAGE, ofAgents("removeSandbox"), "sandboxes on");
    }

    @Test
    void findsAnAgentThatStartsAContainerTwice() {
        UnaryOperator<ContainerRuntime> hasty =
                runtime -> instead(runtime, "createContainer", (proxy, method, arguments) -> {
                    var spec = (ContainerSpec) arguments[1];
                    var second = ContainerSpec.of(spec.name(), spec.attempt() + 1, spec.image(), "again.log")
                            .withLabels(spec.labels());
                    runtime.start(runtime.createContainer((String) arguments[0], second));
                    return runtime.createContainer((String) arguments[0], spec);
                });

        findsIn(Story.DEPLOY, new Sabotage(UnaryOperator.identity(), hasty), "S4: a");
    }

    private void findsIn(Story story, Sabotage sabotage, String what) {
        assertThatThrownBy(() -> {
                    for (long seed = 1; seed <= SEEDS; seed++) {
                        tell(story, Schedule.drawn(seed, Mode.CALM), sabotage);
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(what);
    }

    private void tell(Story story, Schedule schedule, Sabotage sabotage) throws IOException {
        try (var trial = new Trial(schedule, Fate.ALL)) {
            new ClusterPlay(sabotage).play(trial, story::tell);
        }
    }

    private static boolean deletesTask(Write write) {
        return write instanceof Write.Delete && write.key().kind().equals(Kinds.TASKS.name());
    }

    private static boolean stops(Write write) {
        return write instanceof Write.Update update
                && update.key().kind().equals(Kinds.TASKS.name())
                && Kinds.TASKS.spec().decode(update.draft().spec()).getDesired() == TaskSpec.Desired.STOP;
    }

    /** Commits with such a write are answered as landed, and are not. */
    private static Sabotage ofEngine(Predicate<Write> lost) {
        UnaryOperator<Store> forgetful = store -> (Store) Proxy.newProxyInstance(
                SabotageTest.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                    boolean loses = method.getName().equals("commit")
                            && ((Commit) arguments[0]).writes().stream().anyMatch(lost);
                    return loses
                            ? new WriteOutcome.Written(store.list(Selection.of("none"), ReadAt.LATEST)
                                    .revision())
                            : call(() -> method.invoke(store, arguments));
                });
        return new Sabotage(forgetful, UnaryOperator.identity());
    }

    /** This call of the container runtime does nothing. */
    private static Sabotage ofAgents(String lost) {
        return new Sabotage(
                UnaryOperator.identity(), runtime -> instead(runtime, lost, (proxy, method, arguments) -> null));
    }

    private static ContainerRuntime instead(ContainerRuntime runtime, String name, InvocationHandler replacement) {
        return (ContainerRuntime) Proxy.newProxyInstance(
                SabotageTest.class.getClassLoader(),
                new Class<?>[] {ContainerRuntime.class},
                (proxy, method, arguments) -> method.getName().equals(name)
                        ? replacement.invoke(proxy, method, arguments)
                        : call(() -> method.invoke(runtime, arguments)));
    }

    @FunctionalInterface
    private interface Call {
        Object make() throws ReflectiveOperationException;
    }

    private static Object call(Call call) throws Throwable {
        try {
            return call.make();
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
