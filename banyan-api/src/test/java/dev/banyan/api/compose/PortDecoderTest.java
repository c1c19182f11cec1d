package dev.banyan.api.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.Balancing;
import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortDecoderTest {
    private static PortMapping port(String written) {
        return ComposeFiles.web("ports: [" + written + "]").getPorts(0);
    }

    private static List<String> reasons(String... lines) {
        return ComposeFiles.reasons(ComposeFiles.webText(lines));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'127.0.0.1:8080:80'",
                "{target: 80, published: 8080, host_ip: 127.0.0.1}",
                "{target: 80, published: 8080, host_ip: 127.0.0.1, mode: ingress}",
            })
    void readsTheAddressThatAPortIsPublishedOn(String written) {
        assertThat(port(written))
                .isEqualTo(PortMapping.newBuilder()
                        .setTarget(80)
                        .setPublished(8080)
                        .setProtocol(Protocol.TCP)
                        .setAccess(PortAccess.newBuilder().setHostIp("127.0.0.1"))
                        .build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'0.0.0.0:8080:80'",
                "{target: 80, published: 8080, host_ip: 0.0.0.0}",
                "{target: 80, published: 8080, mode: ingress}",
            })
    void takesWhatIsSoInAnyCaseForNothing(String written) {
        assertThat(port(written)).isEqualTo(port("'8080:80'"));
    }

    @Test
    void readsPortsOfTheServersThatRunAReplica() {
        var web = ComposeFiles.web("ports: [{target: 80, published: 8080, protocol: udp, mode: host}]");

        assertThat(web.getPorts(0).getAccess())
                .isEqualTo(PortAccess.newBuilder().setHost(true).build());
        assertThat(web.getPorts(0).getProtocol()).isEqualTo(Protocol.UDP);
    }

    @Test
    void readsWhoMayUseAPortWhateverTheOrder() {
        var access = port("{target: 80, published: 8080, x-banyan-allow: [198.51.100.7, 192.0.2.0/24]}")
                .getAccess();

        assertThat(access.getAllowList()).containsExactly("192.0.2.0/24", "198.51.100.7");
        assertThat(port("{target: 80, published: 8080, x-banyan-allow: [192.0.2.0/24, 198.51.100.7]}")
                        .getAccess())
                .isEqualTo(access);
    }

    @Test
    void readsRangesOfBothKindsWhereTheServiceHasIpv6() {
        var dual = "services:\n  web: {image: x, ports: [%s]}\nnetworks: {default: {enable_ipv6: true}}\n";
        var port = "{target: 80, published: 8080, x-banyan-allow: ['2001:DB8::/32', 192.0.2.0/24, '2001:db8:0::/32']}";

        assertThat(ComposeFiles.loaded(dual.formatted(port))
                        .getServices(0)
                        .getPorts(0)
                        .getAccess()
                        .getAllowList())
                .containsExactly("192.0.2.0/24", "2001:db8::/32");
    }

    private static PortMapping ofDual(String port) {
        var dual = "services:\n  web: {image: x, ports: [%s]}\nnetworks: {default: {enable_ipv6: true}}\n";
        return ComposeFiles.loaded(dual.formatted(port)).getServices(0).getPorts(0);
    }

    @Test
    void readsIpv6AddressesInBothForms() {
        for (var written : List.of(
                "'[2001:DB8::7]:8080:80'",
                "'[2001:db8:0::7]:8080:80/tcp'",
                "{target: 80, published: 8080, host_ip: '2001:db8::7'}",
                "{target: 80, published: 8080, host_ip: '[2001:db8::7]'}")) {
            assertThat(ofDual(written).getAccess())
                    .as(written)
                    .isEqualTo(PortAccess.newBuilder().setHostIp("2001:db8::7").build());
        }
        assertThat(ofDual("'[::]:8080:80'").getAccess().getHostIp()).isEqualTo("::");
    }

    /** Without IPv6 there are no others, so that nothing is said, and agents of before keep it open. */
    @Test
    void allIpv4AddressesAreSaidWhereThereIsIpv6() {
        assertThat(ofDual("'0.0.0.0:8080:80'").getAccess().getHostIp()).isEqualTo("0.0.0.0");
        assertThat(port("'0.0.0.0:8080:80'").hasAccess()).isFalse();
        var both = "services:\n  web: {image: x, ports: ['0.0.0.0:80:80', '[::]:80:80']}\n"
                + "networks: {default: {enable_ipv6: true}}\n";
        assertThat(ComposeFiles.reasons(both)).isEmpty();
    }

    @Test
    void writesRangesOutOnEachAddress() {
        var web = ComposeFiles.web("ports: ['127.0.0.1:8080-8081:80-81']");

        assertThat(web.getPortsList())
                .extracting(port -> port.getAccess().getHostIp() + ":" + port.getPublished() + ":" + port.getTarget())
                .containsExactly("127.0.0.1:8080:80", "127.0.0.1:8081:81");
    }

    @Test
    void publishesOnePortOnTwoAddresses() {
        var web = ComposeFiles.web("ports: ['127.0.0.1:80:80', '192.0.2.7:80:81']");

        assertThat(web.getPortsList())
                .extracting(port -> port.getAccess().getHostIp())
                .containsExactly("127.0.0.1", "192.0.2.7");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'[::1]:80:80';                                    'leads to no container, as the kernel lets nothing from there leave the server: use 127.0.0.1'",
                "'[2001:db8::7]:80:80';                            'is of IPv6, which the service does not have'",
                "'[::]:80:80';                                     'is of IPv6, which the service does not have'",
                "{target: 80, published: 80, host_ip: 'fe80::1'};  'is an address of one link alone'",
                "{target: 80, published: 80, host_ip: 'ff02::1'};  'is no address of a server'",
                "{target: 80, published: 80, host_ip: '2001:::7'}; 'is no IPv6 address'",
                "'300.0.0.1:80:80';                                'is no IPv4 address'",
                "'10.200.0.7:80:80';                               'is for containers and services'",
                "'224.0.0.1:80:80';                                'is no address of a server'",
                "{target: 80, mode: host};                         'a port in mode \"host\" must be published'",
                "{target: 80, published: 8080, x-banyan-allow: []};             'allows nobody'",
                "{target: 80, x-banyan-allow: [192.0.2.0/24]};     'is not published'",
                "{target: 80, published: 8080, x-banyan-allow: [192.0.2.1/24]}; 'has bits set beyond its prefix of 24'",
                "{target: 80, published: 8080, x-banyan-allow: ['2001:db8::/32']}; 'is of IPv6, which the service does not have'",
                "{target: 80, published: 8080, x-banyan-allow: ['2001:db8::1/32']}; 'has bits set beyond its prefix of 32'",
                "{target: 80, published: 8080, x-banyan-allow: ['2001:db8/32']}; 'such as 192.0.2.0/24 or 2001:db8::/32'",
                "{target: 80, published: 8080, x-banyan-allow: [everybody]};    'is no range of addresses'",
            })
    void refusesWhatCannotBe(String written, String reason) {
        // Quotes of the table are not those of the file.
        var port = written.startsWith("{") ? written : "'" + written + "'";

        assertThat(reasons("ports: [" + port + "]"))
                .singleElement()
                .asString()
                .contains("services.web.ports[0]")
                .contains(reason);
    }

    @Test
    void readsHowClientsKeepTheirReplica() {
        assertThat(ComposeFiles.web("x-banyan-affinity: 3h").getBalancing())
                .isEqualTo(Balancing.newBuilder().setAffinityMs(10_800_000).build());
        assertThat(ComposeFiles.web("x-banyan-affinity: 0s")).isEqualTo(ComposeFiles.web());
        assertThat(reasons("x-banyan-affinity: 300ms"))
                .singleElement()
                .asString()
                .contains("services.web.x-banyan-affinity: must be from 1s to 168h, or 0");
    }

    @Test
    void readsServicesThatAreFoundByTheirReplicas() {
        assertThat(ComposeFiles.web("deploy: {endpoint_mode: vip}")).isEqualTo(ComposeFiles.web("deploy: {}"));
        assertThat(ComposeFiles.web("deploy: {endpoint_mode: dnsrr}", "ports: [80]")
                        .getBalancing()
                        .getReplicasByName())
                .isTrue();
        assertThat(ComposeFiles.web(
                                "deploy: {endpoint_mode: dnsrr}", "ports: [{target: 80, published: 80, mode: host}]")
                        .getPorts(0)
                        .getAccess()
                        .getHost())
                .isTrue();
    }

    @Test
    void refusesForThemWhatNeedsAVirtualAddress() {
        assertThat(reasons("deploy: {endpoint_mode: dnsrr}", "ports: ['8080:80']"))
                .singleElement()
                .asString()
                .contains("services.web.ports[0]: \"endpoint_mode: dnsrr\" leaves nothing");
        assertThat(reasons("deploy: {endpoint_mode: dnsrr}", "x-banyan-affinity: 3h"))
                .singleElement()
                .asString()
                .contains("keep no replica of a service that has no virtual address");
        var linked = "services:\n  db: {image: x, deploy: {endpoint_mode: dnsrr}}\n  web: {image: x, links: [%s]}\n";
        assertThat(ComposeFiles.reasons(linked.formatted("'db:data'")))
                .singleElement()
                .asString()
                .contains("services.web.links[0]: \"data\" can be no other name of \"db\"");
        assertThat(ComposeFiles.reasons(linked.formatted("db"))).isEmpty();
    }

    @Test
    void letsTwoServicesHaveAPortOfTheirServersEach() {
        var two = "services:\n  a: {image: x, ports: [%s]}\n  b: {image: x, ports: [%s]}\n";
        var host = "{target: 80, published: 80, mode: host}";

        assertThat(ComposeFiles.reasons(two.formatted(host, host))).isEmpty();
        assertThat(ComposeFiles.reasons(two.formatted("'127.0.0.1:80:80'", "'192.0.2.7:80:80'")))
                .isEmpty();
        for (var other : List.of("'80:80'", "'127.0.0.1:80:80'")) {
            assertThat(ComposeFiles.reasons(two.formatted(host, other)))
                    .singleElement()
                    .asString()
                    .contains("port 80/tcp is published twice");
        }
    }
}
