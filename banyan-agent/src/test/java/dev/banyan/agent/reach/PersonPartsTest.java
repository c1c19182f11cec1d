package dev.banyan.agent.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.banyan.agent.session.ReachSource.Person;
import dev.banyan.api.parts.PartOutput;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachUp;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class PersonPartsTest {
    private final Deque<ReachUp> coming = new ArrayDeque<>();
    private final List<ReachDown> told = new ArrayList<>();
    private boolean gone;

    private final Person person = new Person() {
        @Override
        public ReachUp receive() throws InterruptedException {
            var next = coming.poll();
            if (next == null) {
                throw new InterruptedException("the person has gone");
            }
            return next;
        }

        @Override
        public boolean send(ReachDown part) {
            told.add(part);
            return !gone;
        }
    };

    @Test
    void whatAPersonSendsIsReadToItsEndAndOtherMessagesAreNoData() throws IOException {
        send("ab");
        coming.add(ReachUp.getDefaultInstance());
        send("c");
        coming.add(ReachUp.newBuilder().setEnd(true).build());

        assertThat(PersonParts.from(person).readAllBytes()).asString().isEqualTo("abc");
    }

    @Test
    void aPersonWhoGoesBeforeTheEndIsNoEnd() {
        send("half");
        var input = PersonParts.from(person);

        assertThatThrownBy(input::readAllBytes).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).as("the session's task is told").isTrue();
    }

    @Test
    void whatIsWrittenComesInPartsThatAMessageCarries() throws IOException {
        var output = PersonParts.to(person);
        output.write(new byte[PartOutput.PART_BYTES + 1]);
        output.flush();

        assertThat(told.stream().map(part -> part.getData().size())).containsExactly(PartOutput.PART_BYTES, 1);
    }

    @Test
    void writingToAPersonWhoHasGoneEndsAsACancellation() {
        gone = true;
        var output = PersonParts.to(person);

        assertThatThrownBy(() -> {
                    output.write(1);
                    output.flush();
                })
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("the person has gone");
    }

    private void send(String text) {
        coming.add(ReachUp.newBuilder().setData(ByteString.copyFromUtf8(text)).build());
    }
}
