package dev.banyan.engine.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.engine.World;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LivenessJudgeTest {
    private static final Duration BEAT = Duration.ofMillis(500);

    private final World world = new World();
    private final Simulation simulation = new Simulation(3);
    private final SimulatedProcess engine = simulation.process("engine");
    private final List<Precondition> conditions = new ArrayList<>();
    private final Set<String> ours = new HashSet<>(Set.of("a1", "a2"));
    private Optional<List<Resource<AgentSpec, AgentStatus>>> shown = Optional.empty();
    private final LivenessJudge judge = new LivenessJudge(
            engine.env(),
            world.store,
            new Behind(world.lister(Kinds.AGENTS)),
            agent -> ours.contains(agent.name()) ? Optional.of(List.copyOf(conditions)) : Optional.empty(),
            Thresholds.DEFAULT,
            world.events);

    @BeforeEach
    void join() {
        world.create(Kinds.AGENTS, Kinds.AGENTS.key("", "a1"), AgentSpec.getDefaultInstance());
        world.create(Kinds.AGENTS, Kinds.AGENTS.key("", "a2"), AgentSpec.getDefaultInstance());
        judge.start();
    }

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void judgesAnAgentReadyAtItsFirstSignOfLife() {
        simulation.runFor(BEAT);
        assertThat(state("a1")).isEqualTo(State.STATE_UNSPECIFIED);

        judge.heard("a1");
        simulation.runFor(Duration.ofMillis(1));

        assertThat(state("a1")).isEqualTo(State.READY);
        assertThat(state("a2")).isEqualTo(State.STATE_UNSPECIFIED);
        assertThat(world.told()).containsExactly("agents/-/a1 AgentReady: heard for the first time");
    }

    @Test
    void writesNothingWhileNothingChanges() {
        beat(20, "a1", "a2");
        int written = world.store.commits().size();

        beat(100, "a1", "a2");

        assertThat(written).isEqualTo(2);
        assertThat(world.store.commits()).hasSize(written);
    }

    @Test
    void suspectsAndThenLosesWhoFallsSilentAndTakesHimBackAtOnce() {
        beat(4, "a1", "a2");

        beat(5, "a2");
        assertThat(state("a1")).isEqualTo(State.SUSPECT);
        assertThat(status("a1").getMessage()).startsWith("silent for 2");
        beat(10, "a2");
        assertThat(state("a1")).isEqualTo(State.LOST);
        assertThat(state("a2")).isEqualTo(State.READY);

        judge.heard("a1");
        simulation.runFor(Duration.ofMillis(1));
        assertThat(state("a1")).isEqualTo(State.READY);
        assertThat(status("a1").getMessage()).isEmpty();
        assertThat(world.told())
                .filteredOn(line -> line.startsWith("agents/-/a1"))
                .containsExactly(
                        "agents/-/a1 AgentReady: heard for the first time",
                        "agents/-/a1 AgentSuspect: silent: gets no new work and no traffic",
                        "agents/-/a1 AgentLost: silent for long: its tasks are replaced elsewhere",
                        "agents/-/a1 AgentReady: heard again");
    }

    @Test
    void judgesNobodyUnderAConditionThatDoesNotHold() {
        beat(4, "a1", "a2");
        conditions.add(new Precondition.Unchanged(Kinds.AGENTS.key("", "a2"), 1_000_000));

        beat(40, "a2");

        assertThat(state("a1")).isEqualTo(State.READY);
        conditions.clear();
        beat(1, "a2");
        assertThat(state("a1")).isEqualTo(State.LOST);
    }

    @Test
    void judgesNobodyForAPauseOfItsOwn() {
        beat(4, "a1", "a2");

        engine.pause();
        simulation.runFor(Duration.ofSeconds(30));
        engine.resume();
        simulation.runFor(Duration.ofMillis(300));
        beat(4, "a1", "a2");

        assertThat(world.told()).noneMatch(line -> line.contains("Suspect") || line.contains("Lost"));
        assertThat(state("a1")).isEqualTo(State.READY);
    }

    @Test
    void givesAnAgentOfADeadEngineTimeToArriveHere() {
        ours.remove("a2");
        world.judge("a2", State.READY);
        beat(40, "a1");
        assertThat(state("a2")).as("judged by somebody else").isEqualTo(State.READY);

        ours.add("a2");
        beat(12, "a1");
        assertThat(state("a2")).as("6 s after the take-over").isEqualTo(State.READY);
        beat(4, "a1");
        assertThat(state("a2")).isEqualTo(State.SUSPECT);
        beat(10, "a1");
        assertThat(state("a2")).isEqualTo(State.LOST);
    }

    @Test
    void aLostAgentStaysLostUntilItIsHeardThoughItsEngineSlept() {
        beat(4, "a1", "a2");
        beat(20, "a2");
        assertThat(state("a1")).isEqualTo(State.LOST);

        engine.pause();
        simulation.runFor(Duration.ofSeconds(5));
        engine.resume();
        beat(40, "a2");

        assertThat(state("a1")).isEqualTo(State.LOST);
        assertThat(world.told()).doesNotContain("agents/-/a1 AgentReady: heard again");
    }

    @Test
    void aLostAgentStaysLostUntilItIsHeardThoughItsEngineDied() {
        ours.remove("a2");
        world.judge("a2", State.LOST);
        beat(4, "a1");

        ours.add("a2");
        beat(40, "a1");

        assertThat(state("a2")).isEqualTo(State.LOST);
        assertThat(world.told()).noneMatch(line -> line.startsWith("agents/-/a2"));
        judge.heard("a2");
        simulation.runFor(Duration.ofMillis(1));
        assertThat(state("a2")).isEqualTo(State.READY);
    }

    @Test
    void leavesAnAgentToTheEngineThatHearsItNow() {
        beat(4, "a1", "a2");
        ours.remove("a1");

        beat(40, "a2");

        assertThat(state("a1")).isEqualTo(State.READY);
    }

    @Test
    void forgetsHowItJudgedAnAgentThatWasRemoved() {
        beat(4, "a1", "a2");
        world.delete(Kinds.AGENTS.key("", "a1"));
        beat(30, "a2");

        world.create(Kinds.AGENTS, Kinds.AGENTS.key("", "a1"), AgentSpec.getDefaultInstance());
        beat(1, "a2");

        assertThat(state("a1")).isEqualTo(State.STATE_UNSPECIFIED);
    }

    @Test
    void writesAJudgementAgainThatDidNotLandAndTellsItOnce() {
        world.store.answerNext(new WriteOutcome.Unavailable("no leader"));
        world.store.answerNext(new WriteOutcome.Unavailable("no leader"));

        beat(4, "a1");

        assertThat(state("a1")).isEqualTo(State.READY);
        assertThat(world.told()).containsExactly("agents/-/a1 AgentReady: heard for the first time");
    }

    @Test
    void judgesByWhatWasHeardWhileItWroteOfAnother() {
        beat(4, "a1", "a2");
        world.store.beforeNextCommit(() -> {
            simulation.after(Duration.ofMillis(400), () -> judge.heard("a2"));
            engine.away(Duration.ofMillis(900));
        });

        simulation.runFor(Duration.ofSeconds(3));

        assertThat(state("a1")).isEqualTo(State.SUSPECT);
        assertThat(world.told()).noneMatch(line -> line.startsWith("agents/-/a2 AgentSuspect"));
    }

    @Test
    void judgesNobodyForWhatItSleptThroughWhileItWroteOfAnother() {
        beat(4, "a1", "a2");
        world.store.beforeNextCommit(() -> engine.away(Duration.ofSeconds(30)));

        simulation.runFor(Duration.ofSeconds(33));
        assertThat(state("a1")).isEqualTo(State.SUSPECT);
        assertThat(state("a2")).as("not heard for a second since it goes on").isEqualTo(State.READY);

        simulation.runFor(Duration.ofSeconds(2));
        assertThat(state("a2")).isEqualTo(State.SUSPECT);
    }

    @Test
    void writesAJudgementOnceThoughItsCacheIsBehind() {
        beat(4, "a2");
        int written = world.store.commits().size();
        shown = Optional.of(world.list(Kinds.AGENTS));

        beat(4, "a1", "a2");

        assertThat(state("a1")).isEqualTo(State.READY);
        assertThat(world.store.commits()).hasSize(written + 1);
        assertThat(world.told())
                .filteredOn(line -> line.startsWith("agents/-/a1"))
                .hasSize(1);
    }

    @Test
    void takesAnAgentBackAtOnceThoughItsCacheDoesNotShowThatItWasSuspect() {
        beat(4, "a1", "a2");
        shown = Optional.of(world.list(Kinds.AGENTS));
        beat(5, "a2");
        assertThat(state("a1")).isEqualTo(State.SUSPECT);

        judge.heard("a1");
        simulation.runFor(Duration.ofMillis(1));

        assertThat(state("a1")).isEqualTo(State.READY);
        assertThat(world.told()).contains("agents/-/a1 AgentReady: heard again");
    }

    @Test
    void seesThatSomebodyElseHasJudgedOtherwiseSince() {
        beat(4, "a1", "a2");

        world.judge("a1", State.LOST);
        beat(1, "a1", "a2");

        assertThat(state("a1")).isEqualTo(State.READY);
    }

    private void beat(int times, String... agents) {
        for (int i = 0; i < times; i++) {
            for (var agent : agents) {
                judge.heard(agent);
            }
            simulation.runFor(BEAT);
        }
    }

    private State state(String agent) {
        return status(agent).getState();
    }

    private AgentStatus status(String agent) {
        return world.get(Kinds.AGENTS, "", agent).status();
    }

    /** Shows what the test says. */
    private final class Behind implements Lister<AgentSpec, AgentStatus> {
        private final Lister<AgentSpec, AgentStatus> newest;

        Behind(Lister<AgentSpec, AgentStatus> newest) {
            this.newest = newest;
        }

        @Override
        public Optional<Resource<AgentSpec, AgentStatus>> get(ObjectKey key) {
            return newest.get(key);
        }

        @Override
        public List<Resource<AgentSpec, AgentStatus>> list() {
            return shown.orElseGet(newest::list);
        }

        @Override
        public List<Resource<AgentSpec, AgentStatus>> byIndex(String index, String value) {
            return newest.byIndex(index, value);
        }

        @Override
        public long revision() {
            return newest.revision();
        }
    }
}
