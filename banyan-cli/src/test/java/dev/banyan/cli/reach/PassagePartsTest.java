package dev.banyan.cli.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.banyan.api.parts.PartInput;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.cluster.Passage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PassagePartsTest {
    private static final ReachOutcome DONE =
            ReachOutcome.newBuilder().setDone(true).setFiles(3).build();
    private static final Optional<ReachDown> SILENCE = Optional.empty();

    private final Deque<Optional<ReachDown>> coming = new ArrayDeque<>();
    private final List<String> notes = new ArrayList<>();
    private final PassageParts parts = new PassageParts(new Scripted(), notes::add);

    @Test
    void isTheDataAloneWhateverComesBetween() throws IOException {
        come(opened(), data("ab"));
        coming.add(SILENCE);
        come(note("a link was left out"), data(""), data("c"), ended(), outcome());

        assertThat(new PartInput(parts).readAllBytes()).asString().isEqualTo("abc");
        assertThat(notes).containsExactly("a link was left out");
        assertThat(parts.outcome()).isEqualTo(DONE);
    }

    @Test
    void whoReadsTheDataDoesNotWaitForTheOutcomeBehindIt() throws IOException {
        come(data("all"), ended());

        assertThat(new PartInput(parts).readAllBytes()).asString().isEqualTo("all");
    }

    @Test
    void anOutcomeIsAnEndToo() throws IOException {
        come(data("half"), outcome());

        assertThat(new PartInput(parts).readAllBytes()).asString().isEqualTo("half");
        assertThat(parts.outcome()).isEqualTo(DONE);
        assertThat(parts.outcome()).as("asked again").isEqualTo(DONE);
    }

    @Test
    void notesBehindTheDataAreHeardBeforeTheOutcome() throws IOException {
        come(data("x"), ended(), note("not copied: /srv/pipe"), note("not copied: /srv/device"), outcome());
        assertThat(new PartInput(parts).readAllBytes()).hasSize(1);

        assertThat(parts.outcome()).isEqualTo(DONE);
        assertThat(notes).containsExactly("not copied: /srv/pipe", "not copied: /srv/device");
    }

    @Test
    void whoeverWantsOnlyTheOutcomePassesOverTheData() throws IOException {
        come(opened(), data("unread"), data("too"), ended(), outcome());

        assertThat(parts.outcome()).isEqualTo(DONE);
        assertThat(new PartInput(parts).read()).as("nothing comes behind it").isEqualTo(-1);
    }

    @Test
    void aSessionThatBreaksIsNoEnd() {
        come(data("half"));
        var input = new PartInput(parts);

        assertThatThrownBy(input::readAllBytes).isInstanceOf(ApiException.class).hasMessage("the session broke");
        assertThatThrownBy(parts::outcome).isInstanceOf(ApiException.class);
    }

    @Test
    void whoIsCancelledWhileItWaitsStaysCancelled() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(parts::outcome).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private void come(ReachDown... messages) {
        List.of(messages).forEach(message -> coming.add(Optional.of(message)));
    }

    private static ReachDown opened() {
        return ReachDown.newBuilder().setOpened(true).build();
    }

    private static ReachDown data(String text) {
        return ReachDown.newBuilder().setData(ByteString.copyFromUtf8(text)).build();
    }

    private static ReachDown note(String text) {
        return ReachDown.newBuilder().setNote(text).build();
    }

    private static ReachDown ended() {
        return ReachDown.newBuilder().setEnd(true).build();
    }

    private static ReachDown outcome() {
        return ReachDown.newBuilder().setOutcome(DONE).build();
    }

    /** Hears what is prepared, and breaks when there is nothing more. */
    private final class Scripted implements Passage {
        @Override
        public boolean send(ReachUp part) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public Optional<ReachDown> receive(Duration atMost) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException("cancelled");
            }
            var next = coming.poll();
            if (next == null) {
                throw new ApiException(Reason.UNAVAILABLE, "the session broke");
            }
            return next;
        }

        @Override
        public void close() {}
    }
}
