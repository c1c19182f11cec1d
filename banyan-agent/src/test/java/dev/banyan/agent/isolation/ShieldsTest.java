package dev.banyan.agent.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.isolation.ClusterView.Server;
import dev.banyan.agent.isolation.ClusterView.Service;
import dev.banyan.api.policy.Party;
import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShieldsTest {
    private static final List<Ipv4Address> ELSEWHERE = List.of(Ipv4Address.parse("10.192.4.99"));

    private final Drawn drawn = Drawn.of(5, 3, 3);
    private final Shields shields = new Shields(Drawn.RANGES, AddressFamily.IPV4);

    @Test
    void areTheSameWhenAReplicaMoves() {
        var before = shields.of(drawn.view());

        var first = drawn.services.getFirst();
        drawn.services.set(0, new Service("default", first.spec(), ELSEWHERE, List.of("a-2")));

        assertThat(shields.of(drawn.view())).isSameAs(before);
    }

    @Test
    void followAReplicaWhosePortsAreOfItsServer() {
        var port = PortMapping.newBuilder()
                .setPublished(9_000)
                .setTarget(80)
                .setProtocol(Protocol.TCP)
                .setAccess(PortAccess.newBuilder().setHost(true));
        var web = drawn.add("shop", "web", Party.usual(), List.of());
        var spec = web.spec().toBuilder().clearPorts().addGuardedPorts(port).build();

        assertThat(publishedAfter(new Service("default", spec, web.addresses(), List.of("a-1"))))
                .contains("192.0.2.1 . tcp . 9000")
                .doesNotContain("192.0.2.2 . tcp . 9000");
        assertThat(publishedAfter(new Service("default", spec, web.addresses(), List.of("a-2"))))
                .contains("192.0.2.2 . tcp . 9000")
                .doesNotContain("192.0.2.1 . tcp . 9000");
    }

    private Set<String> publishedAfter(Service last) {
        drawn.services.set(drawn.services.size() - 1, last);
        return published();
    }

    @Test
    void followPortsServersAndEngines() {
        var all = published();
        assertThat(all).hasSize(18);

        drawn.services.removeFirst();
        assertThat(published()).hasSize(16);

        var view = drawn.view();
        var third = new Server(
                "a-3",
                List.of(),
                view.servers().getFirst().subnet(),
                List.of(Ipv4Address.parse("192.0.2.3")),
                List.of());
        var servers = Stream.concat(view.servers().stream(), Stream.of(third)).toList();
        var grown = shields.of(new ClusterView(8, view.services(), servers, view.engines()));
        assertThat(grown.published().elements().asMap()).hasSize(24);

        var moved = shields.of(new ClusterView(9, view.services(), servers, List.of("192.0.2.7")));
        assertThat(moved.servers().elements().asMap()).containsKey("192.0.2.7").doesNotContainKey("192.0.2.9");
    }

    private Set<String> published() {
        return shields.of(drawn.view()).published().elements().asMap().keySet();
    }
}
