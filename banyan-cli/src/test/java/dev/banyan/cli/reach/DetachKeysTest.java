package dev.banyan.cli.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

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
