package dev.banyan.agent.container.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogParserTest {
    private static final String TIME = "2026-11-21T02:44:40.123456789Z";
    private static final Instant INSTANT = Instant.parse(TIME);

    private final LogParser parser = new LogParser();

    @Test
    void readsTimeStreamAndText() {
        assertThat(feed(TIME + " stdout F hello  world \n" + TIME + " stderr F oh\n"))
                .containsExactly(
                        new LogLine(INSTANT, LogLine.Stream.STDOUT, "hello  world "),
                        new LogLine(INSTANT, LogLine.Stream.STDERR, "oh"));
    }

    @Test
    void keepsAnEmptyLine() {
        assertThat(feed(TIME + " stdout F \n")).containsExactly(new LogLine(INSTANT, LogLine.Stream.STDOUT, ""));
    }

    @Test
    void readsAnEntryThatArrivesInPieces() {
        assertThat(feed(TIME + " std")).isEmpty();
        assertThat(feed("out F he")).isEmpty();
        assertThat(feed("llo\n")).extracting(LogLine::text).containsExactly("hello");
    }

    @Test
    void readsLettersOfSeveralBytesCutInTheMiddle() {
        var bytes = (TIME + " stdout F grün\n").getBytes(StandardCharsets.UTF_8);
        var lines = new ArrayList<LogLine>();
        for (byte each : bytes) {
            lines.addAll(parser.feed(new byte[] {each}, 1));
        }

        assertThat(lines).extracting(LogLine::text).containsExactly("grün");
    }

    @Test
    void joinsThePartsOfALineForEachStreamApart() {
        assertThat(feed(TIME + " stdout P one \n" + TIME + " stderr P left \n" + TIME + " stdout P two \n"))
                .isEmpty();
        assertThat(feed(TIME + " stdout F three\n" + TIME + " stderr F right\n"))
                .extracting(LogLine::text)
                .containsExactly("one two three", "left right");
    }

    @Test
    void givesALineWithoutEndInPieces() {
        var part = "x".repeat(100_000);

        var lines = feed((TIME + " stdout P " + part + "\n").repeat(3));

        assertThat(lines).extracting(line -> line.text().length()).containsExactly(300_000);
        assertThat(LogParser.LONGEST_LINE).isBetween(200_000, 300_000);
    }

    @Test
    void showsWhatItCannotReadUnderTheLastTime() {
        feed(TIME + " stdout F fine\n");

        assertThat(feed("torn\nnot-a-time stdout F x\n\n"))
                .containsExactly(
                        new LogLine(INSTANT, LogLine.Stream.STDOUT, "torn"),
                        new LogLine(INSTANT, LogLine.Stream.STDOUT, "not-a-time stdout F x"));
    }

    private List<LogLine> feed(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return parser.feed(bytes, bytes.length);
    }
}
