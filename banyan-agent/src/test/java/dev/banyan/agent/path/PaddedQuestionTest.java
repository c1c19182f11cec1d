package dev.banyan.agent.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

class PaddedQuestionTest {
    @ParameterizedTest
    @ValueSource(ints = {128, 576, 1_280, 1_420, 4_096})
    void isAsLongAsItShallBeWithHeadersOfIpAndUdp(int bytes) {
        assertThat(PaddedQuestion.of(bytes).payload()).hasSize(bytes - 28);
    }

    @Test
    void knowsItsAnswerWhateverThatSays() throws IOException {
        var question = PaddedQuestion.of(576);
        var answer = new Message(question.payload());
        assertThat(question.isAnsweredBy(answer.toWire()))
                .as("the question itself")
                .isFalse();
        answer.getHeader().setFlag(Flags.QR);

        assertThat(question.isAnsweredBy(answer.toWire())).isTrue();
        answer.getHeader().setID(answer.getHeader().getID() ^ 1);
        assertThat(question.isAnsweredBy(answer.toWire())).isFalse();
        assertThat(question.isAnsweredBy(new byte[] {1, 2, 3})).isFalse();
    }
}
