package dev.banyan.runtime.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.StoredObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WatermarkTest {
    private final Watermark watermark = Watermark.blank();

    @Test
    void acceptsAnswersThatContainWhatWasKnown() {
        assertThat(watermark.mustContain(watermark.mark(), 5)).isFalse();
        assertThat(watermark.mustContain(watermark.mark(), 5)).isFalse();
        assertThat(watermark.mustContain(watermark.mark(), 9)).isFalse();

        assertThat(watermark.mark().highest()).isEqualTo(9);
        assertThat(watermark.regression()).isEmpty();
    }

    @Test
    void catchesAnAnswerFromBeforeWhatWasKnownAndSaysSoOnce() {
        watermark.saw(watermark.mark(), 9);

        assertThat(watermark.mustContain(watermark.mark(), 4)).isTrue();
        assertThat(watermark.mustContain(watermark.mark(), 3)).isFalse();
        assertThat(watermark.regression()).contains(new Watermark.Regression(9, 4, Watermark.Cause.OLDER));
    }

    @Test
    void doesNotBlameAnAnswerForWhatBecameKnownWhileItWasOnItsWay() {
        var asked = watermark.mark();
        watermark.saw(watermark.mark(), 9);

        assertThat(watermark.mustContain(asked, 4)).isFalse();
        assertThat(watermark.regression()).isEmpty();
    }

    @Test
    void startsFromWhatAFormerProcessHadSeen() {
        var restarted = new Watermark(new GateMemory.Seen(100, Set.of(), ""));

        assertThat(restarted.mustContain(restarted.mark(), 99)).isTrue();
    }

    @Test
    void forgetsWhatWasWhenTheOperatorAccepts() {
        watermark.saw(watermark.mark(), 9);
        var before = watermark.mark();
        watermark.mustContain(before, 4);
        watermark.accept(4);

        assertThat(watermark.regression()).isEmpty();
        assertThat(watermark.mustContain(before, 4)).isFalse();
        watermark.saw(before, 9);
        assertThat(watermark.mark().highest()).isEqualTo(4);
        assertThat(watermark.mustContain(watermark.mark(), 5)).isFalse();
        assertThat(watermark.mustContain(watermark.mark(), 4)).isTrue();
    }

    @Test
    void believesAWatchThatSaysThatHistoryWasReplaced() {
        watermark.saw(watermark.mark(), 9);

        assertThat(watermark.replaced(watermark.mark(), 9)).isTrue();
        assertThat(watermark.regression()).isPresent();
    }

    @Test
    void learnsWhatIsThereInsteadOfAReplacedHistory() {
        watermark.saw(watermark.mark(), 9);
        watermark.replaced(watermark.mark(), 9);

        assertThat(watermark.judge(watermark.mark(), said(4, "", ""))).isEqualTo(Watermark.Finding.STOPPED);
        assertThat(watermark.regression()).contains(new Watermark.Regression(9, 4, Watermark.Cause.OLDER));
        judge(60, "");
        assertThat(watermark.regression()).contains(new Watermark.Regression(9, 4, Watermark.Cause.OLDER));
    }

    @Test
    void expectsNothingElseFromAWatchThatBeganBeyondTheAcceptedHistory() {
        watermark.saw(watermark.mark(), 9);
        var before = watermark.mark();
        watermark.accept(4);

        assertThat(watermark.replaced(before, 9)).isFalse();
        assertThat(watermark.replaced(watermark.mark(), 9)).isFalse();
        assertThat(watermark.replaced(watermark.mark(), 4)).isTrue();
    }

    @Test
    void catchesAHistoryThatIsAsFarAndLacksTheSign() {
        sign(9, "a");

        assertThat(judge(10, "a")).isEqualTo(Watermark.Finding.SAME);
        assertThat(judge(50, "b")).isEqualTo(Watermark.Finding.CAUGHT);
        assertThat(judge(51, "b")).isEqualTo(Watermark.Finding.STOPPED);
        assertThat(watermark.regression()).contains(new Watermark.Regression(10, 50, Watermark.Cause.OVERTAKEN));
    }

    @Test
    void catchesAHistoryWithoutAnySign() {
        sign(9, "a");

        assertThat(judge(50, "")).isEqualTo(Watermark.Finding.CAUGHT);
    }

    @Test
    void expectsNoSignBeforeItHasSigned() {
        assertThat(judge(9, "of a former life")).isEqualTo(Watermark.Finding.SAME);
        assertThat(judge(10, "")).isEqualTo(Watermark.Finding.SAME);
    }

    @Test
    void expectsTheFormerSignOrTheNewOneWhileItIsNotKnownWhichIsThere() {
        sign(9, "a");
        watermark.signing(said(9, "a", ""), "b");

        assertThat(judge(10, "a")).isEqualTo(Watermark.Finding.SAME);
        assertThat(judge(11, "b")).isEqualTo(Watermark.Finding.SAME);
        assertThat(judge(12, "a")).isEqualTo(Watermark.Finding.CAUGHT);
    }

    @Test
    void triesAnUnsettledSignAgainSinceItMayLandYet() {
        sign(9, "a");

        assertThat(watermark.signing(said(9, "a", ""), "b")).isEqualTo("b");
        assertThat(watermark.signing(said(9, "a", ""), "c")).isEqualTo("b");
        assertThat(watermark.seen().signs()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void judgesByItsRevisionAloneWhatWasAskedBeforeTheSignChanged() {
        sign(9, "a");
        var asked = watermark.mark();
        sign(10, "b");

        assertThat(watermark.judge(asked, said(9, "a", ""))).isEqualTo(Watermark.Finding.SAME);
    }

    @Test
    void knowsWhereTheNewestCertainSignIs() {
        assertThat(watermark.signedAt()).isEmpty();
        sign(9, "a");
        assertThat(watermark.signedAt()).hasValue(9);
        watermark.signing(said(9, "a", ""), "b");
        assertThat(watermark.signedAt()).hasValue(9);
        judge(15, "b");
        assertThat(watermark.signedAt()).hasValue(15);
    }

    @Test
    void followsADecisionThatItDidNotKnow() {
        sign(9, "a");

        assertThat(watermark.judge(watermark.mark(), said(4, "", "d1"))).isEqualTo(Watermark.Finding.DECIDED);
        watermark.accept(said(12, "", "d1"), "d1");

        assertThat(watermark.judge(watermark.mark(), said(12, "", "d1"))).isEqualTo(Watermark.Finding.SAME);
        assertThat(watermark.judge(watermark.mark(), said(4, "", "d1"))).isEqualTo(Watermark.Finding.CAUGHT);
    }

    @Test
    void takesADecisionThatWasAlwaysThereForNone() {
        sign(9, "a");
        assertThat(watermark.judge(watermark.mark(), said(9, "a", "d1"))).isEqualTo(Watermark.Finding.SAME);

        assertThat(watermark.judge(watermark.mark(), said(4, "", "d1"))).isEqualTo(Watermark.Finding.CAUGHT);
    }

    @Test
    void acceptsTheSignThatIsThereAndTheOneThatMayComeYet() {
        sign(9, "a");
        watermark.signing(said(9, "a", ""), "b");
        judge(4, "old");
        watermark.accept(said(4, "old", "d1"), "d1");

        assertThat(watermark.judge(watermark.mark(), said(4, "old", "d1"))).isEqualTo(Watermark.Finding.SAME);
        assertThat(watermark.judge(watermark.mark(), said(5, "b", "d1"))).isEqualTo(Watermark.Finding.SAME);
        assertThat(watermark.judge(watermark.mark(), said(6, "old", "d1"))).isEqualTo(Watermark.Finding.CAUGHT);
    }

    @Test
    void forgetsNothingOverARestart() {
        sign(9, "a");
        watermark.judge(watermark.mark(), said(20, "a", "d1"));

        assertThat(watermark.seen()).isEqualTo(new GateMemory.Seen(20, Set.of("a"), "d1"));
        assertThat(new Watermark(watermark.seen()).judge(new Watermark(watermark.seen()).mark(), said(30, "x", "d1")))
                .isEqualTo(Watermark.Finding.CAUGHT);
    }

    private void sign(long revision, String text) {
        var mark = watermark.mark();
        watermark.signing(said(revision, "", ""), text);
        watermark.signed(mark, text, revision);
    }

    private Watermark.Finding judge(long revision, String sign) {
        return watermark.judge(watermark.mark(), said(revision, sign, ""));
    }

    private static Testimony said(long revision, String sign, String acceptance) {
        return new Testimony(
                revision,
                object(Testimony.signOf("one"), sign, revision),
                object(Testimony.ACCEPTED, acceptance, revision));
    }

    private static Optional<StoredObject> object(ObjectKey key, String text, long revision) {
        var meta = new ObjectMeta(
                "uid",
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                1,
                revision,
                1,
                Instant.EPOCH,
                Optional.empty(),
                "nonce");
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(new StoredObject(key, meta, Bytes.utf8(text), Bytes.EMPTY));
    }
}
