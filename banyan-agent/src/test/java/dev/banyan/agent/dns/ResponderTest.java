package dev.banyan.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.dns.zone.Zone;
import dev.banyan.agent.dns.zone.ZoneService;
import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.ServiceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class ResponderTest {
    private final Responder responder = Asked.responder();

    @Test
    void answersAsOneWhoKnowsForASecond() {
        var answer = reply("web.shop.internal", Type.A);

        assertThat(Asked.addresses(answer)).containsExactly("10.200.0.7");
        assertThat(answer.getSection(Section.ANSWER).getFirst().getTTL()).isEqualTo(1);
        assertThat(answer.getHeader().getFlag(Flags.QR)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.RA)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.RD)).isTrue();
        assertThat(answer.getHeader().getRcode()).isEqualTo(Rcode.NOERROR);
    }

    @Test
    void repeatsNumberAndNameAsTheyWereAsked() {
        var query = Asked.query("wEB.Shop.INTERNAL", Type.A);
        var answer = reply(query, Asked.WEB);

        assertThat(answer.getHeader().getID()).isEqualTo(query.getHeader().getID());
        assertThat(answer.getQuestion().getName()).hasToString("wEB.Shop.INTERNAL.");
        assertThat(answer.getSection(Section.ANSWER).getFirst().getName()).hasToString("wEB.Shop.INTERNAL.");
    }

    @Test
    void shortNamesAreOfTheAppWhoseContainerAsks() {
        assertThat(Asked.addresses(reply(Asked.query("db", Type.A), Asked.WEB))).containsExactly("10.200.0.8");
        assertThat(handle(Asked.query("db", Type.A), Asked.STRANGER)).isInstanceOf(Handling.Ask.class);
    }

    @Test
    void aStrangerIsToldNothingOfTheCluster() {
        assertThat(reply(Asked.query("web.shop.internal", Type.A), Asked.STRANGER)
                        .getHeader()
                        .getRcode())
                .isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void theServerItselfIsToldEveryWholeName() {
        for (var server : List.of(Asked.SERVER, Ipv4Address.parse("127.0.0.1"))) {
            assertThat(Asked.addresses(reply(Asked.query("web.shop.internal", Type.A), server)))
                    .containsExactly("10.200.0.7");
        }
        assertThat(reply(Asked.query("no.shop.internal", Type.A), Asked.SERVER)
                        .getHeader()
                        .getRcode())
                .isEqualTo(Rcode.NXDOMAIN);
        assertThat(handle(Asked.query("db", Type.A), Asked.SERVER)).isInstanceOf(Handling.Ask.class);
    }

    @Test
    void whoHasNoWayOutIsToldNoNamesOfOthers() {
        var reach = ServiceSpec.newBuilder()
                .setDeployment("shop")
                .setService("db")
                .setConnections(Connections.newBuilder()
                        .addNetworks(Attachment.newBuilder().setNetwork("back").setInternal(true)))
                .build();
        var db = new ZoneService(
                "shop",
                "db",
                Ipv4Address.parse("10.200.0.8"),
                List.of(),
                List.of(),
                List.of(),
                false,
                List.of(Asked.WEB),
                reach);
        var inner = new Responder(Optional.of(Zone.of(Asked.RANGES, List.of(db))), new Askers(Asked.LABEL), List.of());

        assertThat(inner.handle(Asked.query("example.com", Type.A).toWire(), Asked.WEB))
                .isInstanceOfSatisfying(Handling.Reply.class, reply -> assertThat(
                                reply.message().getHeader().getRcode())
                        .isEqualTo(Rcode.NXDOMAIN));
    }

    @Test
    void aContainerThatIsNotReadyIsKnownToItsOwnAgent() {
        responder.askers().came(Asked.sandbox("s1", "10.192.3.200", "default/shop.web.1.4.0"));

        assertThat(Asked.addresses(reply(Asked.query("tasks.web", Type.A), Ipv4Address.parse("10.192.3.200"))))
                .containsExactlyInAnyOrder("10.192.3.7", "10.192.4.9");
    }

    @Test
    void turnsTheOrderOfReplicas() {
        var seen = new ArrayList<List<String>>();
        for (int id = 0; id < 2; id++) {
            var query = Asked.query("tasks.web.shop.internal", Type.A);
            query.getHeader().setID(id);
            seen.add(Asked.addresses(reply(query, Asked.WEB)));
        }

        assertThat(seen).containsExactly(List.of("10.192.3.7", "10.192.4.9"), List.of("10.192.4.9", "10.192.3.7"));
    }

    @Test
    void aNameOfAnotherTypeIsThereWithoutRecords() {
        for (int type : new int[] {Type.AAAA, Type.MX, Type.TXT, Type.HTTPS}) {
            var answer = reply("web.shop.internal", type);

            assertThat(answer.getHeader().getRcode()).isEqualTo(Rcode.NOERROR);
            assertThat(answer.getSection(Section.ANSWER)).isEmpty();
            assertThat(authority(answer).getMinimum()).isEqualTo(1);
        }
        assertThat(reply("tasks.db.shop.internal", Type.A).getHeader().getRcode())
                .isEqualTo(Rcode.NOERROR);
        assertThat(authority(reply("tasks.db.shop.internal", Type.A)).getTTL()).isEqualTo(1);
    }

    @Test
    void aNameThatIsNotThereIsDeniedForASecond() {
        var answer = reply("nope.shop.internal", Type.A);

        assertThat(answer.getHeader().getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(authority(answer).getName()).hasToString("internal.");
        assertThat(authority(answer).getTTL()).isEqualTo(1);
    }

    @Test
    void theAuthorityIsAnsweredToWhoAsksForIt() {
        assertThat(reply("internal", Type.SOA).getSection(Section.ANSWER)).hasOnlyElementsOfType(SOARecord.class);
        assertThat(reply("shop.internal", Type.SOA).getSection(Section.ANSWER)).isEmpty();
    }

    @Test
    void addressesLeadBackToNames() {
        var answer = reply("9.4.192.10.in-addr.arpa", Type.PTR);

        assertThat(((PTRRecord) answer.getSection(Section.ANSWER).getFirst()).getTarget())
                .hasToString("web-1.shop.internal.");
        assertThat(reply("9.4.192.10.in-addr.arpa", Type.A).getSection(Section.ANSWER))
                .isEmpty();
        assertThat(reply("77.4.192.10.in-addr.arpa", Type.PTR).getHeader().getRcode())
                .isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void namesOfOthersAreAskedOfWhomTheServiceNames() {
        var ofWeb = (Handling.Ask) handle(Asked.query("example.com", Type.A), Asked.WEB);
        var ofStranger = (Handling.Ask) handle(Asked.query("example.com", Type.A), Asked.STRANGER);

        assertThat(ofWeb.servers()).containsExactly("192.0.2.53");
        assertThat(ofWeb.asker()).isEqualTo(Asked.WEB);
        assertThat(ofStranger.servers()).isEmpty();
        assertThat(handle(Asked.query("vm.cloud.internal", Type.A), Asked.WEB)).isInstanceOf(Handling.Ask.class);
    }

    @Test
    void deniesNothingWhileNothingIsKnown() {
        var unknowing = new Responder(Optional.empty(), new Askers(Asked.LABEL), List.of());
        var handled = unknowing.handle(Asked.query("web.shop.internal", Type.A).toWire(), Asked.WEB);

        assertThat(((Handling.Reply) handled).message().getHeader().getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void answersToWhoTakesLittleAreCutOffAndSaySo() {
        var query = Asked.query("web.shop.internal", Type.A);
        assertThat(limit(query)).isEqualTo(512);
        query.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
        assertThat(limit(query)).isEqualTo(1232);

        var asked = Asked.query("web.shop.internal", Type.A);
        asked.addRecord(new OPTRecord(100, 0, 0), Section.ADDITIONAL);
        assertThat(limit(asked)).isEqualTo(512);
        assertThat(reply(asked, Asked.STRANGER).getOPT()).isNotNull();
        assertThat(reply("web.shop.internal", Type.A).getOPT()).isNull();

        var many = new ArrayList<byte[]>();
        for (int i = 0; i < 100; i++) {
            many.add(AddressFamily.IPV4.octets(new Ipv4Address(i)));
        }
        var cut = Asked.read(Replies.addresses(Asked.query("tasks.web.shop.internal", Type.A), many)
                .toWire(512));
        assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(cut.numBytes()).isLessThanOrEqualTo(512);
    }

    @Test
    void refusesByCodeWhatIsNoOrdinaryQuestion() {
        var update = Asked.query("web.shop.internal", Type.A);
        update.getHeader().setOpcode(Opcode.UPDATE);
        var newer = Asked.query("web.shop.internal", Type.A);
        newer.addRecord(new OPTRecord(1232, 0, 1), Section.ADDITIONAL);
        var chaos = Message.newQuery(Record.newRecord(
                Asked.query("version.bind", Type.TXT).getQuestion().getName(), Type.TXT, DClass.CH));
        var twice = Asked.query("web.shop.internal", Type.A);
        twice.addRecord(twice.getQuestion(), Section.QUESTION);

        assertThat(reply(update, Asked.WEB).getHeader().getRcode()).isEqualTo(Rcode.NOTIMP);
        assertThat(reply(newer, Asked.WEB).getRcode()).isEqualTo(Rcode.BADVERS);
        assertThat(reply(chaos, Asked.WEB).getHeader().getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(reply("web.shop.internal", Type.AXFR).getHeader().getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(reply(twice, Asked.WEB).getHeader().getRcode()).isEqualTo(Rcode.FORMERR);
        assertThat(reply(new Message(7), Asked.WEB).getHeader().getRcode()).isEqualTo(Rcode.FORMERR);
    }

    @Test
    void whatCannotBeReadIsSentBackAsAHeader() {
        var cut =
                java.util.Arrays.copyOf(Asked.query("web.shop.internal", Type.A).toWire(), 20);
        var complaint = (Handling.Complaint) responder.handle(cut, Asked.WEB);

        assertThat(complaint.header()).hasSize(12);
        assertThat(Asked.read(complaint.header()).getHeader().getRcode()).isEqualTo(Rcode.FORMERR);
        assertThat(Asked.read(complaint.header()).getHeader().getFlag(Flags.QR)).isTrue();
        assertThat(complaint.header()[0]).isEqualTo(cut[0]);
    }

    @Test
    void whatIsNoQuestionIsNotAnswered() {
        var answer = Asked.query("web.shop.internal", Type.A);
        answer.getHeader().setFlag(Flags.QR);

        assertThat(responder.handle(answer.toWire(), Asked.WEB)).isInstanceOf(Handling.Silence.class);
        assertThat(responder.handle(new byte[11], Asked.WEB)).isInstanceOf(Handling.Silence.class);
        assertThat(responder.handle(new byte[0], Asked.WEB)).isInstanceOf(Handling.Silence.class);
    }

    private static SOARecord authority(Message answer) {
        return (SOARecord) answer.getSection(Section.AUTHORITY).getFirst();
    }

    private int limit(Message query) {
        return ((Handling.Reply) handle(query, Asked.WEB)).limit();
    }

    private Message reply(String name, int type) {
        return reply(Asked.query(name, type), Asked.WEB);
    }

    /** As it comes off the wire. */
    private Message reply(Message query, Ipv4Address asker) {
        return Asked.read(((Handling.Reply) handle(query, asker)).message().toWire(65_535));
    }

    private Handling handle(Message query, Ipv4Address asker) {
        return responder.handle(query.toWire(), asker);
    }
}
