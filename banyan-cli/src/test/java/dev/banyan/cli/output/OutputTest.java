package dev.banyan.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutputTest {
    private static final Progress SOME = new Progress(
            "shop",
            3,
            List.of(
                    new Progress.Service("db", 1, 1, 1, ""),
                    new Progress.Service(
                            "frontend", 3, 2, 1, "shop.frontend.3.2.0: BackOff, attempt 1 ended: exit code 1")));

    @Test
    void alignsColumnsAndShowsEmptyCells() {
        var table = new Table(
                List.of("APP", "READY", "NOTE"), List.of(List.of("shop", "1/3", ""), List.of("a", "10/10", "wäits")));

        assertThat(table.render())
                .isEqualTo(
                        """
                        APP   READY  NOTE
                        shop  1/3    -
                        a     10/10  wäits
                        """);
    }

    @Test
    void makesForeignTextHarmlessInTables() {
        var table = new Table(List.of("A"), List.of(List.of("x\u001b[2J\ny")));

        assertThat(table.render()).isEqualTo("A\nx\\u001b[2J\\u000ay\n");
    }

    @Test
    void wantsACellForEachColumn() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Table(List.of("A", "B"), List.of(List.of("x"))));
    }

    @Test
    void writesJsonWithItsSchema() {
        var item = new LinkedHashMap<String, Object>();
        item.put("name", "a\"b\\c\n\u001b\u202e\ud800ü");
        item.put("count", 3L);
        item.put("ready", true);
        item.put("tags", List.of());
        item.put("more", Map.of());

        assertThat(JsonOutput.document("banyan.test/1", "items", List.of(item, List.of(1, 2))))
                .isEqualTo(
                        """
                        {
                          "schema": "banyan.test/1",
                          "items": [
                            {
                              "name": "a\\"b\\\\c\\n\\u001b\\u202e\\ud800ü",
                              "count": 3,
                              "ready": true,
                              "tags": [],
                              "more": {}
                            },
                            [
                              1,
                              2
                            ]
                          ]
                        }
                        """);
        assertThat(JsonOutput.line(Map.of("a", List.of(1, "x  \n y")))).isEqualTo("{ \"a\": [ 1, \"x  \\n y\" ] }");
    }

    @Test
    void drawsProgressAsABlock() {
        assertThat(new ProgressView(Palette.PLAIN).block(SOME, Duration.ofMillis(12_340)))
                .containsExactly(
                        "shop release 3: 1/2 services ready, 12.34 s",
                        "  ok  db        1/1 ready",
                        "  ..  frontend  1/3 ready, 2 running (shop.frontend.3.2.0: BackOff, attempt 1 ended: exit code 1)");
    }

    @Test
    void cutsLinesThatWouldWrap() {
        var wordy = new Progress("a", 1, List.of(new Progress.Service("b", 1, 0, 0, "x".repeat(500))));

        assertThat(new ProgressView(Palette.PLAIN).block(wordy, Duration.ZERO).get(1))
                .hasSizeLessThan(120)
                .endsWith("...");
    }

    @Test
    void tellsOnlyWhatChangedAsLines() {
        var view = new ProgressView(Palette.PLAIN);
        var later =
                new Progress("shop", 3, List.of(SOME.services().get(0), new Progress.Service("frontend", 3, 3, 3, "")));

        assertThat(view.changes(Optional.empty(), SOME, Duration.ZERO)).hasSize(2);
        assertThat(view.changes(Optional.of(SOME), SOME, Duration.ZERO)).isEmpty();
        assertThat(view.changes(Optional.of(SOME), later, Duration.ofSeconds(61)))
                .containsExactly("  61.0 s  frontend: 3/3 ready");
        assertThat(view.alive(SOME, Duration.ofSeconds(5), Optional.of("no engine")))
                .isEqualTo("   5.0 s  waiting for frontend 1/3 (no engine)");
    }

    @Test
    void tellsAServiceAgainOnlyWhenWhatIsSaidOfItChanges() {
        var view = new ProgressView(Palette.PLAIN);
        var running = new Progress("shop", 1, List.of(new Progress.Service("job", 1, 1, 1, "")));
        var ended = new Progress("shop", 1, List.of(new Progress.Service("job", 1, 0, 1, "")));

        assertThat(view.changes(Optional.of(running), ended, Duration.ZERO)).isEmpty();
    }

    @Test
    void saysWhatIsWaitedForOnceAllAreReady() {
        var ready = new Progress("shop", 1, List.of(new Progress.Service("web", 1, 1, 1, "")));

        assertThat(new ProgressView(Palette.PLAIN).alive(ready, Duration.ofSeconds(2), Optional.empty()))
                .isEqualTo("   2.0 s  all ready; seeing that they stay up");
    }

    @Test
    void countsWhatIsStillToStopDuringARemoval() {
        var view = new ProgressView(Palette.PLAIN);
        var leaving = SOME.removing(
                List.of(new Progress.Service("db", 0, 0, 0, ""), new Progress.Service("frontend", 0, 2, 0, "")));
        var stopped = SOME.removing(List.of(new Progress.Service("db", 0, 0, 0, "")));

        assertThat(view.block(leaving, Duration.ofMillis(1500)))
                .containsExactly(
                        "shop release 3: 1/2 services stopped, 1.50 s",
                        "  ok  db        stopped",
                        "  ..  frontend  2 to stop");
        assertThat(view.changes(Optional.of(SOME), leaving, Duration.ofSeconds(1)))
                .containsExactly("   1.0 s  db: stopped", "   1.0 s  frontend: 2 to stop");
        assertThat(view.alive(leaving, Duration.ofSeconds(3), Optional.empty()))
                .isEqualTo("   3.0 s  waiting for frontend 2 to stop");
        assertThat(view.alive(stopped, Duration.ofSeconds(3), Optional.empty()))
                .isEqualTo("   3.0 s  all stopped; removing what it had");
    }

    @Test
    void sumsPhases() {
        var phases = new LinkedHashMap<String, Duration>();
        phases.put("accepted", Duration.ofMillis(120));
        phases.put("placed", Duration.ofMillis(30));

        assertThat(ProgressView.phases(phases)).isEqualTo("accepted 0.12 s, placed 0.03 s, total 0.15 s");
    }

    @Test
    void showsAFailureOnOneScreen() {
        var screen = new FailureScreen(
                "service web, replica 0 does not come up",
                List.of("exit code 1"),
                List.of("boom\u0007", "gone"),
                List.of("look"));

        assertThat(screen.render(Palette.PLAIN))
                .isEqualTo(
                        """
                        WHAT  service web, replica 0 does not come up
                        WHY   exit code 1
                        LOG   boom\\u0007
                              gone
                        NOW   look
                        """);
        assertThat(screen.render(Palette.COLOURED)).contains("\u001b[31mWHAT\u001b[0m");
    }

    @Test
    void saysAgesInTheirLargestUnit() {
        var now = Instant.ofEpochSecond(10_000_000);

        assertThat(Ages.since(0, now)).isEmpty();
        assertThat(Ages.since(now.toEpochMilli() + 5000, now)).isEqualTo("0s");
        assertThat(List.of(119L, 120L, 7199L, 7200L, 172_799L, 172_800L).stream()
                        .map(s -> Ages.of(Duration.ofSeconds(s))))
                .containsExactly("119s", "2m", "119m", "2h", "47h", "2d");
    }

    @Test
    void keepsDataAndWordsApart() {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var console = new Console(new PrintStream(out), new PrintStream(err), true, Palette.PLAIN);

        console.data("data\n");
        console.draw(List.of("1", "2"));
        console.draw(List.of("3"));
        console.say("words\n");
        console.draw(List.of("4"));

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("data\n");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("1\n2\n\u001b[1A\u001b[2K\u001b[1A\u001b[2K3\nwords\n4\n");
    }
}
