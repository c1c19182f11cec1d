package dev.banyan.runtime.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The decisions, step by step, over a store whose outcomes are real. Times are milliseconds from an origin before zero. */
class MembershipCoreTest {
    private static final Duration TTL = Duration.ofSeconds(5);
    private static final long ORIGIN = -Duration.ofDays(1).toNanos();

    private final MemoryStore store =
            new MemoryStore(new Simulation(1).process("store").env());
    private final MembershipCore a = new MembershipCore("a", "run-1", TTL);
    private final MembershipCore b = new MembershipCore("b", "run-2", TTL);

    @Test
    void joinsAnEmptyClusterAndHasAViewAfterTheNextLook() {
        assertThat(turn(a, 0)).containsInstanceOf(MembershipCore.Action.Join.class);
        assertThat(a.view(at(0))).isEmpty();
        assertThat(turn(a, 1)).isEmpty();

        assertThat(a.view(at(1))).hasValueSatisfying(view -> {
            assertThat(view.members()).containsExactly("a");
            assertThat(view.fence()).isEqualTo(new Precondition.Fence(View.KEY, view.revision()));
        });
    }

    @Test
    void makesAnotherViewForEachJoin() {
        join(a, 0);
        long first = a.view(at(1)).orElseThrow().revision();
        join(b, 2);
        turn(a, 3);

        assertThat(a.view(at(3)).orElseThrow().revision()).isGreaterThan(first);
        assertThat(a.view(at(3)).orElseThrow().members()).containsExactly("a", "b");
    }

    @Test
    void beatsEveryThirdOfItsTimeToLive() {
        join(a, 0);

        assertThat(turn(a, 1_600)).isEmpty();
        assertThat(turn(a, 1_700)).containsInstanceOf(MembershipCore.Action.Beat.class);
        assertThat(turn(a, 1_701)).isEmpty();
    }

    @Test
    void hasNoViewWhileItCannotBeat() {
        join(a, 0);

        assertThat(a.view(at(4_999))).isPresent();
        assertThat(a.view(at(5_000))).isEmpty();
    }

    @Test
    void removesAMemberThatWasSilentForTheWholeTimeToLive() {
        join(a, 0);
        join(b, 10);
        watch(a, 20, 5_000);
        assertThat(members()).containsExactly("a", "b");

        watch(a, 5_000, 6_000);

        assertThat(members()).containsExactly("a");
        assertThat(a.view(at(6_000)).orElseThrow().members()).containsExactly("a");
    }

    @Test
    void looksAgainWhenASilentMemberIsDueAtTheLatest() {
        join(a, 0);
        join(b, 10);
        turn(a, 20);
        watch(a, 500, 4_500);
        turn(a, 4_700);

        assertThat(a.lookAt(at(4_700))).isEqualTo(at(5_020));
    }

    @Test
    void judgesNobodyAfterItsOwnPause() {
        join(a, 0);
        join(b, 10);
        watch(a, 20, 1_000);

        watch(a, 9_000, 13_900);
        assertThat(members()).containsExactly("a", "b");
        watch(a, 13_900, 15_000);
        assertThat(members()).containsExactly("a");
    }

    @Test
    void joinsAgainUnderANewViewAfterItWasRemoved() {
        join(a, 0);
        join(b, 10);
        long before = b.view(at(11)).orElseThrow().revision();
        watch(a, 20, 6_000);
        assertThat(members()).containsExactly("a");

        assertThat(turn(b, 7_000)).containsInstanceOf(MembershipCore.Action.Join.class);
        turn(b, 7_001);

        assertThat(b.view(at(7_001)).orElseThrow().revision()).isGreaterThan(before);
    }

    @Test
    void staysOutWhenAnotherRunHasTakenItsName() {
        join(a, 0);
        var newer = new MembershipCore("a", "run-3", TTL);
        join(newer, 100);

        assertThat(turn(a, 200)).isEmpty();
        assertThat(a.replaced()).isTrue();
        assertThat(a.view(at(200))).isEmpty();
        assertThat(newer.view(at(200))).isPresent();
        assertThat(newer.view(at(200)).orElseThrow().revision()).isEqualTo(viewRevision());
    }

    @Test
    void leavesInOneCommitWithTheView() {
        join(a, 0);
        join(b, 10);
        look(b, 20);

        assertThat(store.commit(b.leave().orElseThrow()).written()).isTrue();

        assertThat(members()).containsExactly("a");
        assertThat(b.view(at(21))).isEmpty();
    }

