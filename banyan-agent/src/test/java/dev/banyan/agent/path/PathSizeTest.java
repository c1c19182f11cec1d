package dev.banyan.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathSizeTest {
    private static final int WHOLE = 1_420;

    private long now = 7;
    private int attempts;

    /** Tries what is due until nothing is. */
    private void look(PathSize size, IntPredicate passes) {
        for (var due = size.due(now); due.isPresent(); due = size.due(now)) {
            size.tried(passes.test(due.get()), now);
            attempts++;
        }
    }

    private void pause(Duration time) {
        now += time.toNanos();
    }

    @Test
    void aWayThatTakesWholePacketsIsTriedOnceAndSlowlyAgain() {
        var size = new PathSize(WHOLE, now);
        look(size, bytes -> true);
        assertThat(attempts).isOne();
        assertThat(size.found()).hasValue(WHOLE);

        pause(PathSize.SLOW.minusNanos(1));
        assertThat(size.due(now)).isEmpty();
        pause(Duration.ofNanos(1));
        assertThat(size.due(now)).contains(WHOLE);
    }

    @ParameterizedTest
    @ValueSource(ints = {576, 577, 800, 1_279, 1_280, 1_281, 1_300, 1_400, 1_412, 1_419})
    void findsHowNarrowAWayIsInFewAttempts(int narrow) {
        var size = new PathSize(WHOLE, now);
        look(size, bytes -> bytes <= narrow);

        assertThat(size.found().orElseThrow()).isBetween(narrow - PathSize.GRAIN + 1, narrow);
        assertThat(attempts).isLessThan(40);
    }

    @Test
    void concludesNothingWhereNothingPasses() {
        var size = new PathSize(WHOLE, now);
        look(size, bytes -> false);

        assertThat(size.found()).isEmpty();
        assertThat(attempts).isEqualTo(3 * PathSize.TRIES);
        assertThat(size.due(now)).isEmpty();
    }

    @Test
    void concludesNothingFromALinkThatBreaksDuringTheSearch() {
        var size = new PathSize(WHOLE, now);
        look(size, bytes -> attempts < 8 && bytes <= 1_400);

        assertThat(size.found()).isEmpty();
    }

    @Test
    void keepsWhatWasFoundWhileNothingPasses() {
        var size = new PathSize(WHOLE, now);
        look(size, bytes -> bytes <= 1_300);
        int found = size.found().orElseThrow();
        pause(PathSize.SOON);
        look(size, bytes -> false);

        assertThat(size.found()).hasValue(found);
    }

    @Test
    void aNarrowWayIsSoonLookedAtAgainAndMoreRarelyThen() {
        var size = new PathSize(WHOLE, now);
        for (int minutes : new int[] {1, 2, 4, 5, 5}) {
            look(size, bytes -> bytes <= 1_300);
            pause(Duration.ofMinutes(minutes).minusNanos(1));
            assertThat(size.due(now)).isEmpty();
            pause(Duration.ofNanos(1));
        }
        look(size, bytes -> true);

        assertThat(size.found()).hasValue(WHOLE);
    }

    @Test
    void looksAtOnceWhereThePeerMovedAndKeepsWhatItKnowsUntilThen() {
        var size = new PathSize(WHOLE, now);
        look(size, bytes -> bytes <= 1_300);
        int found = size.found().orElseThrow();
        size.moved(now);

        assertThat(size.due(now)).contains(WHOLE);
        assertThat(size.found()).hasValue(found);
    }

    @ParameterizedTest
    @ValueSource(ints = {576, 1_000, 1_280})
    void knowsTunnelsThatTakeLittleThemselves(int whole) {
        var size = new PathSize(whole, now);
        look(size, bytes -> true);

        assertThat(size.found()).hasValue(whole);
    }

    /** A tenth of all packets is lost by chance: never too much, and seldom too little. */
    @Test
    void chanceSeldomNarrowsAWayAndNeverWidensIt() {
        int right = 0;
        for (int seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            int narrow = 600 + random.nextInt(WHOLE - 600);
            var size = new PathSize(WHOLE, now);
            look(size, bytes -> bytes <= narrow && random.nextInt(10) > 0);
            var found = size.found();
            assertThat(found.orElse(0)).as("seed " + seed).isLessThanOrEqualTo(narrow);
            right += found.orElse(0) > narrow - PathSize.GRAIN ? 1 : 0;
        }
        assertThat(right).isGreaterThan(190);
    }
}
