package dev.banyan.cli.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetachKeysTest {
    private static final String P = "\u0010";
    private static final String Q = "\u0011";

    @Test
    void leaveOnceAllWerePressedOneAfterTheOther() {
        var keys = DetachKeys.parse("ctrl-p,ctrl-q");

        assertThat(typed(keys, "ls" + P)).isEqualTo("ls");
        assertThat(typed(keys, Q + "more")).isEqualTo("LEFT");
    }

    @Test
    void passOnWhatWasHeldBackWhenAnotherKeyFollows() {
        var keys = DetachKeys.parse("ctrl-p,ctrl-q");

        assertThat(typed(keys, "a" + P)).isEqualTo("a");
        assertThat(typed(keys, "b")).isEqualTo(P + "b");
        assertThat(typed(keys, P + P)).isEqualTo(P);
        assertThat(typed(keys, Q)).isEqualTo("LEFT");
    }

    @Test
    void areSeenAlsoWhereTheyBeginWithinWhatWasTypedBefore() {
        assertThat(typed(DetachKeys.parse("a,a,b"), "aaab")).isEqualTo("aLEFT");
        assertThat(typed(DetachKeys.parse("a,b,a,c"), "ababac")).isEqualTo("abLEFT");
    }

    /** All that can be typed with three keys in seven strokes, in one piece and stroke by stroke. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "a,a", "a,b", "a,a,b", "a,b,a", "a,b,a,b", "b,a,a,b"})
    void passOnEverythingBeforeThemAndLoseNothing(String written) {
        var word = written.replace(",", "");
        for (int number = 0; number < Math.pow(3, 7); number++) {
            var text = String.format("%7s", Integer.toString(number, 3))
                    .replace(' ', '0')
                    .replace('0', 'a')
                    .replace('1', 'b')
                    .replace('2', 'c');
            int found = text.indexOf(word);
            var whole = typed(DetachKeys.parse(written), text);
            var strokes = strokes(DetachKeys.parse(written), text);
            if (found >= 0) {
                assertThat(whole).as(text).isEqualTo(text.substring(0, found) + "LEFT");
                assertThat(strokes).as(text).isEqualTo(whole);
            } else {
                var held = text.substring(whole.length());
                assertThat(text).as("nothing is changed").startsWith(whole);
                assertThat(word)
                        .as("only what may become the keys is held back of " + text)
                        .startsWith(held);
                assertThat(strokes).as(text).isEqualTo(whole);
            }
        }
    }

    private static String strokes(DetachKeys keys, String text) {
        var all = new StringBuilder();
        for (int i = 0; i < text.length() && all.indexOf("LEFT") < 0; i++) {
            all.append(typed(keys, text.substring(i, i + 1)));
        }
        return all.toString();
    }

    @Test
    void mayBeOneKeyOrNone() {
        assertThat(typed(DetachKeys.parse("x"), "abxc")).isEqualTo("abLEFT");
        assertThat(typed(DetachKeys.parse("ctrl-["), "\u001b")).isEqualTo("LEFT");
        assertThat(typed(DetachKeys.parse(""), "anything" + P + Q)).isEqualTo("anything" + P + Q);
    }

    @Test
    void areRefusedWhenTheyAreNone() {
        for (var text : List.of("ctrl-", "ctrl-1", "ab", ",", "ctrl-p,", "\u00e4")) {
            assertThatThrownBy(() -> DetachKeys.parse(text)).as(text).hasMessageContaining("are no keys");
        }
    }

    private static String typed(DetachKeys keys, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var typed = keys.typed(bytes, bytes.length);
        return new String(typed.passed(), StandardCharsets.UTF_8) + (typed.left() ? "LEFT" : "");
    }
}
