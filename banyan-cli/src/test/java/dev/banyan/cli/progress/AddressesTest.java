package dev.banyan.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceManifest;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressesTest {
    private static final List<String> HOSTS = List.of("192.0.2.1", "192.0.2.2");

    private static List<String> urls(PortMapping.Builder... ports) {
        var web = ServiceManifest.newBuilder().setName("web");
        List.of(ports).forEach(web::addPorts);
        var manifest = Manifest.newBuilder().addServices(web).build();
        return Addresses.of(manifest, HOSTS, service -> service.equals("web") ? List.of("192.0.2.2") : List.of())
                .stream()
                .map(Addresses.Address::url)
                .toList();
    }

    private static PortMapping.Builder port(int published) {
        return PortMapping.newBuilder().setPublished(published).setTarget(80).setProtocol(Protocol.TCP);
    }

    @Test
    void areThoseOfAllServers() {
        assertThat(urls(port(80), port(0), port(53).setProtocol(Protocol.UDP)))
                .containsExactly(
                        "http://192.0.2.1:80", "http://192.0.2.2:80", "udp://192.0.2.1:53", "udp://192.0.2.2:53");
    }

    @Test
    void areThoseOfServersWithAReplicaInModeHost() {
        assertThat(urls(port(80).setAccess(PortAccess.newBuilder().setHost(true))))
                .containsExactly("http://192.0.2.2:80");
    }

    @Test
    void areTheOneThatAPortIsPublishedOn() {
        assertThat(urls(port(80).setAccess(PortAccess.newBuilder().setHostIp("127.0.0.1"))))
                .containsExactly("http://127.0.0.1:80");
    }
}
