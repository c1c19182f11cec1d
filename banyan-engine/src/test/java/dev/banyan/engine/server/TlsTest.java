package dev.banyan.engine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.identity.PeerTrust;
import dev.banyan.api.tls.MutualTls;
import dev.banyan.api.tls.NativeTls;
import dev.banyan.runtime.store.MemoryStore;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** BoringSSL, and the JDK where it cannot be loaded. Callers with a {@link RawConnection} have the JDK's everywhere. */
class TlsTest {
    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void membersSpeakByTheNativeLibrary() {
        var trust = new PeerTrust(TestCluster.AUTHORITY.certificate(), TestCluster.ID, Set.of("engine"));

        var context = MutualTls.client(Optional.empty(), trust);

        assertThat(context).isInstanceOf(ReferenceCountedOpenSslContext.class);
        MutualTls.release(context);
    }

    @Test
    void anEngineShowsItsRenewedCertificateWithoutAStart() throws Exception {
        var key = new OwnKey(TestCluster.credentials("engine", "one"));
        var server = cluster.server(
                new MemoryStore(TestCluster.ENV), key, new ServerSettings("127.0.0.1", 0, Optional.empty()));
        assertThat(shownAt(server.port())).isEqualTo(key.credentials().chain().getFirst());

        key.renew(TestCluster.credentials("engine", "one"));

        assertThat(shownAt(server.port())).isEqualTo(key.credentials().chain().getFirst());
    }

    private static Certificate shownAt(int port) throws Exception {
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void withoutTheLibraryTheJdkTakesOverAndTheLogSaysSoOnce(@TempDir Path data) throws Exception {
        var libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(file -> !file.contains("netty-tcnative-boringssl-static"))
                .collect(Collectors.joining(File.pathSeparator));

        var said = called(data, libraries);

        assertThat(said).contains("answered by " + TestCluster.ID);
        assertThat(said.lines().filter(line -> line.contains("TLS is done by the JDK")))
                .as(said)
                .hasSize(1);
    }

    @Test
    void theLibraryLeavesNoFile(@TempDir Path data) throws Exception {
        var place = Files.createDirectory(data.resolve("native"));
        Files.createFile(place.resolve("libnetty_tcnative_linux_x86_641234.so"));

        var said = called(data, System.getProperty("java.class.path"));

        assertThat(said).contains("answered by " + TestCluster.ID).doesNotContain("TLS is done by the JDK");
        try (var left = Files.list(place)) {
            assertThat(left).isEmpty();
        }
    }

    /** What a program of its own says that serves and calls, with these libraries. */
    private static String called(Path data, String libraries) throws Exception {
        var program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        libraries,
                        Program.class.getName(),
                        data.toString())
                .redirectErrorStream(true)
                .start();
        program.getOutputStream().close();
        var said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).as(said).isZero();
        return said;
    }

    /** A daemon's start, and a call. */
    static final class Program {
        private Program() {}

        public static void main(String[] data) {
            NativeTls.load(Path.of(data[0]));
            try (var cluster = new TestCluster();
                    var client = BanyanClient.open(
                            TestCluster.credentials("admin", "ann"),
                            List.of(cluster.serve(new MemoryStore(TestCluster.ENV))),
                            TestCluster.ENV)) {
                System.out.println("answered by " + client.status().getClusterId());
            }
            System.exit(0);
        }
    }
}
