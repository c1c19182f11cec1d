package dev.banyan.api.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartOutputTest {
    private static final int PART = PartOutput.PART_BYTES;

    private final List<ByteString> sent = new ArrayList<>();
    private int takes = Integer.MAX_VALUE;
    private final PartOutput output = new PartOutput(part -> {
        if (sent.size() >= takes) {
            return false;
        }
        sent.add(part);
        return true;
    });

    @Test
    void sendsPartsThatAreFullAndTheRestWhenItIsFlushed() throws IOException {
        output.write(new byte[PART - 1]);
        assertThat(sent).isEmpty();
        output.write(7);
        assertThat(sizes()).containsExactly(PART);
        output.write(new byte[2 * PART + 3]);
        assertThat(sizes()).containsExactly(PART, PART, PART);

        output.flush();

        assertThat(sizes()).containsExactly(PART, PART, PART, 3);
    }

    @Test
    void sendsNothingForNothing() throws IOException {
        output.flush();
        output.write(new byte[0]);
        output.flush();
        output.close();

        assertThat(sent).isEmpty();
    }

    @Test
    void whatComesOutIsWhatWasWrittenHoweverItWasCut() throws IOException {
        var random = new Random(7);
        var all = new byte[5 * PART];
        random.nextBytes(all);
        for (int at = 0; at < all.length; ) {
            int length = Math.min(all.length - at, random.nextInt(2 * PART));
            output.write(all, at, length);
            at += length;
            if (random.nextInt(4) == 0) {
                output.flush();
            }
        }
        output.flush();

        assertThat(ByteString.copyFrom(sent).toByteArray()).isEqualTo(all);
        assertThat(sizes()).allMatch(size -> size > 0 && size <= PART);
    }

    @Test
    void aPartThatIsUnderWayDoesNotChangeWithTheNext() throws IOException {
        output.write(new byte[] {1, 2});
        output.flush();
        output.write(new byte[] {8, 9});
        output.flush();

        assertThat(sent.getFirst().toByteArray()).containsExactly(1, 2);
    }

    @Test
    void endsWhoWritesOnceNobodyTakesAnyMore() {
        takes = 1;

        assertThatThrownBy(() -> new ByteArrayInputStream(new byte[10 * PART]).transferTo(output))
                .isInstanceOf(PartOutput.Over.class)
                .hasMessage("the session is over");
        assertThat(sent).hasSize(1);
    }

    @Test
    void whatWasNotTakenIsNotSentBehindTheFailure() throws IOException {
        takes = 0;
        output.write(new byte[5]);
        assertThatThrownBy(output::flush).isInstanceOf(PartOutput.Over.class);
        takes = 9;

        output.close();

        assertThat(sent).isEmpty();
    }

    @Test
    void whoIsCancelledStaysCancelled() throws IOException {
        var waiting = new PartOutput(part -> {
            throw new InterruptedException("cancelled");
        });
        waiting.write(1);

        assertThatThrownBy(waiting::flush).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private List<Integer> sizes() {
        return sent.stream().map(ByteString::size).toList();
    }
}
