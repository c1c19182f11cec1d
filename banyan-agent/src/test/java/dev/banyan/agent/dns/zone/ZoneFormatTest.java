package dev.banyan.agent.dns.zone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.banyan.agent.dns.zone.ZoneFormat.Kept;
import dev.banyan.agent.dns.zone.ZoneService.Replica;
import dev.banyan.agent.host.Ipv4Address;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZoneFormatTest {
    private static final Kept KEPT = new Kept(
            List.of(Ipv4Address.parse("10.192.4.1"), Ipv4Address.parse("10.192.5.1")),
            List.of(
                    new ZoneService(
                            "shop.eu",
                            "web",
                            Ipv4Address.parse("10.200.0.7"),
                            List.of("the-shop", "front"),
                            List.of("192.0.2.53", "2001:db8::53"),
                            List.of(
                                    new Replica(0, Ipv4Address.parse("10.192.3.7")),
                                    new Replica(12, Ipv4Address.parse("10.192.4.9")))),
                    new ZoneService("blog", "db", Ipv4Address.parse("10.200.0.8"), List.of(), List.of(), List.of())));

    @Test
    void readsWhatItWrote() {
        assertThat(ZoneFormat.read(ZoneFormat.write(KEPT))).isEqualTo(KEPT);
    }

    @Test
    void canBeReadByPeople() {
        assertThat(ZoneFormat.write(KEPT))
                .isEqualTo(
                        """
                        helper 10.192.4.1
                        helper 10.192.5.1
                        service shop.eu web 10.200.0.7
                        alias the-shop
                        alias front
                        server 192.0.2.53
                        server 2001:db8::53
                        replica 0 10.192.3.7
                        replica 12 10.192.4.9
                        service blog db 10.200.0.8
                        """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "service shop web",
                "replica 0 10.192.3.7",
                "service shop web 10.200.0.7\nnews 1",
                "service shop web 10.200.0.7\nreplica one 10.192.3.7",
                "service shop web 10.200.0",
                "helper",
                "nonsense"
            })
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ZoneFormat.read(text));
    }
}
