package dev.banyan.agent.isolation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftDifference;
import dev.banyan.agent.host.nft.NftTable;
import dev.banyan.agent.plane.rules.Choices;
import dev.banyan.agent.plane.rules.End;
import dev.banyan.agent.plane.rules.Packet;
import dev.banyan.agent.plane.rules.PacketTables;
import dev.banyan.agent.plane.rules.RuleRun;
import dev.banyan.agent.plane.rules.RuleRun.Sight;
import dev.banyan.agent.plane.rules.RuleRun.Verdict;
import dev.banyan.agent.proxy.Protocol;
import dev.banyan.api.policy.Openness;
import dev.banyan.api.policy.Party;
import dev.banyan.api.twin.TwinPrefix;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Connections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IsolationTableTest {
    private static final AddressFamily IPV4 = AddressFamily.IPV4;
    private static final String NAME = "banyan_0123abc_apart";
    private static final Verdict ACCEPT = new Verdict.Accept();
    private static final Verdict DROP = new Verdict.Drop();
    private static final Verdict REFUSE = new Verdict.Refuse();
    private static final String STRANGER = "10.192.4.250";
    private static final String OUTSIDER = "198.51.100.7";

    private final Drawn drawn = Drawn.of(1, 0, 0);

    private PacketTables tables() {
        return tables(drawn);
    }

    private static PacketTables tables(Drawn drawn) {
        var tables = new PacketTables();
        var identities = Identities.of(Drawn.RANGES, drawn.view(), drawn.attached);
        var ruled = new IsolationTable(NAME, Drawn.RANGES, IPV4).of(drawn.view(), drawn.attached, identities);
        assertThat(tables.commit(
                        NftDifference.of(ruled.table(), Optional.empty()).script()))
                .isEmpty();
        return tables;
    }

    /** A packet as a chain sees it. */
    private record Seen(Protocol protocol, String from, String to, int port, String in, String asked, boolean known) {
        static Seen of(String from, String to) {
            return new Seen(Protocol.TCP, from, to, 80, "bny", to, false);
        }

        Seen asking(String address) {
            return new Seen(protocol, from, to, port, in, address, known);
        }

        Seen by(String link) {
            return new Seen(protocol, from, to, port, link, asked, known);
        }

        Seen at(Protocol other, int number) {
            return new Seen(other, from, to, number, in, asked, known);
        }

        Seen answered() {
            return new Seen(protocol, from, to, port, in, asked, true);
        }

        Verdict in(PacketTables tables, String chain) {
            var packet = new Packet(protocol, End.of(from, 40_000), End.of(to, port));
            var table = tables.named(NAME).orElseThrow();
            var sight = new Sight(packet, in, "", !asked.equals(to), known, false, Ipv4Address.parse(asked));
            return new RuleRun(table, sight, new Choices(List.of()))
                    .of(requireNonNull(table.chains().get(chain)));
        }
    }

    private static Connections usual() {
        return Party.usual();
    }

    /** Each container of the cluster, each of this server, directly and by the virtual address. */
    @Test
    void letsInWhoMay() {
        for (int seed = 0; seed < 10; seed++) {
            var many = Drawn.of(seed, 10, 5);
            var tables = tables(many);
            for (var from : many.services) {
                for (var to : many.services) {
                    var open = Openness.between(from.party(), to.party());
                    for (var source : from.addresses()) {
                        var seen = Seen.of(
                                source.toString(), to.addresses().getFirst().toString());
                        assertThat(seen.in(tables, "forward"))
                                .as(seed + ": " + seen + open)
                                .isEqualTo(open.isOpen(new Openness.Port(80, false)) ? ACCEPT : REFUSE);
                        assertThat(seen.at(Protocol.UDP, 53)
                                        .asking("10.200.0.1")
                                        .in(tables, "forward"))
                                .isEqualTo(open.isOpen(new Openness.Port(53, true)) ? ACCEPT : REFUSE);
                        assertThat(seen.at(Protocol.TCP, 22).in(tables, "forward"))
                                .isEqualTo(open.rest() ? ACCEPT : REFUSE);
                    }
                }
            }
        }
    }

    @Test
    void servicesThatAreOpenToTheSameShareADoor() {
        drawn.add("shop", "web", usual(), List.of());
        drawn.add("shop", "db", usual(), List.of());
        drawn.add("blog", "web", usual(), List.of());

        assertThat(tables().named(NAME).orElseThrow().chains().keySet())
                .filteredOn(name -> name.startsWith("door."))
                .hasSize(2);
    }

    @Test
    void aContainerSendsUnderItsOwnAddressAlone() {
        drawn.add("shop", "web", usual(), List.of());
        drawn.add("shop", "db", usual(), List.of());
        var tables = tables();

        assertThat(Seen.of("10.192.3.2", OUTSIDER).by("veth2").in(tables, "origin"))
                .isEqualTo(ACCEPT);
        for (var forged : List.of("10.192.3.3", "10.192.3.1", "10.192.4.2", OUTSIDER, "0.0.0.0", "127.0.0.1")) {
            assertThat(Seen.of(forged, OUTSIDER).by("veth2").in(tables, "origin"))
                    .isEqualTo(DROP);
        }
        assertThat(Seen.of("10.192.3.2", OUTSIDER).by("eth0").in(tables, "origin"))
                .isEqualTo(DROP);
        assertThat(Seen.of("10.192.4.2", "10.192.3.2").by("bny").in(tables, "origin"))
                .isEqualTo(ACCEPT);
        assertThat(Seen.of("10.192.3.1", "10.192.3.2").by("lo").in(tables, "origin"))
                .isEqualTo(ACCEPT);
    }

    @Test
    void aContainerOfNoKnownServiceReachesNobody() {
        drawn.add("shop", "web", usual(), List.of());
        drawn.attached.add(new Container(Ipv4Address.parse("10.192.3.99"), "veth99", "default/gone.web"));
        var tables = tables();

        assertThat(Seen.of("10.192.3.99", OUTSIDER).by("veth99").in(tables, "origin"))
                .isEqualTo(DROP);
        assertThat(Seen.of("10.192.3.2", "10.192.3.99").in(tables, "forward")).isEqualTo(DROP);
    }

    @Test
    void whoIsNotKnownIsDroppedAndNotRefused() {
        drawn.add("shop", "web", usual(), List.of());

        assertThat(Seen.of(STRANGER, "10.192.3.2").in(tables(), "forward")).isEqualTo(DROP);
    }

    @Test
    void anAddressOfTwoServicesElsewhereIsNobodys() {
        var web = drawn.add("shop", "web", usual(), List.of());
        var moved = drawn.add("blog", "web", usual(), List.of());
        drawn.services.set(1, new ClusterView.Service("default", moved.spec(), web.addresses(), moved.agents()));

        assertThat(Seen.of("10.192.4.2", "10.192.3.2").in(tables(), "forward")).isEqualTo(DROP);
        assertThat(Seen.of("10.192.3.2", "10.192.3.3").in(tables(), "forward"))
                .as("here the container runtime knows whose it is")
                .isEqualTo(REFUSE);
    }

    @Test
    void publishedPortsAreOpenToAll() {
        drawn.add("shop", "web", usual(), List.of());
        drawn.add("blog", "web", usual(), List.of());
        var tables = tables();

        for (var from : List.of("10.192.3.3", "10.192.4.3", OUTSIDER, STRANGER)) {
            assertThat(Seen.of(from, "10.192.3.2").asking("192.0.2.1").in(tables, "forward"))
                    .isEqualTo(ACCEPT);
            assertThat(Seen.of(from, "10.192.3.2").asking("10.192.3.1").in(tables, "forward"))
                    .isEqualTo(ACCEPT);
        }
        assertThat(Seen.of("10.192.4.1", "10.192.3.2").in(tables, "forward"))
                .as("led here by another server")
                .isEqualTo(ACCEPT);
        assertThat(Seen.of(OUTSIDER, "10.192.3.2").asking("10.200.0.1").in(tables, "forward"))
                .as("virtual addresses are for the cluster")
                .isEqualTo(REFUSE);
    }

    /** A neighbour of the server may have a route to containers. */
    @Test
    void fromOutsideNothingButPublishedPortsIsReached() {
        drawn.add("shop", "web", usual(), List.of());
        var tables = tables();

        assertThat(Seen.of(OUTSIDER, "10.192.3.2").by("eth0").in(tables, "forward"))
                .isEqualTo(REFUSE);
        assertThat(Seen.of(Drawn.OTHER_SERVER.toString(), "10.192.3.2")
                        .by("eth0")
                        .in(tables, "forward"))
                .as("by plain routes")
                .isEqualTo(ACCEPT);
    }

    @Test
    void ofServersNothingButPublishedPortsIsReached() {
        drawn.add("shop", "web", usual(), List.of());
        var tables = tables();

        for (var server : List.of(Drawn.SERVER, Drawn.OTHER_SERVER, Drawn.ENGINE)) {
            assertThat(Seen.of("10.192.3.2", server.toString())
                            .at(Protocol.TCP, 22)
                            .in(tables, "forward"))
                    .isEqualTo(REFUSE);
            assertThat(Seen.of("10.192.3.2", server.toString())
                            .at(Protocol.TCP, 8_002)
                            .in(tables, "forward"))
                    .isEqualTo(server.equals(Drawn.ENGINE) ? REFUSE : ACCEPT);
        }
        assertThat(Seen.of("10.192.3.2", "169.254.169.254").in(tables, "forward"))
                .isEqualTo(REFUSE);
        assertThat(Seen.of("10.192.3.2", OUTSIDER).in(tables, "forward")).isEqualTo(ACCEPT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.192.3.1", "192.0.2.1", "10.192.4.1"})
    void ofThisServerNamesAloneAreAnswered(String address) {
        drawn.add("shop", "web", usual(), List.of());
        var tables = tables();

        for (var from : List.of("10.192.3.2", "10.192.4.2", STRANGER)) {
            assertThat(Seen.of(from, address).in(tables, "input")).isEqualTo(REFUSE);
        }
        assertThat(Seen.of("10.192.3.2", "127.0.53.53").asking("10.192.3.1").in(tables, "input"))
                .isEqualTo(ACCEPT);
        assertThat(Seen.of("10.192.3.2", address).answered().in(tables, "input"))
                .isEqualTo(ACCEPT);
        assertThat(Seen.of(OUTSIDER, address).in(tables, "input")).isEqualTo(ACCEPT);
        assertThat(Seen.of("10.192.4.1", address).in(tables, "input")).isEqualTo(ACCEPT);
    }

    @Test
    void whoIsInInternalNetworksAloneHasNoWayOut() {
        var inner = Connections.newBuilder()
                .addNetworks(Attachment.newBuilder().setNetwork("back").setInternal(true))
                .build();
        drawn.add("shop", "db", inner, List.of());
        drawn.add("shop", "api", inner, List.of());
        drawn.add("blog", "web", usual(), List.of());
        var tables = tables();

        assertThat(Seen.of("10.192.3.2", OUTSIDER).in(tables, "forward")).isEqualTo(REFUSE);
        assertThat(Seen.of("10.192.3.2", "192.0.2.2").at(Protocol.TCP, 8_002).in(tables, "forward"))
                .isEqualTo(REFUSE);
        assertThat(Seen.of("10.192.3.2", "10.192.3.4").asking("192.0.2.1").in(tables, "forward"))
                .isEqualTo(REFUSE);
        assertThat(Seen.of("10.192.3.2", "10.192.3.3").in(tables, "forward")).isEqualTo(ACCEPT);
        assertThat(Seen.of("10.192.3.2", OUTSIDER).answered().in(tables, "forward"))
                .as("who came in is answered")
                .isEqualTo(ACCEPT);
    }

    @Test
    void aChangeOfAddressesChangesElementsAlone() {
        drawn.add("shop", "web", usual(), List.of());
        var before = table();
        drawn.add("shop", "db", usual(), List.of());
        var script = NftDifference.between(before, table()).script();

        assertThat(script.lines()).allMatch(line -> line.startsWith("add element ip " + NAME));
        assertThat(script).contains("doors { 10.192.3.3 : goto door.", "known { 10.192.3.3, 10.192.4.3 }");
    }

    private static Shield shield(AddressFamily family, Drawn drawn) {
        return Shield.of(Drawn.RANGES, family, Shield.Basis.of(drawn.view()));
    }

    private NftTable table() {
        var identities = Identities.of(Drawn.RANGES, drawn.view(), drawn.attached);
        return new IsolationTable(NAME, Drawn.RANGES, IPV4)
                .of(drawn.view(), drawn.attached, identities)
                .table();
    }

    @Test
    void theTwinSaysTheSameOfTwins() {
        var apps = Drawn.of(3, 3, 2);
        var prefix = TwinPrefix.parse("fd5c:1a0:77e2::/48");
        var identities = Identities.of(Drawn.RANGES, apps.view(), apps.attached);
        var plain = new IsolationTable(NAME, Drawn.RANGES, IPV4)
                .of(apps.view(), apps.attached, identities)
                .table();
        var twin = new IsolationTable(NAME, Drawn.RANGES, AddressFamily.ipv6(prefix))
                .of(apps.view(), apps.attached, identities)
                .table();

        assertThat(twin.family()).isEqualTo("ip6");
        assertThat(twin.toString()).doesNotContainPattern("[^0-9a-f:]10[.]|ip saddr|ip daddr|ipv4|127[.]|icmp type");
        assertThat(elements(twin, "known"))
                .containsExactlyInAnyOrderElementsOf(elements(plain, "known").stream()
                        .map(address -> prefix.twin(address).orElseThrow())
                        .toList());
        assertThat(elements(twin, "servers")).containsExactlyInAnyOrder("2001:db8::1", "2001:db8::2", "2001:db8::9");
        assertThat(elements(twin, "doors")).hasSameSizeAs(elements(plain, "doors"));
    }

    /** Whose containers have no IPv6 address is reached by none of a server's. */
    @Test
    void onlyServicesWithIpv6ArePublishedByIt() {
        drawn.add("shop", "web", usual(), List.of());
        drawn.add(
                "shop",
                "api",
                Connections.newBuilder()
                        .addNetworks(Attachment.newBuilder().setNetwork("n").setIpv6(true))
                        .build(),
                List.of());
        var family = AddressFamily.ipv6(TwinPrefix.of("c"));

        assertThat(shield(family, drawn).published().elements().asMap().keySet())
                .containsExactlyInAnyOrder("2001:db8::1 . tcp . 8003", "2001:db8::2 . tcp . 8003");
        assertThat(shield(IPV4, drawn).published().elements().asMap()).hasSize(4);
    }

    /** Sets of the call before serve for the next one. */
    @Test
    void isThatOfOneThatKnowsNothingOfBefore() {
        var random = new SplittableRandom(11);
        var clusters =
                IntStream.range(0, 4).mapToObj(seed -> Drawn.of(seed, 4, 3)).toList();
        for (var family : List.of(IPV4, AddressFamily.ipv6(TwinPrefix.of("c")))) {
            var table = new IsolationTable(NAME, Drawn.RANGES, family);
            for (int step = 0; step < 100; step++) {
                var cluster = clusters.get(random.nextInt(clusters.size()));
                shuffle(cluster, random);
                var identities = Identities.of(Drawn.RANGES, cluster.view(), cluster.attached);

                assertThat(table.of(cluster.view(), cluster.attached, identities))
                        .isEqualTo(new IsolationTable(NAME, Drawn.RANGES, family)
                                .of(cluster.view(), cluster.attached, identities));
            }
        }
    }

    /** A replica of one service more, less, or elsewhere. */
    private static void shuffle(Drawn cluster, SplittableRandom random) {
        int which = random.nextInt(cluster.services.size());
        var service = cluster.services.get(which);
        var addresses = IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> Ipv4Address.parse("10.192.4." + (2 + random.nextInt(30))))
                .distinct()
                .sorted()
                .toList();
        cluster.services.set(which, new ClusterView.Service("default", service.spec(), addresses, service.agents()));
    }

    private static Set<String> elements(NftTable table, String name) {
        return table.sets().stream()
                .filter(set -> set.name().equals(name))
                .findFirst()
                .orElseThrow()
                .elements()
                .asMap()
                .keySet();
    }
}
