package dev.banyan.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ProbeResult.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

class QuestionTest {
    private final Question question = Question.of("web.shop.internal");

    private Message reply(int code, String... addresses) throws IOException {
        var reply = new Message(question.packet());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setRcode(code);
        for (var address : addresses) {
            reply.addRecord(
                    new ARecord(reply.getQuestion().getName(), DClass.IN, 1, InetAddress.getByName(address)),
                    Section.ANSWER);
        }
        return reply;
    }

    private Finding judged(Message reply, String... expected) {
        var answer = question.answer(reply.toWire()).orElseThrow();
        return Question.judge(answer, List.of(expected));
    }

    @Test
    void theAddressesAreExactlyThose() throws IOException {
        assertThat(judged(reply(Rcode.NOERROR, "10.200.0.1"), "10.200.0.1")).isEqualTo(Finding.WELL);
        assertThat(judged(reply(Rcode.NOERROR, "10.192.0.2", "10.192.1.2"), "10.192.1.2", "10.192.0.2"))
                .isEqualTo(Finding.WELL);
        assertThat(judged(reply(Rcode.NOERROR, "10.200.0.2"), "10.200.0.1"))
                .isEqualTo(new Finding(Outcome.OTHER_ADDRESS, "it has 10.200.0.2, not 10.200.0.1"));
        assertThat(judged(reply(Rcode.NOERROR), "10.200.0.1"))
                .isEqualTo(new Finding(Outcome.OTHER_ADDRESS, "it has no address, not 10.200.0.1"));
    }

    @Test
    void ipv6AddressesAreComparedAsTheyAreWritten() throws IOException {
        var asked = Question.ofIpv6("web.shop.internal");
        var reply = new Message(asked.packet());
        reply.getHeader().setFlag(Flags.QR);
        reply.addRecord(
                new AAAARecord(
                        reply.getQuestion().getName(), DClass.IN, 1, InetAddress.getByName("fd5c:1a0:77e2:c800::2")),
                Section.ANSWER);
        var answer = asked.answer(reply.toWire()).orElseThrow();

        assertThat(Question.judge(answer, List.of("fd5c:1a0:77e2:c800::2"))).isEqualTo(Finding.WELL);
        assertThat(Question.judge(answer, List.of("fd5c:1a0:77e2:c800::3")).detail())
                .isEqualTo("it has fd5c:1a0:77e2:c800::2, not fd5c:1a0:77e2:c800::3");
        assertThat(question.answer(reply.toWire()))
                .as("to the question for IPv4")
                .isEmpty();
    }

    @Test
    void anAnswerThatWasCutOffHasNoOthers() throws IOException {
        var cut = reply(Rcode.NOERROR, "10.192.0.2");
        cut.getHeader().setFlag(Flags.TC);

        assertThat(judged(cut, "10.192.0.2", "10.192.0.3")).isEqualTo(Finding.WELL);
        assertThat(judged(cut, "10.192.0.3").outcome()).isEqualTo(Outcome.OTHER_ADDRESS);
    }

    @Test
    void aNameMayBeUnknownAndTheServerUnwilling() throws IOException {
        assertThat(judged(reply(Rcode.NXDOMAIN), "10.200.0.1").outcome()).isEqualTo(Outcome.NO_NAME);
        assertThat(judged(reply(Rcode.SERVFAIL), "10.200.0.1"))
                .isEqualTo(new Finding(Outcome.FAILED, "the name server says SERVFAIL"));
    }

    @Test
    void whatIsNoAnswerToThisQuestionIsNone() throws IOException {
        var other = reply(Rcode.NOERROR);
        other.getHeader().setID(question.message().getHeader().getID() ^ 1);

        assertThat(question.answer(other.toWire())).isEmpty();
        assertThat(question.answer(question.packet())).isEmpty();
        assertThat(question.answer(new byte[] {1, 2, 3})).isEmpty();
        var elsewhere = Question.of("db.shop.internal");
        assertThat(elsewhere.answer(reply(Rcode.NOERROR).toWire())).isEmpty();
    }
}
