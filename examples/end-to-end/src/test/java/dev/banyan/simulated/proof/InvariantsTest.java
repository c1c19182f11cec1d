package dev.banyan.simulated.proof;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.VolumeUse;
import dev.banyan.runtime.election.View;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.campaign.Mode;
import dev.banyan.runtime.simulation.campaign.Schedule;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.simulated.world.App;
import dev.banyan.simulated.world.Fate;
import dev.banyan.simulated.world.Sabotage;
import dev.banyan.simulated.world.UserDesk;
import dev.banyan.simulated.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each law is broken once by a rogue who writes what no controller may, or touches what no agent may. */
class InvariantsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private Trial trial;
    private World world;
    private Invariants laws;

    @BeforeEach
    void deployAnApp() {
        var sizes = Map.of("etcd", 0, "engines", 1, "agents", 1);
        trial = new Trial(new Schedule(1, Mode.CALM, Optional.of(Set.of()), sizes, true), Fate.ALL);
        world = new World(trial, Sabotage.NONE);
        laws = new Invariants(world);
        var desk = new UserDesk(world);
        var deploying = desk.env().tasks().spawn("deploy", () -> {
            var ignored = desk.apply(App.shop(1, "web:1"));
        });
        var wanted = Wanted.of(List.of(App.shop(1, "web:1")));
        trial.simulation().runUntil(() -> deploying.done() && allReady(), MINUTE);
        assertThatCode(() -> {
                    laws.hold();
                    if (!Judgement.runs(world, wanted)) {
                        throw new AssertionError("the app does not run");
                    }
                })
                .doesNotThrowAnyException();
    }

    @AfterEach
    void end() {
        trial.close();
    }

    @Test
    void aTaskThatWasToStopDoesNotRunAgain() {
        rogue(() -> updated(
                spec -> spec.toBuilder().setDesired(TaskSpec.Desired.STOP).build()));
        rogue(() -> updated(
                spec -> spec.toBuilder().setDesired(TaskSpec.Desired.RUN).build()));

        broken("S27", "is to run again");
    }

    @Test
    void aTaskDoesNotMoveToAnotherAgent() {
        rogue(() -> updated(spec -> spec.toBuilder()
                .setAssignment(spec.getAssignment().toBuilder().setAgent("a9"))
                .build()));

        broken("S27", "was given to one agent and then to another");
    }

    @Test
    void aTaskDoesNotChangeWhatItRuns() {
        rogue(() -> updated(spec -> spec.toBuilder()
                .setContainer(spec.getContainer().toBuilder().setHostname("other"))
                .build()));

        broken("S27", "was made to run something else");
    }

    @Test
    void anAttemptIsNotTakenBack() {
        rogue(() -> reported(status -> status.toBuilder().setAttempt(7).build()));
        rogue(() -> reported(status -> status.toBuilder().setAttempt(3).build()));

        broken("S27", "went from attempt");
    }

    @Test
    void whatHasEndedDoesNotLiveAgain() {
        rogue(() -> reported(
                status -> status.toBuilder().setState(TaskStatus.State.FAILED).build()));
        rogue(() -> reported(
                status -> status.toBuilder().setState(TaskStatus.State.RUNNING).build()));

        broken("S27", "had ended");
    }

    @Test
    void aTaskIsNotForgottenWhileItsContainerRuns() {
        rogue(() -> new Write.Delete(task().key(), task().uid()));

        broken("S10", "was deleted while its container runs");
    }

    @Test
    void nobodyIsAssignedWithoutAReservation() {
        var key = Kinds.ALLOCATIONS.key(ObjectKey.CLUSTER_SCOPE, "a1");
        rogue(() -> new Write.Delete(
                key, world.chronicle().all(Kinds.ALLOCATIONS).getFirst().uid()));

        broken("S13", "without a reservation");
    }

    @Test
    void nobodyIsAssignedAwayFromItsVolume() {
        rogue(() -> updated(spec -> spec.toBuilder()
                .addVolumes(VolumeUse.newBuilder().setName("shop.data"))
                .build()));

        broken("S29", "its volume shop.data on null");
    }

    @Test
    void noPortIsPublishedTwice() {
        rogue(() -> service(spec -> spec.addPorts(
                PortMapping.newBuilder().setPublished(8080).setTarget(1).setProtocol(Protocol.TCP))));

        broken("S8", "port 8080");
    }

    @Test
    void noAddressIsGivenTwice() {
        var taken = world.chronicle().all(Kinds.SERVICES).getFirst().spec().getVirtualAddress();
        rogue(() -> service(spec -> spec.setVirtualAddress(taken)));

        broken("S9", taken);
    }

    @Test
    void noContainerIsMadeBesideOneThatRuns() {
        laws.creating(world.agents().getFirst().machine(), task().uid());

        broken("S4", "beside one that runs");
    }

    @Test
    void noContainerIsMadeForATaskThatNeverWas() {
        laws.creating(world.agents().getFirst().machine(), "nobody's");

        broken("S6", "which never was");
    }

    @Test
    void noStatusIsWrittenOutsideASession() {
        laws.landed(Commit.of(status()), 1);

        broken("S5", "outside any session");
    }

    @Test
    void noStatusIsWrittenUnderAnOldSession() {
        var uid = world.agents().getFirst().uid();
        var key = Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, uid);
        laws.landed(Commit.of(status()).under(new Precondition.Fence(key, 1)), 20);

        broken("S5", "of revision 1");
    }

    @Test
    void noEngineWritesATaskUnderAnOldView() {
        laws.landed(Commit.of(status()).under(new Precondition.Fence(View.KEY, 1)), 20);

        broken("S5", "view of revision 1");
    }

    @Test
    void noAgentWritesMoreOfATaskThanItsStatus() {
        var session = Kinds.SESSIONS.key(
                ObjectKey.CLUSTER_SCOPE, world.agents().getFirst().uid());
        laws.landed(
                Commit.of(new Write.Delete(task().key(), task().uid())).under(new Precondition.Fence(session, 1)), 1);

        broken("S28", "more of a task than its status");
    }

    @Test
    void nobodyTouchesWhatBelongsToOthers() throws InterruptedException {
        var machine = world.agents().getFirst().machine();
        machine.foreignerDies();
        laws.contained(machine);

        broken("S11", "somebody else");
    }

    private boolean allReady() {
        var tasks = world.chronicle().all(Kinds.TASKS);
        return tasks.size() == 2
                && tasks.stream().allMatch(task -> task.status().getReady());
    }

    private void broken(String law, String how) {
        assertThatThrownBy(laws::hold)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(law)
                .hasMessageContaining(how);
    }

    private Resource<TaskSpec, TaskStatus> task() {
        return world.chronicle().all(Kinds.TASKS).getFirst();
    }

    private Write status() {
        return new Write.UpdateStatus(
                task().key(), task().uid(), Kinds.TASKS.status().encode(task().status()));
    }

    private Write reported(UnaryOperator<TaskStatus> change) {
        return new Write.UpdateStatus(
                task().key(), task().uid(), Kinds.TASKS.status().encode(change.apply(task().status())));
    }

    private Write updated(UnaryOperator<TaskSpec> change) {
        StoredObject base = Kinds.TASKS.encode(task());
        return new Write.Update(
                base, Draft.from(base).withSpec(Kinds.TASKS.spec().encode(change.apply(task().spec()))));
    }

    private static Write service(Consumer<ServiceSpec.Builder> change) {
        var spec = ServiceSpec.newBuilder();
        change.accept(spec);
        return new Write.Create(Draft.of(
                Kinds.SERVICES.key("default", "rogue"), Kinds.SERVICES.spec().encode(spec.build())));
    }

    /** Writes past all rules, while everybody else is dead. */
    private void rogue(Supplier<Write> write) {
        world.engines().forEach(engine -> engine.kill());
        world.agents().forEach(agent -> agent.kill());
        var outcome = new WriteOutcome[1];
        var process = trial.simulation().process("rogue");
        trial.simulation()
                .runIn(process, MINUTE, () -> outcome[0] = world.chronicle().commit(Commit.of(write.get())));
        trial.simulation().runFor(Duration.ofSeconds(1));
        if (!outcome[0].written()) {
            throw new AssertionError("the rogue did not get through: " + outcome[0]);
        }
    }
}
