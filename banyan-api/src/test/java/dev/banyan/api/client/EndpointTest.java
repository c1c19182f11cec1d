package dev.banyan.api.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @Test
    void readsHostsWithAndWithoutPort() {
        assertThat(Endpoint.parse("engine")).isEqualTo(new Endpoint.Tcp("engine", 7443));
        assertThat(Endpoint.parse("10.0.0.1:99")).isEqualTo(new Endpoint.Tcp("10.0.0.1", 99));
        assertThat(Endpoint.parse("[fe80::1]:99")).isEqualTo(new Endpoint.Tcp("fe80::1", 99));
        assertThat(Endpoint.parse("[fe80::1]")).isEqualTo(new Endpoint.Tcp("fe80::1", 7443));
    }

    @Test
    void readsSocketsInTheFileSystem() {
        assertThat(Endpoint.parse("unix:/run/x.sock")).isEqualTo(new Endpoint.Local(Path.of("/run/x.sock")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":1", "engine:", "engine:x", "engine:0", "engine:65536"})
    void refusesWhatIsNoEndpoint(String text) {
        assertThatThrownBy(() -> Endpoint.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"engine:7443", "[fe80::1]:99", "unix:/run/x.sock"})
    void printsWhatItReads(String text) {
        assertThat(Endpoint.parse(text)).hasToString(text);
    }

    @Test
    void movesOnOnceForOneFailureThatManyMet() {
        var failOver = new FailOver(3);

        failOver.failed(0);
        failOver.failed(0);

        assertThat(failOver.current()).isEqualTo(1);
        failOver.failed(1);
        failOver.failed(2);
        assertThat(failOver.current()).isZero();
    }
}
