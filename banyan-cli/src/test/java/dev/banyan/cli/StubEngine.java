package dev.banyan.cli;

import dev.banyan.api.identity.Credentials;
import dev.banyan.api.v1.GetRequest;
import dev.banyan.api.v1.GetResponse;
import dev.banyan.api.v1.ListPage;
import dev.banyan.api.v1.ListRequest;
import dev.banyan.api.v1.ResourcesGrpc;
import dev.banyan.api.v1.WatchBatch;
import dev.banyan.api.v1.WatchRequest;
import dev.banyan.api.wire.WireCommits;
import dev.banyan.api.wire.WireObjects;
import dev.banyan.cli.context.Configuration;
import dev.banyan.cli.context.Context;
import dev.banyan.runtime.store.Store;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;

/** An engine that shows objects over mutual TLS on a loopback port, with certificates made by the JDK's keytool. */
public final class StubEngine implements AutoCloseable {
    private static final String CLUSTER = "stubcluster";
    private static final Duration PACE = Duration.ofMillis(50);
    private static final char[] PASSWORD = "stub-password".toCharArray();

    private final Path directory;
    private final Server server;
    private final String endpoint;

    private StubEngine(Path directory, Server server) {
        this.directory = directory;
        this.server = server;
        this.endpoint = "127.0.0.1:" + server.getPort();
    }

    /** Serves {@code verbs} as well. Makes certificates in {@code directory} unless they are there, which takes a while. */
    public static StubEngine start(Path directory, Store store, BindableService... verbs)
            throws IOException, InterruptedException {
        if (!Files.exists(directory.resolve("keys.p12"))) {
            keytool(directory, "ca", List.of("-ext", "bc:critical=ca:true", "-ext", "ku=keyCertSign"));
            member(directory, "engine");
            member(directory, "admin");
        }
        var engine = read(directory, "engine");
        var builder = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(GrpcSslContexts.configure(tls(engine)).build())
                .addService(new Reading(store));
        Arrays.stream(verbs).forEach(builder::addService);
        return new StubEngine(directory, builder.build().start());
    }

    /** Writes a configuration whose context is this engine; the result belongs into XDG_CONFIG_HOME. */
    public Path configurationHome() {
        var home = directory.resolve("config");
        var configuration = Configuration.of(Map.of("XDG_CONFIG_HOME", home.toString()));
        var context = new Context("stub", CLUSTER, List.of(endpoint()), "credentials/stub");
        configuration.credentials(context).save(credentials());
        configuration.add(context);
        return home;
    }

    /** Those of an administrator. */
    public Credentials credentials() {
        return read(directory, "admin");
    }

    /** As host:port. */
    public String endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static SslContextBuilder tls(Credentials engine) throws SSLException {
        return SslContextBuilder.forServer(engine.key(), engine.chain())
                .trustManager(engine.authority())
                .clientAuth(ClientAuth.REQUIRE)
                .protocols("TLSv1.3");
    }

    private static void member(Path directory, String role) throws IOException, InterruptedException {
        var identity = "san=uri:spiffe://" + CLUSTER + "/" + role + "/stub";
        keytool(directory, role, List.of("-signer", "ca", "-ext", identity, "-ext", "eku=serverAuth,clientAuth"));
    }

    private static void keytool(Path directory, String alias, List<String> more)
            throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "30",
                "-keystore",
                directory.resolve("keys.p12").toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD)));
        words.addAll(more);
        var process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + said);
        }
    }

    private static Credentials read(Path directory, String alias) {
        try (InputStream input = Files.newInputStream(directory.resolve("keys.p12"))) {
            var keys = KeyStore.getInstance("PKCS12");
            keys.load(input, PASSWORD);
            var chain = Arrays.stream(keys.getCertificateChain(alias))
                    .map(X509Certificate.class::cast)
                    .toList();
            return new Credentials((PrivateKey) keys.getKey(alias, PASSWORD), chain, chain.getLast());
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException("no credentials of " + alias, failed);
        }
    }

    private static final class Reading extends ResourcesGrpc.ResourcesImplBase {
        private final Store store;

        Reading(Store store) {
            this.store = store;
        }

        @Override
        public void list(ListRequest request, StreamObserver<ListPage> replies) {
            var listing =
                    store.list(WireObjects.selection(request.getSelection()), WireObjects.readAt(request.getAt()));
            var page = ListPage.newBuilder().setRevision(listing.revision()).setLast(true);
            listing.objects().forEach(object -> page.addObjects(WireObjects.object(object)));
            replies.onNext(page.build());
            replies.onCompleted();
        }

        @Override
        public void get(GetRequest request, StreamObserver<GetResponse> replies) {
            var answer = GetResponse.newBuilder();
            store.get(WireObjects.key(request.getKey()), WireObjects.readAt(request.getAt()))
                    .map(WireObjects::object)
                    .ifPresent(answer::setObject);
            replies.onNext(answer.build());
            replies.onCompleted();
        }

        /** Until the client goes. */
        @Override
        public void watch(WatchRequest request, StreamObserver<WatchBatch> replies) {
            var client = (ServerCallStreamObserver<WatchBatch>) replies;
            var _ = Thread.startVirtualThread(() -> {
                try (var watch =
                        store.watch(WireObjects.selection(request.getSelection()), request.getAfterRevision())) {
                    while (!client.isCancelled()) {
                        watch.next(PACE).map(WireCommits::batch).ifPresent(client::onNext);
                    }
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }
}
