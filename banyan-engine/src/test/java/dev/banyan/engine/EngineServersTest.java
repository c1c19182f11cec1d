package dev.banyan.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Endpoint;
import dev.banyan.api.client.Joining;
import dev.banyan.api.config.Settings;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.JoinToken;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.identity.PeerTrust;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.RegisterRequest;
import dev.banyan.api.v1.Role;
import dev.banyan.api.v1.SealedBox;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.wire.Level;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.etcd.EtcdConfig;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole engine on loopback with a real etcd and a real registry. */
@Tag("servers")
class EngineServersTest {
    private static final Env ENV = new SystemEnv();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(20_000 + (int) (ProcessHandle.current().pid() % 10_000));

    @TempDir
    Path directory;

    private final Map<String, String> flags = new LinkedHashMap<>();
    private final List<BanyanClient> clients = new ArrayList<>();
    private EngineFiles files;
    private Engine engine;

    @BeforeEach
    void initialiseAndRun() throws Exception {
        files = new EngineFiles(directory.resolve("data"));
        files.create("one", "127.0.0.1", ENV);
        flags.put(EngineOptions.DATA, files.data().toString());
        flags.put(EngineOptions.ADVERTISE, "127.0.0.1");
        flags.put(EngineOptions.LISTEN, "127.0.0.1");
        flags.put(EngineOptions.SOCKET, directory.resolve("engine.sock").toString());
        for (var port : List.of(
                EngineOptions.API_PORT,
                EngineOptions.REGISTRY_PORT,
                EngineOptions.ETCD_CLIENT_PORT,
                EngineOptions.ETCD_PEER_PORT)) {
            flags.put(port, Integer.toString(freePort()));
        }
        engine = run();
    }

    @AfterEach
    void stopAll() throws Exception {
        clients.forEach(BanyanClient::close);
        engine.stop();
        for (var child : List.of("etcd", "registry")) {
            end(pid(child));
        }
    }

    @Test
    void writesReadsAndWatchesThroughTheFrontDoorDownToEtcd() throws Exception {
        var web = join("web");
        var admin = admin().store();
        var base = agent(admin.list(Selection.of("agents"), ReadAt.LATEST).objects(), "web");
        try (var watch = admin.watch(Selection.of("agents"), base.meta().revision())) {
            AgentSpec joined = Kinds.AGENTS.spec().decode(base.spec());
            var cordoned = joined.toBuilder().setCordoned(true).build();

            var outcome = admin.commit(Commit.of(new Write.Update(
                    base, Draft.from(base).withSpec(Kinds.AGENTS.spec().encode(cordoned)))));

            assertThat(outcome).isInstanceOf(WriteOutcome.Written.class);
            assertThat(changes(watch).revision()).isEqualTo(((WriteOutcome.Written) outcome).revision());
        }
        var registered =
                web.register(RegisterRequest.newBuilder().setBootId("b").build());
        assertThat(registered.getSubnet()).isEqualTo("10.192.0.0/24");
        assertThat(admin.get(Kinds.SESSIONS.key("", registered.getAgentUid()), ReadAt.LATEST))
                .hasValueSatisfying(
                        session -> assertThat(session.meta().revision()).isEqualTo(registered.getEpoch()));
    }

    @Test
    void saysHowItIs() throws Exception {
        var admin = admin();
        var status = admin.status();

        assertThat(status.getEngine()).isEqualTo("one");
        assertThat(status.getClusterId()).isEqualTo(files.load(ENV).cluster());
        assertThat(status.getComponentsList()).isNotEmpty();
        // It listens before each of its parts has read what it needs.
        await(() -> admin.status().getComponentsList().stream().allMatch(component -> component.getReady()));
    }

    @Test
    void adoptsWhatRunsWhenItIsStartedAgain() throws Exception {
        join("web");
        long etcd = pid("etcd");
        long registry = pid("registry");

        engine.stop();
        engine = run();

        assertThat(pid("etcd")).isEqualTo(etcd);
        assertThat(pid("registry")).isEqualTo(registry);
        assertThat(admin().store().list(Selection.of("agents"), ReadAt.LATEST).objects())
                .hasSize(1);
    }

