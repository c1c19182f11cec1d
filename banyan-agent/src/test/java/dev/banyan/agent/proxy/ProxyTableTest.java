package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.PortHold;
import dev.banyan.agent.host.nft.NftDifference;
import dev.banyan.agent.host.nft.NftSet;
import dev.banyan.agent.host.nft.NftTable;
import dev.banyan.api.twin.TwinPrefix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProxyTableTest {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.1.0/24");
    private static final ClusterRanges OTHER_RANGES =
            ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.2.0/24");
    private static final Entrance PORT = new Entrance.Published(8080);
    private static final Entrance ADDRESSED = new Entrance.Addressed(Ipv4Address.parse("192.0.2.7"), 8080);
    private static final Entrance VIRTUAL = new Entrance.Virtual(Ipv4Address.parse("10.200.0.2"), 80);
    private static final Backend LOCAL = Backend.of("10.192.1.7", 80);
    private static final Backend REMOTE = Backend.of("10.192.2.9", 80);

    private static NftTable table(Frontend... frontends) {
        return ProxyTable.of("banyan_0123456", new ProxySet(1, RANGES, List.of(frontends)));
    }

    private static Map<String, String> elements(NftTable table, String set) {
        return table.sets().stream()
                .filter(one -> one.name().equals(set))
                .findFirst()
                .orElseThrow()
                .elements()
                .asMap();
    }

    private static List<String> rules(NftTable table, String chain) {
        return table.chains().stream()
                .filter(one -> one.name().equals(chain))
                .findFirst()
                .orElseThrow()
                .rules();
    }

    @Test
    void leadsEveryEntranceOfAFrontendToOneChain() {
        var table = table(new Frontend(Protocol.TCP, List.of(PORT, VIRTUAL), List.of(LOCAL, REMOTE)));

        assertThat(elements(table, "ports")).isEqualTo(Map.of("tcp . 8080", "goto tcp.p.8080"));
        assertThat(elements(table, "virtuals")).isEqualTo(Map.of("10.200.0.2 . tcp . 80", "goto tcp.p.8080"));
        assertThat(rules(table, "tcp.p.8080"))
                .containsExactly(
                        "meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.192.1.7 . 80, 1 : 10.192.2.9 . 80 }");
    }

    @Test
    void leadsAPublishedPortToASlotOfItsBackends() {
        var table = table(new Frontend(Protocol.TCP, List.of(PORT), List.of(REMOTE, LOCAL)));

        assertThat(elements(table, "ports")).isEqualTo(Map.of("tcp . 8080", "goto tcp.2"));
        assertThat(elements(table, "tcp_slots"))
                .isEqualTo(Map.of("8080 . 0", "10.192.1.7 . 80", "8080 . 1", "10.192.2.9 . 80"));
        assertThat(elements(table, "udp_slots")).isEmpty();
        assertThat(rules(table, "tcp.2"))
                .containsExactly(
                        "meta l4proto tcp dnat ip to tcp dport . numgen random mod 2 map @tcp_slots",
                        "meta l4proto tcp dnat ip to tcp dport . numgen random mod 1 map @tcp_slots");
    }

    @Test
    void leadsAServiceToASlotOfItsBackends() {
        var service = new VirtualService(Ipv4Address.parse("10.200.0.2"), List.of(REMOTE.address(), LOCAL.address()));
        var table = ProxyTable.of("banyan_0123456", new ProxySet(1, RANGES, List.of(), List.of(service)));

        assertThat(elements(table, "wholes")).isEqualTo(Map.of("10.200.0.2", "goto wholes.2"));
        assertThat(elements(table, "whole_slots"))
                .isEqualTo(Map.of("10.200.0.2 . 0", "10.192.1.7", "10.200.0.2 . 1", "10.192.2.9"));
        assertThat(rules(table, "wholes.1"))
                .containsExactly("dnat ip to ip daddr . numgen random mod 1 map @whole_slots");
        assertThat(rules(table, "wholes.2")).startsWith("dnat ip to ip daddr . numgen random mod 2 map @whole_slots");
    }

    @Test
    void givesAServiceOfManyBackendsAChainOfItsOwn() {
        for (int count : new int[] {32, 33}) {
            var backends = IntStream.rangeClosed(1, count)
                    .mapToObj(last -> Ipv4Address.parse("10.192.1." + last))
                    .toList();
            var service = new VirtualService(Ipv4Address.parse("10.200.0.2"), backends);
            var table = ProxyTable.of("banyan_0123456", new ProxySet(1, RANGES, List.of(), List.of(service)));

            assertThat(elements(table, "wholes"))
                    .isEqualTo(Map.of("10.200.0.2", count == 32 ? "goto wholes.32" : "goto s.10.200.0.2"));
            assertThat(elements(table, "whole_slots")).hasSize(count == 32 ? 32 : 0);
        }
    }

    /** A chain that comes with a change is empty for packets that are amid the rules. */
    @Test
    void hasAChainForEachNumberOfBackendsBeforeAServiceHasSoMany() {
        var service = new VirtualService(Ipv4Address.parse("10.200.0.2"), List.of(LOCAL.address()));
        var more = new VirtualService(service.address(), List.of(LOCAL.address(), REMOTE.address()));
        var before = ProxyTable.of("banyan_0123456", new ProxySet(1, RANGES, List.of(), List.of(service)));
        var after = ProxyTable.of("banyan_0123456", new ProxySet(2, RANGES, List.of(), List.of(more)));

        assertThat(after.chains()).isEqualTo(before.chains());
    }

    @Test
    void changesElementsAloneWhenBackendsChange() {
        var address = Ipv4Address.parse("10.200.0.2");
        var before = new ProxySet(
                1,
                RANGES,
                List.of(new Frontend(Protocol.TCP, List.of(PORT), List.of(LOCAL, REMOTE))),
                List.of(new VirtualService(address, List.of(LOCAL.address(), REMOTE.address()))));
        var after = new ProxySet(
                2,
                RANGES,
                List.of(new Frontend(Protocol.TCP, List.of(PORT), List.of(REMOTE))),
                List.of(new VirtualService(address, List.of(REMOTE.address()))));

        var difference =
                NftDifference.between(ProxyTable.of("banyan_0123456", before), ProxyTable.of("banyan_0123456", after));

        assertThat(difference.preparation()).isEmpty();
        assertThat(difference.script().lines())
                .allMatch(line -> line.startsWith("add element ") || line.startsWith("delete element "));
        assertThat(difference.script())
                .contains(
                        "delete element ip banyan_0123456 tcp_slots { 8080 . 0, 8080 . 1 }",
                        "add element ip banyan_0123456 tcp_slots { 8080 . 0 : 10.192.2.9 . 80 }",
                        "add element ip banyan_0123456 wholes { 10.200.0.2 : goto wholes.1 }");
    }

    @Test
    void picksNobodyAtRandomWhenThereIsOne() {
        var table = table(new Frontend(Protocol.UDP, List.of(VIRTUAL), List.of(LOCAL)));

        assertThat(rules(table, "udp.v.10.200.0.2.80")).containsExactly("meta l4proto udp dnat ip to 10.192.1.7:80");
    }

    @Test
    void givesSharesByWeight() {
        var heavy = new Backend(REMOTE.address(), 80, 3);
        var table = table(new Frontend(Protocol.TCP, List.of(PORT), List.of(heavy, LOCAL)));

        assertThat(rules(table, "tcp.p.8080"))
                .containsExactly(
                        "meta l4proto tcp dnat ip to numgen random mod 4 map { 0 : 10.192.1.7 . 80, 1-3 : 10.192.2.9 . 80 }");
    }

    @Test
    void knowsWhichBackendsAreRemoteAndWhichMayCallThemselves() {
        var table = table(new Frontend(Protocol.TCP, List.of(PORT), List.of(LOCAL, REMOTE)));

        assertThat(elements(table, "remotes")).containsOnlyKeys("10.192.2.9");
        assertThat(elements(table, "hairpins")).containsOnlyKeys("10.192.1.7 . 10.192.1.7");
    }

    private static Frontend guarded(Entrance entrance, String... ranges) {
        var allowed = Frontend.Allowed.parse(List.of(ranges));
        return new Frontend(Protocol.TCP, List.of(entrance), List.of(LOCAL), allowed, Optional.empty());
    }

    @Test
    void leadsAPortOfOneAddressWhereThatAddressIsAlone() {
        var table = table(guarded(ADDRESSED));

        assertThat(elements(table, "virtuals"))
                .isEqualTo(Map.of("192.0.2.7 . tcp . 8080", "goto tcp.a.192.0.2.7.8080"));
        assertThat(elements(table, "ports")).isEmpty();
        assertThat(rules(table, "tcp.a.192.0.2.7.8080"))
                .containsExactly("fib daddr type != local return", "meta l4proto tcp dnat ip to 10.192.1.7:80");
    }

    @Test
    void refusesAPortOfOneAddressThereAlone() {
        var table = table(new Frontend(Protocol.UDP, List.of(ADDRESSED), List.of()));

        assertThat(elements(table, "closed")).containsOnlyKeys("192.0.2.7 . udp . 8080");
        assertThat(elements(table, "refused")).isEmpty();
    }

    @Test
    void leadsOnlyThoseWhoMayAndRefusesOthers() {
        var table = table(guarded(PORT, "198.51.100.7", "192.0.2.0/24", "192.0.2.128/25"));

        assertThat(rules(table, "tcp.p.8080"))
                .containsExactly(
                        "fib saddr type != local ip saddr != { 192.0.2.0/24, 198.51.100.7/32 } return",
                        "meta l4proto tcp dnat ip to 10.192.1.7:80");
        assertThat(elements(table, "refused")).containsOnlyKeys("tcp . 8080");
    }

    @Test
    void knowsClientsAgainByEveryWayIntoAService() {
        var minute = new Affinity(Ipv4Address.parse("10.200.0.2"), Duration.ofMinutes(1));
        var frontend = new Frontend(
                Protocol.TCP, List.of(PORT), List.of(LOCAL, REMOTE), Frontend.Allowed.EVERYWHERE, Optional.of(minute));
        var service = new VirtualService(minute.group(), List.of(LOCAL.address(), REMOTE.address()), minute.time());
        var table = ProxyTable.of("banyan_0123456", new ProxySet(1, RANGES, List.of(frontend), List.of(service)));

        var learned = table.sets().stream()
                .filter(set -> set.kind() == NftSet.Kind.LEARNED)
                .map(NftSet::name);
        assertThat(learned).containsExactly("c60.10.200.0.2.10.192.1.7", "c60.10.200.0.2.10.192.2.9");
        assertThat(rules(table, "tcp.p.8080"))
                .containsExactly(
                        "ip saddr @c60.10.200.0.2.10.192.1.7 goto tcp.p.8080.b.10.192.1.7.80",
                        "ip saddr @c60.10.200.0.2.10.192.2.9 goto tcp.p.8080.b.10.192.2.9.80",
                        "jhash ip saddr mod 2 seed 0xac80002 vmap"
                                + " { 0 : goto tcp.p.8080.b.10.192.1.7.80, 1 : goto tcp.p.8080.b.10.192.2.9.80 }");
        assertThat(rules(table, "tcp.p.8080.b.10.192.2.9.80"))
                .containsExactly(
                        "meta l4proto tcp update @c60.10.200.0.2.10.192.2.9 { ip saddr }",
                        "meta l4proto tcp dnat ip to 10.192.2.9:80");
        assertThat(rules(table, "s.10.200.0.2.b.10.192.1.7"))
                .containsExactly("update @c60.10.200.0.2.10.192.1.7 { ip saddr }", "dnat ip to 10.192.1.7");
    }

    @Test
    void refusesFrontendsThatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Frontend(Protocol.TCP, List.of(ADDRESSED, PORT), List.of(LOCAL)));
        assertThatIllegalArgumentException().isThrownBy(() -> guarded(VIRTUAL, "192.0.2.0/24"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Affinity(Ipv4Address.parse("10.200.0.2"), Duration.ofMillis(999)));
    }

    @Test
    void refusesAPublishedPortWithoutBackends() {
        var table = table(new Frontend(Protocol.TCP, List.of(PORT, VIRTUAL), List.of()));

        assertThat(elements(table, "refused")).containsOnlyKeys("tcp . 8080");
        assertThat(elements(table, "ports")).isEmpty();
        assertThat(elements(table, "virtuals")).isEmpty();
    }

    @Test
    void isTheSameInWhateverOrderTheSetComes() {
        var frontends = new ArrayList<Frontend>();
        for (int i = 1; i < 9; i++) {
            frontends.add(new Frontend(Protocol.TCP, List.of(new Entrance.Published(i)), List.of(LOCAL, REMOTE)));
        }
        var forward = table(frontends.toArray(Frontend[]::new));

        Collections.reverse(frontends);
        frontends.replaceAll(one -> new Frontend(one.protocol(), one.entrances(), List.of(REMOTE, LOCAL)));

        assertThat(table(frontends.toArray(Frontend[]::new))).isEqualTo(forward);
    }

    @Test
    void isTheSameWhicheverSetsCameBefore() {
        var random = new Random(7);
        var tables = new ProxyTable("banyan_0123456", AddressFamily.IPV4);
        for (int round = 0; round < 500; round++) {
            var ranges = round % 100 == 99 ? OTHER_RANGES : RANGES;
            var set = new ProxySet(round, ranges, drawnFrontends(random), drawnServices(random));

            assertThat(tables.of(set)).isEqualTo(ProxyTable.of("banyan_0123456", set));
        }
    }

    /** Backends are few, so that services share them; ports move from frontend to frontend. */
    private static List<Frontend> drawnFrontends(Random random) {
        var frontends = new ArrayList<Frontend>();
        for (int port = 1; port <= 12; port += 1 + random.nextInt(2)) {
            var entrances = random.nextInt(3) == 0
                    ? List.<Entrance>of(
                            new Entrance.Published(port), new Entrance.Published(100 + random.nextInt(port)))
                    : List.<Entrance>of(new Entrance.Published(port));
            var backends = drawn(random).stream()
                    .map(address -> new Backend(address, 80, 1 + random.nextInt(2)))
                    .toList();
            var affinity = Optional.of(new Affinity(Ipv4Address.parse("10.200.0." + port), Duration.ofMinutes(1)))
                    .filter(kept -> random.nextInt(4) == 0);
            if (frontends.stream().flatMap(one -> one.entrances().stream()).noneMatch(entrances::contains)) {
                frontends.add(new Frontend(Protocol.TCP, entrances, backends, Frontend.Allowed.EVERYWHERE, affinity));
            }
        }
        return frontends;
    }

    private static List<VirtualService> drawnServices(Random random) {
        var services = new ArrayList<VirtualService>();
        for (int last = 1; last <= 12; last += 1 + random.nextInt(2)) {
            var time = random.nextInt(4) == 0 ? Duration.ofMinutes(1 + random.nextInt(2)) : Duration.ZERO;
            services.add(new VirtualService(Ipv4Address.parse("10.200.0." + last), drawn(random), time));
        }
        return services;
    }

    private static List<Ipv4Address> drawn(Random random) {
        return IntStream.range(1, 9)
                .filter(last -> random.nextInt(3) == 0)
                .mapToObj(last -> Ipv4Address.parse("10.192." + (1 + last % 2) + "." + last))
                .toList();
    }

    @Test
    void theTwinLeadsToThoseThatHaveIpv6() {
        var ranges = RANGES.with(TwinPrefix.parse("fd5c:1a0:77e2::/48"));
        var guarded = new Frontend(
                Protocol.UDP,
                List.of(new Entrance.Published(53)),
                List.of(REMOTE),
                Frontend.Allowed.parse(List.of("192.0.2.0/24")),
                Optional.empty());
        var set = new ProxySet(
                1,
                ranges,
                List.of(
                        new Frontend(Protocol.TCP, List.of(PORT), List.of(LOCAL, REMOTE)),
                        new Frontend(Protocol.UDP, List.of(ADDRESSED), List.of(REMOTE)),
                        guarded,
                        new Frontend(Protocol.TCP, List.of(new Entrance.Published(9)), List.of(LOCAL))),
                List.of(
                        new VirtualService(Ipv4Address.parse("10.200.0.2"), List.of(LOCAL.address(), REMOTE.address())),
                        new VirtualService(Ipv4Address.parse("10.200.0.3"), List.of(LOCAL.address()))),
                Set.of(REMOTE.address()));
        var family = ranges.families().getLast();
        var table = new ProxyTable("banyan_0123456", family).of(set.ofIpv6(List.of()));

        assertThat(table.family()).isEqualTo("ip6");
        assertThat(elements(table, "ports")).isEqualTo(Map.of("tcp . 8080", "goto tcp.1", "udp . 53", "goto udp.p.53"));
        assertThat(elements(table, "tcp_slots")).isEqualTo(Map.of("8080 . 0", "fd5c:1a0:77e2:c002::9 . 80"));
        assertThat(elements(table, "wholes")).isEqualTo(Map.of("fd5c:1a0:77e2:c800::2", "goto wholes.1"));
        assertThat(elements(table, "whole_slots"))
                .isEqualTo(Map.of("fd5c:1a0:77e2:c800::2 . 0", "fd5c:1a0:77e2:c002::9"));
        assertThat(elements(table, "remotes")).containsOnlyKeys("fd5c:1a0:77e2:c002::9");
        assertThat(elements(table, "refused")).containsOnlyKeys("udp . 53");
        assertThat(rules(table, "udp.1"))
                .containsExactly("meta l4proto udp dnat ip6 to udp dport . numgen random mod 1 map @udp_slots");
        assertThat(rules(table, "wholes.1"))
                .containsExactly("dnat ip6 to ip6 daddr . numgen random mod 1 map @whole_slots");
        assertThat(rules(table, "udp.p.53"))
                .containsExactly(
                        "fib saddr type != local return", "meta l4proto udp dnat ip6 to [fd5c:1a0:77e2:c002::9]:80");
        assertThat(rules(table, "forward")).containsExactly("ip6 daddr fd5c:1a0:77e2:c800::/53 goto refuse");
        assertThat(table.toString()).doesNotContainPattern("ip [sd]addr|127[.]|ipv4");
        var taken = new PortTaken(Protocol.TCP, 8080, "sshd", Optional.empty(), true);
        assertThat(elements(new ProxyTable("t", family).of(set.ofIpv6(List.of(taken))), "ports"))
                .containsOnlyKeys("udp . 53");
        assertThat(set.without(List.of(taken))).isEqualTo(set);
    }

    /** By each kind of address its own ranges count, and with none of its kind it is open to the server's programs alone. */
    @Test
    void aPortIsOpenToItsRangesOfEachKind() {
        var ranges = RANGES.with(TwinPrefix.parse("fd5c:1a0:77e2::/48"));
        var both = allowing("2001:db8:1::/48", "2001:db8::/32", "192.0.2.0/24", "fd00::/8");
        var six = allowing("2001:db8::7");

        assertThat(clients(ranges, both))
                .containsExactly(
                        "fib saddr type != local ip saddr != { 192.0.2.0/24 } return",
                        "fib saddr type != local ip6 saddr != { 2001:db8::/32, fd00::/8 } return");
        assertThat(clients(ranges, six))
                .containsExactly(
                        "fib saddr type != local return",
                        "fib saddr type != local ip6 saddr != { 2001:db8::7 } return");
    }

    private static Frontend allowing(String... clients) {
        var allowed = Frontend.Allowed.parse(List.of(clients));
        return new Frontend(Protocol.TCP, List.of(PORT), List.of(REMOTE), allowed, Optional.empty());
    }

    /** What decides who may use the port of {@code frontend}, by each kind of address; all others are refused. */
    private static List<String> clients(ClusterRanges ranges, Frontend frontend) {
        var set = new ProxySet(1, ranges, List.of(frontend), List.of(), Set.of(REMOTE.address()));
        return ranges.families().stream()
                .map(family -> {
                    var table = new ProxyTable("t", family).of(family.isIpv6() ? set.ofIpv6(List.of()) : set);
                    assertThat(elements(table, "refused")).containsOnlyKeys("tcp . 8080");
                    return rules(table, "tcp.p.8080").getFirst();
                })
                .toList();
    }

    /** One of IPv6, one of each kind for all addresses: none of them is in the table of the other kind. */
    @Test
    void aPortOfOneKindOfAddressIsInItsTableAlone() {
        var ranges = RANGES.with(TwinPrefix.parse("fd5c:1a0:77e2::/48"));
        var six = new Entrance.AddressedIpv6("2001:db8::7", 8080);
        var frontends = List.of(
                new Frontend(Protocol.TCP, List.of(six), List.of(REMOTE)),
                new Frontend(
                        Protocol.UDP, List.of(new Entrance.Addressed(PortHold.EVERY_ADDRESS, 53)), List.of(REMOTE)),
                new Frontend(
                        Protocol.TCP, List.of(new Entrance.AddressedIpv6(PortHold.EVERY_IPV6, 90)), List.of(REMOTE)));
        var set = new ProxySet(1, ranges, frontends, List.of(), Set.of(REMOTE.address()));

        var plain = new ProxyTable("t", AddressFamily.IPV4).of(set.without(List.of()));
        var twin = new ProxyTable("t", ranges.families().getLast()).of(set.ofIpv6(List.of()));

        assertThat(elements(plain, "ports")).isEqualTo(Map.of("udp . 53", "goto udp.a.0.0.0.0.53"));
        assertThat(elements(plain, "virtuals")).isEmpty();
        assertThat(elements(twin, "ports")).isEqualTo(Map.of("tcp . 90", "goto tcp.a.__.90"));
        assertThat(elements(twin, "virtuals"))
                .isEqualTo(Map.of("2001:db8::7 . tcp . 8080", "goto tcp.a.2001_db8__7.8080"));
        assertThat(rules(twin, "tcp.a.2001_db8__7.8080")).startsWith("fib daddr type != local return");
        assertThat(rules(twin, "tcp.a.__.90")).noneMatch(rule -> rule.startsWith("fib daddr"));
        assertThat(ProxySetFormat.read(ProxySetFormat.write(set))).isEqualTo(set);
        assertThat(ProxySetFormat.write(set)).contains("frontend tcp @[2001:db8::7]:8080\n");
    }

    @Test
    void withoutIpv6ThereIsNothingToLead() {
        var frontend = new Frontend(Protocol.TCP, List.of(PORT), List.of(REMOTE));
        var dual = new ProxySet(1, RANGES, List.of(frontend), List.of(), Set.of(REMOTE.address()));

        assertThat(dual.ofIpv6(List.of()).frontends()).isEmpty();
    }

    @Test
    void aSetWithIpv6IsReadAsItWasWritten() {
        var frontend = new Frontend(Protocol.TCP, List.of(PORT), List.of(LOCAL, REMOTE));
        var set = new ProxySet(
                7,
                RANGES.with(TwinPrefix.of("c")),
                List.of(frontend),
                List.of(),
                Set.of(REMOTE.address(), LOCAL.address()));

        assertThat(ProxySetFormat.read(ProxySetFormat.write(set))).isEqualTo(set);
    }
}
