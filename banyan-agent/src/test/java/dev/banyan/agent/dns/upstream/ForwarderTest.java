package dev.banyan.agent.dns.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SystemEnv;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class ForwarderTest {
    private static final Name NAME = Name.fromConstantString("example.com.");
    private static final Record RECORD = record(7);

    /** A server that answers may take this long on a busy machine. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private final SystemEnv env = new SystemEnv();
    private final Exchange exchange = new Exchange(env);
    private final List<InetSocketAddress> asked = new ArrayList<>();

    /** Servers that say nothing of use: nobody waits for them longer than the forwarder does. */
    private final Set<InetSocketAddress> silent = new HashSet<>();

    private final Forwarder forwarder = new Forwarder(env.time(), this::ask);

    private Optional<Message> ask(Message query, InetSocketAddress server, Duration given) {
        asked.add(server);
        return exchange.ask(query, server, silent.contains(server) ? given : LONG);
    }

    @Test
    void passesOnWhatAServerSays() {
        try (var server = FakeNameServer.saying(UnaryOperator.identity(), RECORD)) {
            var said = forwarder.ask(query(), List.of(server.address())).orElseThrow();

            assertThat(said.getSection(Section.ANSWER)).containsExactly(RECORD);
            assertThat(server.heard()).hasSize(1);
        }
    }

    @Test
    void asksUnderANumberOfItsOwn() {
        try (var server = FakeNameServer.saying(UnaryOperator.identity(), RECORD)) {
            var query = query();
            for (int i = 0; i < 8; i++) {
                assertThat(forwarder.ask(query, List.of(server.address()))).isPresent();
            }

            assertThat(server.heard().stream()
                            .map(heard -> heard.getHeader().getID())
                            .distinct()
                            .count())
                    .isGreaterThan(4);
            assertThat(server.heard())
                    .allMatch(heard -> heard.getQuestion().equals(query.getQuestion())
                            && heard.getHeader().getFlag(Flags.RD));
        }
    }

    @Test
    void asksForSignaturesIfItIsAskedForThem() {
        try (var server = FakeNameServer.saying(UnaryOperator.identity(), RECORD)) {
            var query = query();
            query.addRecord(new OPTRecord(1232, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
            query.getHeader().setFlag(Flags.CD);
            assertThat(forwarder.ask(query, List.of(server.address()))).isPresent();
            assertThat(forwarder.ask(query(), List.of(server.address()))).isPresent();

            assertThat(server.heard().getFirst().getOPT().getFlags()).isEqualTo(ExtendedFlags.DO);
            assertThat(server.heard().getFirst().getHeader().getFlag(Flags.CD)).isTrue();
            assertThat(server.heard().getLast().getOPT().getFlags()).isZero();
        }
    }

    @Test
    void asksAgainByTcpWhatWasCutOff() {
        try (var server = new FakeNameServer(
                (query, udp) -> Optional.of(udp ? cut(query) : FakeNameServer.answer(query, RECORD)))) {
            assertThat(forwarder
                            .ask(query(), List.of(server.address()))
                            .orElseThrow()
                            .getSection(Section.ANSWER))
                    .containsExactly(RECORD);
        }
    }

    @Test
    void goesToTheNextServerIfOneIsSilentOrGone() {
        try (var nothing = new FakeNameServer((query, udp) -> Optional.empty());
                var server = FakeNameServer.saying(UnaryOperator.identity(), RECORD)) {
            var nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
            silent.add(nothing.address());
            var said = forwarder.ask(query(), List.of(nothing.address(), nobody, server.address()));

            assertThat(said.orElseThrow().getSection(Section.ANSWER)).containsExactly(RECORD);
            assertThat(forwarder.ask(query(), List.of(nothing.address(), server.address())))
                    .isPresent();
            assertThat(asked)
                    .as("the second time the silent one would be asked last")
                    .containsExactly(nothing.address(), nobody, server.address(), server.address());
        }
    }

    @Test
    void asksAllOnceMoreAndWaitsLongerThen() {
        var one = InetSocketAddress.createUnresolved("one", 53);
        var other = InetSocketAddress.createUnresolved("other", 53);
        var patience = new ArrayList<Duration>();
        var unheard = new Forwarder(env.time(), (query, server, given) -> {
            asked.add(server);
            patience.add(given);
            return Optional.empty();
        });

        assertThat(unheard.ask(query(), List.of(one, other))).isEmpty();

        assertThat(asked).containsExactly(one, other, one, other);
        assertThat(patience)
                .containsExactly(
                        Forwarder.FIRST_PATIENCE,
                        Forwarder.FIRST_PATIENCE,
                        Forwarder.SECOND_PATIENCE,
                        Forwarder.SECOND_PATIENCE);
    }

    @Test
    void aRefusalCountsOnlyIfNobodySaysBetter() {
        try (var refusing = FakeNameServer.saying(ForwarderTest::refused);
                var server = FakeNameServer.saying(UnaryOperator.identity(), RECORD)) {
            assertThat(code(List.of(refusing.address(), server.address()))).isEqualTo(Rcode.NOERROR);
            assertThat(code(List.of(refusing.address()))).isEqualTo(Rcode.REFUSED);
        }
    }

    @Test
    void heedsNothingThatDoesNotAnswerTheQuestion() {
        var forged = new UnaryOperator<Message>() {
            @Override
            public Message apply(Message answer) {
                answer.getHeader().setID(answer.getHeader().getID() + 1 & 0xffff);
                return answer;
            }
        };
        var unasked = new UnaryOperator<Message>() {
            @Override
            public Message apply(Message answer) {
                answer.removeAllRecords(Section.QUESTION);
                return answer;
            }
        };
        for (var lie : List.<UnaryOperator<Message>>of(forged, unasked)) {
            try (var liar = FakeNameServer.saying(lie, RECORD);
                    var server = FakeNameServer.saying(UnaryOperator.identity(), record(9))) {
                silent.add(liar.address());
                var said = forwarder
                        .ask(query(), List.of(liar.address(), server.address()))
                        .orElseThrow();

                assertThat(said.getSection(Section.ANSWER)).containsExactly(record(9));
            }
        }
    }

    @Test
    void saysNothingIfThereIsNobodyToAsk() {
        assertThat(forwarder.ask(query(), List.of())).isEmpty();
    }

    private int code(List<InetSocketAddress> servers) {
        return forwarder.ask(query(), servers).orElseThrow().getHeader().getRcode();
    }

    private static Message refused(Message answer) {
        answer.getHeader().setRcode(Rcode.REFUSED);
        return answer;
    }

    private static Message cut(Message query) {
        var cut = FakeNameServer.answer(query);
        cut.getHeader().setFlag(Flags.TC);
        return cut;
    }

    private static Message query() {
        return Message.newQuery(Record.newRecord(NAME, Type.A, DClass.IN));
    }

    private static Record record(int last) {
        return new ARecord(NAME, DClass.IN, 60, new byte[] {(byte) 192, 0, 2, (byte) last});
    }
}