    @Test
    void believesAJoinWhoseReplyWasLostOnceItHasSeenAndBeatenIt() {
        look(a, 0);
        store.commit(a.next(at(0)).orElseThrow().commit());
        look(a, 1);

        assertThat(a.view(at(1))).isEmpty();
        assertThat(turn(a, 2)).containsInstanceOf(MembershipCore.Action.Beat.class);
        turn(a, 3);
        assertThat(a.view(at(3))).isPresent();
    }

    @Test
    void takesANameWithoutAnObjectOutOfTheView() {
        join(a, 0);
        join(b, 10);
        var object = store.list(Selection.of(MembershipCore.MEMBERS).in("-"), ReadAt.LATEST)
                .objects()
                .getLast();
        store.commit(Commit.of(new Write.Delete(object.key(), object.meta().uid())));

        assertThat(turn(a, 20)).containsInstanceOf(MembershipCore.Action.Remove.class);
        assertThat(members()).containsExactly("a");
    }

    @Test
    void losesTheRaceToRemoveAMemberThatJustBeat() {
        join(a, 0);
        join(b, 10);
        watch(a, 20, 5_000);
        look(a, 5_015);
        var removal = removalBy(a, 5_020);
        turn(b, 5_018);

        assertThat(store.commit(removal)).isInstanceOf(WriteOutcome.Conflict.class);
    }

    @Test
    void sparesAMemberWhoseBeatItHeardOf() {
        join(a, 0);
        join(b, 10);
        watch(a, 20, 4_900);

        turn(b, 4_990); // a beat
        a.heard(member("b").key(), member("b").meta().revision(), at(4_991));
        watch(a, 5_000, 9_900);
        assertThat(members()).containsExactly("a", "b");
        watch(a, 9_900, 11_000);

        assertThat(members()).containsExactly("a");
    }

    @Test
    void takesNoOldNewsForASignOfLife() {
        join(a, 0);
        join(b, 10);
        watch(a, 20, 4_900);

        a.heard(member("b").key(), member("b").meta().revision(), at(4_991));
        watch(a, 5_000, 6_000);

        assertThat(members()).containsExactly("a");
    }

    @Test
    void hearsOfNobodyItHasNotSeen() {
        join(a, 0);
        join(b, 10);

        a.heard(member("b").key(), Long.MAX_VALUE, at(15));

        assertThat(turn(a, 20)).isEmpty();
        watch(a, 30, 5_300);
        assertThat(members()).containsExactly("a");
    }

    @Test
    void knowsWhichRunsAreInItsView() {
        assertThat(a.roster(at(0))).isEmpty();
        join(a, 0);
        join(b, 10);
        turn(a, 20);

        var roster = a.roster(at(20)).orElseThrow();

        assertThat(roster.view()).isEqualTo(a.view(at(20)).orElseThrow());
        assertThat(roster.has("b", "run-2")).isTrue();
        assertThat(roster.has("b", "run-1")).isFalse();
        assertThat(roster.has("c", "run-2")).isFalse();
    }

    private StoredObject member(String id) {
        return store.get(ObjectKey.cluster(MembershipCore.MEMBERS, id), ReadAt.LATEST)
                .orElseThrow();
    }

    private Commit removalBy(MembershipCore core, long millis) {
        var action = core.next(at(millis)).orElseThrow();
        assertThat(action).isInstanceOf(MembershipCore.Action.Remove.class);
        return action.commit();
    }

    private void join(MembershipCore core, long millis) {
        assertThat(turn(core, millis)).containsInstanceOf(MembershipCore.Action.Join.class);
        turn(core, millis + 1);
    }

    /** Turns every quarter of a second. */
    private void watch(MembershipCore core, long fromMillis, long toMillis) {
        for (long millis = fromMillis; millis <= toMillis; millis += 250) {
            turn(core, millis);
        }
    }

    private Optional<MembershipCore.Action> turn(MembershipCore core, long millis) {
        look(core, millis);
        var action = core.next(at(millis));
        action.ifPresent(some -> {
            if (store.commit(some.commit()).written()) {
                core.landed(some, at(millis));
            }
        });
        return action;
    }

    private void look(MembershipCore core, long millis) {
        core.observe(new MembershipCore.Observation(
                store.get(View.KEY, ReadAt.LATEST),
                store.list(Selection.of(MembershipCore.MEMBERS), ReadAt.LATEST).objects(),
                at(millis)));
    }

    private List<String> members() {
        return ViewRecord.decode(
                        store.get(View.KEY, ReadAt.LATEST).orElseThrow().spec())
                .members();
    }

    private long viewRevision() {
        return store.get(View.KEY, ReadAt.LATEST).orElseThrow().meta().revision();
    }

    private static long at(long millis) {
        return ORIGIN + Duration.ofMillis(millis).toNanos();
    }
}
