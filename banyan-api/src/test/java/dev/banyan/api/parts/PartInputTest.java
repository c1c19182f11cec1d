package dev.banyan.api.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartInputTest {
    private final Deque<ByteString> coming = new ArrayDeque<>();
    private int asked;
    private final PartInput input = new PartInput(() -> {
        asked++;
        return Optional.ofNullable(coming.poll());
    });

    @Test
    void isAllThatCameInItsOrderWhateverTheParts() throws IOException {
        come("ab", "", "c", "", "", "def");

        assertThat(input.readAllBytes()).asString().isEqualTo("abcdef");
    }

    @Test
    void answersWhatIsThereAndDoesNotWaitForMore() throws IOException {
        come("abc", "d");
        var into = new byte[] {'-', '-', '-', '-', '-', '-'};

        assertThat(input.read(into, 1, 5)).isEqualTo(3);
        assertThat(into).asString().isEqualTo("-abc--");
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void keepsTheRestOfAPartForTheNextReader() throws IOException {
        come("abc");

        assertThat(input.readNBytes(2)).asString().isEqualTo("ab");
        assertThat(input.read()).isEqualTo('c');
        assertThat(input.read()).isEqualTo(-1);
    }

    @Test
    void aByteIsNeverTakenForTheEnd() throws IOException {
        coming.add(ByteString.copyFrom(new byte[] {(byte) 0xFF}));

        assertThat(input.read()).isEqualTo(0xFF);
        assertThat(input.read()).isEqualTo(-1);
    }

    @Test
    void theEndStaysTheEndAndIsNotAskedForAgain() throws IOException {
        come("a");
        assertThat(input.readAllBytes()).hasSize(1);
        int before = asked;
        come("too late");

        assertThat(input.read()).isEqualTo(-1);
        assertThat(input.read(new byte[4], 0, 4)).isEqualTo(-1);
        assertThat(asked).isEqualTo(before);
    }

    @Test
    void whoWantsNothingDoesNotWait() throws IOException {
        assertThat(input.read(new byte[4], 4, 0)).isZero();
        assertThat(asked).isZero();
    }

    @Test
    void whoIsCancelledStaysCancelled() {
        var waiting = new PartInput(() -> {
            throw new InterruptedException("cancelled");
        });

        assertThatThrownBy(waiting::read).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatBreaksTheSourceBreaksTheReader() {
        var broken = new PartInput(() -> {
            throw new IOException("the session broke");
        });

        assertThatThrownBy(broken::readAllBytes).hasMessage("the session broke");
    }

    @Test
    void refusesAnArrayThatIsTooShort() {
        come("abc");

        assertThatThrownBy(() -> input.read(new byte[2], 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private void come(String... parts) {
        List.of(parts).forEach(part -> coming.add(ByteString.copyFromUtf8(part)));
    }
}
