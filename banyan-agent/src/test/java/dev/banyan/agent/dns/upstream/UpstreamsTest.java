package dev.banyan.agent.dns.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamsTest {
    @TempDir
    private Path directory;

    private final Clock clock = new Clock();

    @Test
    void areThoseOfTheServer() throws IOException {
        usual(
                "# comment\nnameserver 192.0.2.1\n  nameserver\t2001:db8::1 \nnameserver\nnameserver 192.0.2.1\noptions x\n");

        assertThat(texts(upstreams())).containsExactly("192.0.2.1", "2001:db8:0:0:0:0:0:1");
    }

    @Test
    void searchIsTheLastLineThatSaysSo() {
        assertThat(ResolvConf.parse("domain a.example\nsearch B.example. c.example\n")
                        .searches())
                .containsExactly("b.example", "c.example");
        assertThat(ResolvConf.parse("search b.example\nsearch .\n").searches()).isEmpty();
        assertThat(ResolvConf.parse("").searches()).isEmpty();
    }

    @Test
    void behindTheStubOfSystemdAreTheRealOnes() throws IOException {
        usual("nameserver 127.0.0.53\nsearch stub.example\n");
        assertThat(texts(upstreams())).containsExactly("127.0.0.53");

        Files.writeString(directory.resolve("behind"), "nameserver 192.0.2.9\nsearch real.example\n");
        assertThat(texts(upstreams())).containsExactly("192.0.2.9");
        assertThat(upstreams().searches()).containsExactly("real.example");

        usual("nameserver 127.0.0.1\n");
        assertThat(texts(upstreams())).containsExactly("127.0.0.1");
    }

    @Test
    void areReadAgainASecondLater() throws IOException {
        usual("nameserver 192.0.2.1\n");
        var upstreams = upstreams();
        assertThat(texts(upstreams)).containsExactly("192.0.2.1");

        usual("nameserver 192.0.2.2\n");
        clock.nanos += Duration.ofMillis(999).toNanos();
        assertThat(texts(upstreams)).containsExactly("192.0.2.1");
        clock.nanos += Duration.ofMillis(1).toNanos();
        assertThat(texts(upstreams)).containsExactly("192.0.2.2");
    }

    @Test
    void noneOfThemLeadsBack() throws IOException {
        usual("nameserver 10.192.3.1\nnameserver 192.0.2.1\nnameserver name.example\n");

        assertThat(texts(upstreams())).containsExactly("192.0.2.1");
        assertThat(upstreams().addresses(java.util.List.of("10.192.3.1", "192.0.2.7")))
                .containsExactly(new InetSocketAddress("192.0.2.7", 53));
    }

    @Test
    void areNoneWithoutAFile() throws IOException {
        assertThat(texts(upstreams())).isEmpty();

        usual("x".repeat(70_000) + "\nnameserver 192.0.2.1\n");
        assertThat(texts(upstreams())).isEmpty();
    }

    private Upstreams upstreams() {
        return new Upstreams(
                clock,
                new Upstreams.Places(directory.resolve("usual"), directory.resolve("behind")),
                address -> address.getHostAddress().startsWith("10."));
    }

    private static java.util.List<String> texts(Upstreams upstreams) {
        return upstreams.servers().stream()
                .map(server -> server.getAddress().getHostAddress())
                .toList();
    }

    private void usual(String text) throws IOException {
        Files.writeString(directory.resolve("usual"), text);
    }

    private static final class Clock implements TimeSource {
        private long nanos;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    }
}
