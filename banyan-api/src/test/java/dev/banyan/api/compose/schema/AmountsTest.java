package dev.banyan.api.compose.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.schema.Form.Reading;
import dev.banyan.runtime.env.SeededRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {
    @ParameterizedTest
    @CsvSource({
        "0,PT0S",
        "0s,PT0S",
        "1ns,PT0.000000001S",
        "1us,PT0.000001S",
        "1µs,PT0.000001S",
        "1.5ms,PT0.0015S",
        "2.5s,PT2.5S",
        "1m30s,PT90S",
        "1h0m1s,PT3601S",
        "1d,PT24H",
        "1w,PT168H",
        "0.3ns,PT0.000000001S",
        "1s1s,PT2S"
    })
    void readsDurations(String text, Duration expected) {
        assertThat(Amounts.duration(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "s", "1 s", "-1s", "+1s", "1.s", ".5s", "1S", "1m 30s", "1e3s", "1y", "\u0661s"})
    void readsNothingElseAsADuration(String text) {
        assertThat(Amounts.duration(text)).isEmpty();
    }

    @Test
    void printsDurationsThatReadAsTheSame() {
        var random = new SeededRandom(51);
        var units = new long[] {1, 1000, 1_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L};
        for (int i = 0; i < 2000; i++) {
            long nanos = 0;
            for (int parts = random.nextInt(4); parts >= 0; parts--) {
                nanos += random.nextInt(1000) * units[random.nextInt(units.length)];
            }
            var duration = Duration.ofNanos(nanos);
            assertThat(Amounts.duration(Amounts.print(duration)))
                    .as(Amounts.print(duration))
                    .contains(duration);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "1b,1",
        "1B,1",
        "1k,1024",
        "1kb,1024",
        "1KiB,1024",
        "1.5m,1572864",
        "2G,2147483648",
        "1t,1099511627776",
        "1p,1125899906842624"
    })
    void readsSizesInPowersOf1024(String text, String bytes) {
        assertThat(Amounts.readBytes(text, false))
                .isInstanceOfSatisfying(
                        Reading.Value.class, value -> assertThat(value.text()).isEqualTo(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0.1", "-1", "1x", "m", "1 m b", "2p", "1e3", "9999999999999999999"})
    void readsNothingElseAsASize(String text) {
        assertThat(Amounts.readBytes(text, false)).isInstanceOf(Reading.Wrong.class);
    }

    @Test
    void takesMinusOneForAllOnlyWhereAsked() {
        assertThat(Amounts.readBytesOrAll("-1", false)).isInstanceOf(Reading.Value.class);
        assertThat(Amounts.readBytesOrAll("-2", false)).isInstanceOf(Reading.Wrong.class);
        assertThat(Amounts.readBytesOrNone("0", false)).isInstanceOf(Reading.Value.class);
        assertThat(Amounts.readBytesOrNone("-1", false)).isInstanceOf(Reading.Wrong.class);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "01.50,1.5", ".5,0.5", "1.,1", "2e1,20", "25E-1,2.5", "+3,3", "100,100"})
    void readsDecimals(String text, String expected) {
        assertThat(Amounts.decimal(-100, 100).read(text, false))
                .isInstanceOfSatisfying(
                        Reading.Value.class, value -> assertThat(value.text()).isEqualTo(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "-", "e1", ".e1", "1e10", "0x1", "NaN", "101", "1,5", "1e", "--1"})
    void readsNothingElseAsADecimal(String text) {
        assertThat(Amounts.decimal(-100, 100).read(text, false)).isInstanceOf(Reading.Wrong.class);
    }
}
