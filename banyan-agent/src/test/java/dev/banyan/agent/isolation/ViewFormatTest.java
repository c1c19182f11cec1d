package dev.banyan.agent.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.api.v1.PortTaken;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewFormatTest {
    @Test
    void readsWhatItWrote() {
        var view = Drawn.of(3, 4, 3).view();
        var servers = new ArrayList<>(view.servers());
        servers.add(new ClusterView.Server(
                "a-3",
                List.of("eu", "web"),
                Ipv4Range.parse("10.192.5.0/24"),
                List.of(),
                List.of(PortTaken.newBuilder().setPort(80).setHolder("nginx").build())));
        var whole = new ClusterView(7, view.services(), servers, view.engines());

        assertThat(ViewFormat.read(ViewFormat.write(whole))).isEqualTo(whole);
        assertThat(ViewFormat.read(ViewFormat.write(ClusterView.EMPTY))).isEqualTo(ClusterView.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "engine",
                "revision x",
                "server a-1",
                "service default - -",
                "service default ! - -",
                "what 1",
                "engine 1"
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> ViewFormat.read(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
