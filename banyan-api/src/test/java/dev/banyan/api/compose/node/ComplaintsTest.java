package dev.banyan.api.compose.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.source.Diagnostic;
import dev.banyan.api.source.Position;
import dev.banyan.api.source.Problems;
import dev.banyan.api.source.SourceText;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComplaintsTest {
    private final Origin first = new Origin(0, new SourceText("first", "one\ntwo\n"), false);
    private final Origin second = new Origin(1, new SourceText("second", "eins\nzwei\n"), true);
    private final Complaints complaints = new Complaints();

    @Test
    void tellsFilesInTheirOrderAndEachFromItsTop() {
        complaints.refuse(Trail.ROOT, at(second, 1), "c");
        complaints.refuse(Trail.ROOT, at(first, 2), "b");
        complaints.refuse(Trail.ROOT, at(first, 1), "a");

        assertThat(complaints.refusals()).extracting(Diagnostic::message).containsExactly("a", "b", "c");
    }

    @Test
    void saysTheSameOnce() {
        complaints.refuse(Trail.ROOT.key("a"), at(first, 1), "wrong");
        complaints.refuse(Trail.ROOT.key("a"), at(first, 1), "wrong");
        complaints.refuse(Trail.ROOT.key("b"), at(first, 1), "wrong");

        assertThat(complaints.count()).isEqualTo(2);
    }

    @Test
    void showsNoLineOfASecretText() {
        complaints.refuse(Trail.ROOT, at(first, 2), "a");
        complaints.refuse(Trail.ROOT, at(second, 2), "b");

        assertThat(complaints.refusals())
                .extracting(Diagnostic::sourceLine)
                .containsExactly(Optional.of("two"), Optional.empty());
    }

    @Test
    void warnsOnceOfASubject() {
        complaints.warnOnce("A", Trail.ROOT.key("x"), at(first, 1), "A is not set", "set it");
        complaints.warnOnce("A", Trail.ROOT.key("y"), at(first, 2), "A is not set", "set it");
        complaints.warnOnce("B", Trail.ROOT.key("y"), at(first, 2), "B is not set", "set it");

        assertThat(complaints.warnings()).hasSize(2);
        assertThat(complaints.none()).isTrue();
    }

    @Test
    void knowsWhereItComplained() {
        var services = Trail.ROOT.key("services");
        complaints.refuse(services.key("web").key("ports").index(0), at(first, 1), "wrong");

        assertThat(complaints.within(services)).isTrue();
        assertThat(complaints.within(services.key("web"))).isTrue();
        assertThat(complaints.within(services.key("we"))).isFalse();
    }

    @Test
    void keepsOnlySoMany() {
        for (int i = 0; i < 2 * Problems.PROBLEMS_MAX; i++) {
            assertThat(complaints.full()).isEqualTo(i >= Problems.PROBLEMS_MAX);
            complaints.refuse(Trail.ROOT.index(i), at(first, 1), "wrong");
        }

        assertThat(complaints.refusals()).hasSize(Problems.PROBLEMS_MAX);
        assertThat(complaints.full()).isTrue();
    }

    @Test
    void printsAPath() {
        assertThat(Trail.ROOT.key("services").key("web").key("ports").index(3).key("target"))
                .hasToString("services.web.ports[3].target");
    }

    private static Place at(Origin origin, int line) {
        return new Place(origin, new Position(line, 1));
    }
}
