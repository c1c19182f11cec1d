package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.PortHold;
import dev.banyan.agent.host.PortOwners;
import dev.banyan.agent.host.PortSpace;
import dev.banyan.api.twin.TwinPrefix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PublishedPortsTest {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.1.0/24");
    private static final Ipv4Address LOOPBACK = Ipv4Address.parse("127.0.0.1");
    private static final Ipv4Address ELSEWHERE = Ipv4Address.parse("192.0.2.99");

    /** Ports as a kernel gives them out: one on all addresses excludes all others. */
    private static final class Ports implements PortSpace {
        private record Socket(Ipv4Address address, int port) {}

        private final List<Socket> bound = new ArrayList<>();
        private final Set<Integer> ipv6 = new HashSet<>();
        private final Set<String> ipv6Addresses = new HashSet<>(Set.of(PortHold.EVERY_IPV6));

        @Override
        public PortHold.Outcome open(PortHold.Transport transport, Ipv4Address address, int port) {
            if (address.equals(ELSEWHERE)) {
                return new PortHold.Outcome.Elsewhere();
            }
            boolean inUse = bound.stream()
                    .anyMatch(other -> other.port() == port
                            && (other.address().equals(address)
                                    || other.address().equals(PortHold.EVERY_ADDRESS)
                                    || address.equals(PortHold.EVERY_ADDRESS)));
            if (inUse) {
                return new PortHold.Outcome.InUse();
            }
            var socket = new Socket(address, port);
            bound.add(socket);
            return new PortHold.Outcome.Held(new PortHold(() -> bound.remove(socket)));
        }

        @Override
        public PortHold.Outcome openIpv6(PortHold.Transport transport, String address, int port) {
            if (!ipv6Addresses.contains(address)) {
                return new PortHold.Outcome.Elsewhere();
            }
            return ipv6.add(port)
                    ? new PortHold.Outcome.Held(new PortHold(() -> ipv6.remove(port)))
                    : new PortHold.Outcome.InUse();
        }
    }

    private final Ports space = new Ports();
    private final PublishedPorts ports = new PublishedPorts(
            space, new PortOwners(line -> new CommandResult(line, 0, "users:((\"sshd\",pid=612,fd=3))", "")));

    private static Set<PublishedPorts.Port> wanted(Entrance... entrances) {
        var backend = List.of(Backend.of("10.192.1.7", 80));
        return PublishedPorts.of(new ProxySet(
                1,
                RANGES,
                List.of(entrances).stream()
                        .map(entrance -> new Frontend(Protocol.TCP, List.of(entrance), backend))
                        .toList()));
    }

    @Test
    void holdsAPortOnOneAddressAlone() throws Exception {
        assertThat(ports.hold(wanted(new Entrance.Addressed(LOOPBACK, 80)))).isEmpty();

        assertThat(space.bound).containsExactly(new Ports.Socket(LOOPBACK, 80));
    }

    @Test
    void changesFromAllAddressesToOneAndBack() throws Exception {
        for (var entrance :
                List.of(new Entrance.Published(80), new Entrance.Addressed(LOOPBACK, 80), new Entrance.Published(80))) {
            var wanted = wanted(entrance);

            assertThat(ports.hold(wanted)).isEmpty();
            ports.keepOnly(wanted);

            assertThat(space.bound).hasSize(1);
        }
        assertThat(space.bound.getFirst().address()).isEqualTo(PortHold.EVERY_ADDRESS);
    }

    @Test
    void tellsAPortThatIsTakenFromOneOfNoAddressHere() throws Exception {
        var ssh = space.open(PortHold.Transport.TCP, LOOPBACK, 22);
        assertThat(ssh).isInstanceOf(PortHold.Outcome.Held.class);

        var taken = ports.hold(wanted(new Entrance.Addressed(ELSEWHERE, 80), new Entrance.Addressed(LOOPBACK, 22)));

        assertThat(taken)
                .extracting(PortTaken::describe)
                .containsExactly(
                        "port 22/tcp of 127.0.0.1 is taken by sshd (pid 612)",
                        "port 80/tcp of 192.0.2.99 is on no address of this server");
        assertThat(taken).extracting(PortTaken::isElsewhere).containsExactly(false, true);
        assertThat(ports.someFree(taken)).isFalse();
        ((PortHold.Outcome.Held) ssh).hold().close();
        assertThat(ports.someFree(taken)).isTrue();
        assertThat(space.bound).isEmpty();
    }

    @Test
    void leavesOutOfASetWhatIsNotServedOnThatAddress() {
        var backends = List.of(Backend.of("10.192.1.7", 80));
        var first = new Frontend(Protocol.TCP, List.of(new Entrance.Addressed(LOOPBACK, 80)), backends);
        var second = new Frontend(Protocol.TCP, List.of(new Entrance.Addressed(ELSEWHERE, 80)), backends);
        var set = new ProxySet(1, RANGES, List.of(first, second));

        assertThat(set.without(List.of(PortTaken.elsewhere(Protocol.TCP, 80, ELSEWHERE.toString())))
                        .frontends())
                .containsExactly(first);
        assertThat(set.without(List.of(new PortTaken(Protocol.TCP, 80, "sshd"))).frontends())
                .containsExactly(first, second);
    }

    @Test
    void aPortOfIpv6IsHeldBesideThatOfIpv4AndMayBeTakenAlone() throws InterruptedException {
        var backend = Backend.of("10.192.1.7", 80);
        var set = new ProxySet(
                1,
                RANGES.with(TwinPrefix.of("c")),
                List.of(new Frontend(Protocol.TCP, List.of(new Entrance.Published(80)), List.of(backend))),
                List.of(),
                Set.of(backend.address()));
        space.ipv6.add(80);

        assertThat(ports.hold(PublishedPorts.of(set))).singleElement().satisfies(taken -> assertThat(taken.describe())
                .isEqualTo("port 80/tcp of IPv6 is taken by sshd (pid 612)"));
        assertThat(space.bound).hasSize(1);
        space.ipv6.clear();
        assertThat(ports.hold(PublishedPorts.of(set))).isEmpty();
        assertThat(space.ipv6).containsExactly(80);
        ports.keepOnly(Set.of());
        assertThat(space.ipv6).isEmpty();
    }

    @Test
    void aPortOfAnIpv6AddressIsHeldWhereThatIs() throws InterruptedException {
        var backend = Backend.of("10.192.1.7", 80);
        var single = new Entrance.AddressedIpv6("2001:db8::7", 80);
        var set = new ProxySet(
                1,
                RANGES.with(TwinPrefix.of("c")),
                List.of(new Frontend(Protocol.TCP, List.of(single), List.of(backend))),
                List.of(),
                Set.of(backend.address()));

        var taken = ports.hold(PublishedPorts.of(set));

        assertThat(taken).singleElement().satisfies(port -> assertThat(port.describe())
                .isEqualTo("port 80/tcp of 2001:db8::7 is on no address of this server"));
        assertThat(set.ofIpv6(taken).frontends()).isEmpty();
        assertThat(ports.someFree(taken)).isFalse();
        space.ipv6Addresses.add("2001:db8::7");
        assertThat(ports.someFree(taken)).isTrue();
        assertThat(ports.hold(PublishedPorts.of(set))).isEmpty();
        assertThat(space.ipv6).containsExactly(80);
        assertThat(space.bound).isEmpty();
        assertThat(ports.letGoOfMoved()).isFalse();
        space.ipv6Addresses.remove("2001:db8::7");
        assertThat(ports.letGoOfMoved()).isTrue();
        assertThat(space.ipv6).isEmpty();
        assertThat(ports.hold(PublishedPorts.of(set)))
                .extracting(PortTaken::isElsewhere)
                .containsExactly(true);
    }

    @Test
    void allAddressesOfOneKindAreHeldWithoutThoseOfTheOther() throws InterruptedException {
        var backend = Backend.of("10.192.1.7", 80);
        var set = new ProxySet(
                1,
                RANGES.with(TwinPrefix.of("c")),
                List.of(
                        new Frontend(
                                Protocol.TCP,
                                List.of(new Entrance.Addressed(PortHold.EVERY_ADDRESS, 80)),
                                List.of(backend)),
                        new Frontend(
                                Protocol.TCP,
                                List.of(new Entrance.AddressedIpv6(PortHold.EVERY_IPV6, 81)),
                                List.of(backend))),
                List.of(),
                Set.of(backend.address()));

        assertThat(ports.hold(PublishedPorts.of(set))).isEmpty();

        assertThat(space.bound).containsExactly(new Ports.Socket(PortHold.EVERY_ADDRESS, 80));
        assertThat(space.ipv6).containsExactly(81);
    }
}
