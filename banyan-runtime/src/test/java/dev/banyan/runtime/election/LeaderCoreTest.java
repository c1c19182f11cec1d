package dev.banyan.runtime.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The decisions of candidates, step by step, over a store whose outcomes are real. */
class LeaderCoreTest {
    private final MemoryStore store =
            new MemoryStore(new Simulation(1).process("store").env());
    private final LeaderCore a = new LeaderCore("jobs", "a", "run-1");
    private final LeaderCore b = new LeaderCore("jobs", "b", "run-2");

    @BeforeEach
    void bothAreMembers() {
        view(Map.of("a", "run-1", "b", "run-2"));
    }

    @Test
    void standsByUntilItHasTakenTheLead() {
        assertThat(a.standing()).isEqualTo(new Leadership.Standby(Optional.empty()));

        assertThat(take(a)).isInstanceOf(WriteOutcome.Written.class);

        look(a);
        look(b);
        assertThat(a.standing()).isEqualTo(new Leadership.Leading(token()));
        assertThat(a.standing().leads()).isTrue();
        assertThat(b.standing()).isEqualTo(new Leadership.Standby(Optional.of("a")));
        assertThat(b.standing().leads()).isFalse();
    }

    @Test
    void leavesTheLeadToWhoeverHasItAndIsAMember() {
        take(a);
        look(a);
        look(b);

        assertThat(a.take()).isEmpty();
        assertThat(b.take()).isEmpty();
    }

    @Test
    void letsOneOfTwoWinThatSawTheLeadFree() {
        look(a);
        look(b);
        var first = a.take().orElseThrow();
        var second = b.take().orElseThrow();

        assertThat(store.commit(first).written()).isTrue();
        assertThat(store.commit(second)).isInstanceOf(WriteOutcome.AlreadyExists.class);
    }

    @Test
    void succeedsALeaderThatIsNoMemberAnyMoreUnderAHigherToken() {
        take(a);
        long before = token();
        view(Map.of("b", "run-2"));

        assertThat(take(b)).isInstanceOf(WriteOutcome.Written.class);

        look(b);
        assertThat(b.standing()).isEqualTo(new Leadership.Leading(token()));
        assertThat(token()).isGreaterThan(before);
    }

    @Test
    void succeedsAFormerRunOfAMemberThoughTheNameIsStillThere() {
        take(a);
        view(Map.of("a", "run-3", "b", "run-2"));

        look(b);

        assertThat(b.take()).isPresent();
    }

    @Test
    void doesNotTakeTheLeadUnderAnOldView() {
        look(a);
        var take = a.take().orElseThrow();
        var known = a;
        view(Map.of("a", "run-1"));

        assertThat(store.commit(take)).isInstanceOf(WriteOutcome.Fenced.class);
        assertThat(store.get(known.key(), ReadAt.LATEST)).isEmpty();
    }

    @Test
    void isSuspectWhileItCannotShowThatItLivesAndGoesOnUnderItsToken() {
        take(a);
        look(a);
        long token = token();

        a.doubt();
        assertThat(a.standing()).isEqualTo(new Leadership.Suspect(token));
        assertThat(a.standing().leads()).isFalse();
        assertThat(a.take()).isEmpty();

        a.observe(roster(Map.of("a", "run-1", "b", "run-2")));
        assertThat(a.standing()).isEqualTo(new Leadership.Leading(token));
    }

    @Test
    void takesNothingAsLongAsItIsNoMember() {
        a.doubt();
        look(a);

        assertThat(a.take()).isEmpty();
        assertThat(a.standing()).isEqualTo(new Leadership.Standby(Optional.empty()));
    }

    @Test
    void releasesOnlyWhatItHas() {
        take(a);
        look(a);
        look(b);

        assertThat(b.release()).isEmpty();
        assertThat(store.commit(a.release().orElseThrow()).written()).isTrue();
        assertThat(store.get(a.key(), ReadAt.LATEST)).isEmpty();
    }

    @Test
    void doesNotReleaseWhatAnotherHasTakenMeanwhile() {
        take(a);
        look(a);
        var release = a.release().orElseThrow();
        view(Map.of("b", "run-2"));
        take(b);

        assertThat(store.commit(release).written()).isFalse();
        assertThat(store.get(b.key(), ReadAt.LATEST)).isPresent();
    }

    @Test
    void takesALeadThatNamesNobody() {
        store.commit(Commit.of(new Write.Create(Draft.of(a.key(), Bytes.utf8("nonsense")))));
        look(a);

        assertThat(a.standing()).isEqualTo(new Leadership.Standby(Optional.empty()));
        assertThat(a.take()).isPresent();
    }

    private WriteOutcome take(LeaderCore core) {
        look(core);
        return store.commit(core.take().orElseThrow());
    }

    private void look(LeaderCore core) {
        core.observe(store.get(core.key(), ReadAt.LATEST));
    }

    /** Makes another view in the store and tells both. */
    private void view(Map<String, String> runs) {
        var members = List.copyOf(runs.keySet());
        var before = store.get(View.KEY, ReadAt.LATEST);
        var record = new ViewRecord(
                before.map(object -> ViewRecord.decode(object.spec()).count()).orElse(0L) + 1, members);
        var draft = Draft.of(View.KEY, record.encode());
        store.commit(Commit.of(
                before.<Write>map(object -> new Write.Update(object, draft)).orElseGet(() -> new Write.Create(draft))));
        a.observe(roster(runs));
        b.observe(roster(runs));
    }

    private Roster roster(Map<String, String> runs) {
        var view = store.get(View.KEY, ReadAt.LATEST).orElseThrow();
        return new Roster(
                new View(view.meta().revision(), ViewRecord.decode(view.spec()).members()), runs);
    }

    private long token() {
        return store.get(a.key(), ReadAt.LATEST).orElseThrow().meta().revision();
    }
}