    @Test
    void sealsUnderANewKeyAfterItWasMadeAndTheEngineStartedAgain() throws Exception {
        var value = SetValueRequest.newBuilder()
                .setNamespace("default")
                .setKind(SetValueRequest.Kind.SECRET)
                .setName("password")
                .setValue(ByteString.copyFromUtf8("hunter2"));
        admin().setValue(value.build());
        var before = box();
        files.kek().rotate(ENV.entropy());

        engine.stop();
        engine = run();

        await(() -> !box().getKeyId().equals(before.getKeyId()));
        assertThat(box().getSealed())
                .as("only the key of the value is sealed anew")
                .isEqualTo(before.getSealed());
        assertThat(admin().setValue(value.build()).getChanged())
                .as("it is the value that it was")
                .isFalse();
        assertThat(files.kek().load().orElseThrow().id()).isEqualTo(box().getKeyId());
    }

    private SealedBox box() {
        return admin().store().list(Selection.of("secrets"), ReadAt.LATEST).objects().stream()
                .map(object -> Kinds.SECRETS.decode(object).spec().getBox())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void refusesTheEtcdOfAnotherClusterAndChangesNothingInIt() throws Exception {
        var other = new EngineFiles(directory.resolve("other"));
        var stranger = other.create("two", "127.0.0.1", ENV);
        var own = Map.copyOf(flags);
        flags.put(EngineOptions.DATA, other.data().toString());
        flags.put(EngineOptions.API_PORT, Integer.toString(freePort()));
        flags.put(EngineOptions.SOCKET, directory.resolve("other.sock").toString());
        flags.put(EngineOptions.ETCD_ENDPOINTS, "https://127.0.0.1:" + flags.get(EngineOptions.ETCD_CLIENT_PORT));
        flags.put(EngineOptions.ETCD_AUTHORITY, files.etcd().authority().toString());
        flags.put(EngineOptions.ETCD_CERTIFICATE, files.etcd().certificate().toString());
        flags.put(EngineOptions.ETCD_KEY, files.etcd().key().toString());

        assertThatThrownBy(this::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(files.load(ENV).cluster(), stranger.cluster());

        flags.clear();
        flags.putAll(own);
        var admin = admin();
        await(() -> admin.status().getEnginesList().equals(List.of("one")));
        assertThat(other.data().resolve("registry").resolve("registry.pid")).doesNotExist();
    }

    @Test
    void refusesAnEtcdOfANewerLevel() throws Exception {
        engine.stop();
        try (var etcd = etcdAs(files.etcd())) {
            var level = etcd.get(ObjectKey.cluster(".cluster", "level"), ReadAt.LATEST)
                    .orElseThrow();
            assertThat(level.spec()).isEqualTo(Bytes.utf8(Integer.toString(Level.CURRENT)));
            var raised = Draft.from(level).withSpec(Bytes.utf8("99"));
            assertThat(etcd.commit(Commit.of(new Write.Update(level, raised))).written())
                    .isTrue();
        }

        assertThatThrownBy(this::run).isInstanceOf(IllegalStateException.class).hasMessageContaining("at level 99");
    }

    @Test
    void losesNothingWhenEtcdIsKilled() throws Exception {
        join("web");
        var admin = admin().store();
        long etcd = pid("etcd");

        ProcessHandle.of(etcd).orElseThrow().destroyForcibly();

        await(() -> pid("etcd") != etcd && answers(admin::commit));
        assertThat(admin.list(Selection.of("agents"), ReadAt.LATEST).objects()).hasSize(1);
    }

    @Test
    void letsNobodyButItselfAskEtcd() {
        for (var member : List.of(files.admin(), files.engine(), files.registry())) {
            assertThatThrownBy(() -> etcdAs(member).close()).isInstanceOf(StoreException.class);
        }

        etcdAs(files.etcd()).close();
    }

    @Test
    void letsNobodyWithoutCertificateAskTheRegistryOrEtcd() throws Exception {
        var registry = URI.create("https://127.0.0.1:" + flags.get(EngineOptions.REGISTRY_PORT) + "/v2/");
        var etcd = URI.create("https://127.0.0.1:" + flags.get(EngineOptions.ETCD_CLIENT_PORT) + "/health");
        var own = new OwnKey(files.require(files.admin()));

        assertThat(status(registry, Optional.of(own))).isEqualTo(200);
        assertThatThrownBy(() -> status(registry, Optional.empty())).isInstanceOf(IOException.class);
        assertThat(status(etcd, Optional.of(new OwnKey(files.require(files.etcd())))))
                .isEqualTo(200);
        assertThatThrownBy(() -> status(etcd, Optional.empty())).isInstanceOf(IOException.class);
    }

    private Engine run() throws InterruptedException {
        var started = new Engine(
                ENV, Settings.resolve(EngineOptions.SHARED, new Settings.Sources(flags, Map.of(), Optional.empty())));
        started.start();
        return started;
    }

    private EtcdStore etcdAs(CredentialsDirectory member) {
        var tls = new EtcdConfig.Tls(member.authority(), member.certificate(), member.key(), Optional.empty());
        var endpoint = "https://127.0.0.1:" + flags.get(EngineOptions.ETCD_CLIENT_PORT);
        return EtcdStore.connect(EtcdConfig.secured(List.of(endpoint), tls), ENV);
    }

    private BanyanClient admin() {
        return opened(BanyanClient.open(
                files.require(files.admin()), List.of("unix:" + flags.get(EngineOptions.SOCKET)), ENV));
    }

    private BanyanClient join(String agent) {
        var token = admin().createToken(
                        CreateTokenRequest.newBuilder().setRole(Role.AGENT).build());
        var endpoint = "127.0.0.1:" + flags.get(EngineOptions.API_PORT);
        var newcomer = new Joining.Newcomer(JoinToken.parse(token.getToken()), agent, List.of());
        var joined = Joining.join(List.of(Endpoint.parse(endpoint)), newcomer, ENV);
        return opened(BanyanClient.open(joined.credentials(), List.of(endpoint), ENV));
    }

    private BanyanClient opened(BanyanClient client) {
        clients.add(client);
        return client;
    }

    private int status(URI uri, Optional<OwnKey> shown) throws Exception {
        var identity = files.require(files.admin());
        var trust = new PeerTrust(identity.authority(), identity.identity().cluster(), Set.of("registry", "etcd"));
        var tls = SSLContext.getInstance("TLSv1.3");
        tls.init(shown.stream().toArray(KeyManager[]::new), new TrustManager[] {trust}, null);
        try (var http = HttpClient.newBuilder().sslContext(tls).build()) {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    /** True when a write is answered; deleting what never was changes nothing. */
    private static boolean answers(java.util.function.Function<Commit, WriteOutcome> store) {
        var probe = Kinds.AGENTS.key("", "nobody");
        return store.apply(Commit.of(new Write.Delete(probe, "0"))) instanceof WriteOutcome.NotFound;
    }

    private static StoredObject agent(List<StoredObject> agents, String name) {
        return agents.stream()
                .filter(agent -> agent.key().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static WatchBatch.Changes changes(Watch watch) throws InterruptedException {
        while (true) {
            var batch = watch.next(PATIENCE).orElseThrow();
            if (batch instanceof WatchBatch.Changes changes) {
                return changes;
            }
            assertThat(batch).isInstanceOf(WatchBatch.Bookmark.class);
        }
    }

    private long pid(String child) throws IOException {
        var record = files.data().resolve(child).resolve(child + ".pid");
        return Long.parseLong(Files.readString(record).strip().split(" ")[0]);
    }

    private static void end(long pid) throws Exception {
        var process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            process.get().destroyForcibly();
            process.get().onExit().get();
        }
    }

    private interface Fact {
        boolean holds() throws Exception;
    }

    private static void await(Fact fact) throws Exception {
        var pause = ENV.signal();
        long begun = ENV.time().nanos();
        while (!fact.holds()) {
            if (ENV.time().since(begun).compareTo(PATIENCE) > 0) {
                throw new AssertionError("not within " + PATIENCE);
            }
            pause.await(Duration.ofMillis(20));
        }
    }

    /** Outside of the range from which the kernel takes ports for connections, so that nobody takes it by chance. */
    private static int freePort() throws IOException {
        while (true) {
            try (var socket = new ServerSocket(NEXT_PORT.getAndIncrement())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                continue;
            }
        }
    }
}
