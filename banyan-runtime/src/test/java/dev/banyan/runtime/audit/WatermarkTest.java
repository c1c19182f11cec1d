package dev.banyan.runtime.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatermarkTest {
    private final Watermark watermark = new Watermark(0);

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
        assertThat(watermark.regression()).contains(new Watermark.Regression(9, 4));
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
        var restarted = new Watermark(100);

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
    void expectsNothingElseFromAWatchThatBeganBeyondTheAcceptedHistory() {
        watermark.saw(watermark.mark(), 9);
        var before = watermark.mark();
        watermark.accept(4);

        assertThat(watermark.replaced(before, 9)).isFalse();
        assertThat(watermark.replaced(watermark.mark(), 9)).isFalse();
        assertThat(watermark.replaced(watermark.mark(), 4)).isTrue();
    }
}
