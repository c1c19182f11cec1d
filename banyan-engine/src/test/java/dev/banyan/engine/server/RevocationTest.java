package dev.banyan.engine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Duplex;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.ControllerSpec;
import dev.banyan.api.v1.ControllerStatus;
import dev.banyan.api.v1.Heartbeat;
import dev.banyan.api.v1.HeartbeatReply;
import dev.banyan.api.v1.RegisterRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.World;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a certificate is worth once its agent was removed, over real connections. */
class RevocationTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final World world = new World();
    private final TestCluster cluster = new TestCluster();
    private final Informer<AgentSpec, AgentStatus> agents =
            Informer.of(Kinds.AGENTS, world.truth, TestCluster.ENV).build();
    private final Informer<ControllerSpec, ControllerStatus> controllers =
            Informer.of(Kinds.CONTROLLERS, world.truth, TestCluster.ENV).build();
    private String endpoint = "";

    @BeforeEach
    void serve() throws InterruptedException {
        var server = cluster.server(world.truth, 0, Optional.empty());
        endpoint = "127.0.0.1:" + server.port();
        agents.addDirectHandler(server.members().agents());
        agents.start();
        controllers.addDirectHandler(server.members().controllers());
        controllers.start();
        agent("web", 0);
        agent("db", 0);
        seen(agents);
    }

    /** What it has not seen come it does not see go. */
    private void seen(Informer<?, ?> members) throws InterruptedException {
        assertThat(members.awaitRevision(world.revision(), PATIENCE)).isTrue();
    }

    @AfterEach
    void close() {
        cluster.close();
        agents.stop();
        controllers.stop();
    }

    @Test
    void refusesEveryCallOfARemovedAgentOnTheConnectionItHas() {
        var web = client("web");
        register(web);

        world.delete(Kinds.AGENTS.key("", "web"));

        assertDenied(() -> register(web));
        assertThatThrownBy(() -> web.store().list(Selection.of("services"), ReadAt.LATEST))
                .isInstanceOfSatisfying(StoreException.class, denied -> assertThat(denied.reason())
                        .isEqualTo(StoreException.Reason.DENIED));
        assertDenied(web::renew);
        register(client("db"));
    }

    @Test
    void refusesItOnNewConnections() {
        world.delete(Kinds.AGENTS.key("", "web"));

        assertDenied(() -> register(client("web")));
    }

    @Test
    void endsTheStreamsThatARemovedAgentHasOpenAndNoOthers() throws Exception {
        var web = client("web");
        var db = client("db");
        try (var ofWeb = web.heartbeats();
                var ofDb = db.heartbeats()) {
            assertThat(beat(ofWeb, register(web), 1)).isInstanceOf(Duplex.Item.Message.class);
            long epoch = register(db);
            assertThat(beat(ofDb, epoch, 1)).isInstanceOf(Duplex.Item.Message.class);

            world.delete(Kinds.AGENTS.key("", "web"));

            var end = ofWeb.receive(PATIENCE).orElseThrow();
            assertThat(end).isInstanceOf(Duplex.Item.Ended.class);
            assertThat(BanyanClient.failure((Duplex.Item.Ended<?>) end).reason())
                    .isEqualTo(Reason.DENIED);
            assertThat(beat(ofDb, epoch, 2)).isInstanceOf(Duplex.Item.Message.class);
        }
    }

    @Test
    void aFormerAgentsCertificateIsNotItsSuccessors() {
        var former = TestCluster.credentials("agent", "web");
        world.delete(Kinds.AGENTS.key("", "web"));
        agent("web", former.leaf().getNotBefore().getTime() + 1_000);

        assertDenied(() -> register(cluster.client(former, endpoint)));

        world.delete(Kinds.AGENTS.key("", "web"));
        agent("web", former.leaf().getNotBefore().getTime());
        register(cluster.client(former, endpoint));
    }

    @Test
    void refusesARemovedControllerAndEndsItsWatches() throws Exception {
        controller("dns", 0);
        controller("web", 0);
        seen(controllers);
        var dns = cluster.client("controller", "dns", endpoint);
        try (var watch = dns.store().watch(Selection.of("kinddefinitions"), 0)) {
            assertThat(watch.next(PATIENCE)).isPresent();

            world.delete(Kinds.CONTROLLERS.key("", "dns"));

            assertThatThrownBy(() -> {
                        while (watch.next(PATIENCE).isPresent()) {}
                    })
                    .isInstanceOfSatisfying(StoreException.class, denied -> assertThat(denied.reason())
                            .isEqualTo(StoreException.Reason.DENIED));
        }
        assertDenied(dns::renew);
        assertThat(cluster.client("controller", "web", endpoint).renew()).isNotNull();
    }

    @Test
    void aFormerControllersCertificateIsNotItsSuccessors() {
        var former = TestCluster.credentials("controller", "dns");
        controller("dns", former.leaf().getNotBefore().getTime() + 1_000);

        assertDenied(() -> cluster.client(former, endpoint).renew());
    }

    private void controller(String name, long certificatesFromMs) {
        var spec = ControllerSpec.newBuilder()
                .setCertificatesFromMs(certificatesFromMs)
                .build();
        world.create(Kinds.CONTROLLERS, Kinds.CONTROLLERS.key("", name), spec);
    }

    private void agent(String name, long certificatesFromMs) {
        var spec =
                AgentSpec.newBuilder().setCertificatesFromMs(certificatesFromMs).build();
        world.create(Kinds.AGENTS, Kinds.AGENTS.key("", name), spec);
    }

    private BanyanClient client(String agent) {
        return cluster.client("agent", agent, endpoint);
    }

    private static long register(BanyanClient client) {
        return client.register(RegisterRequest.newBuilder().setBootId("boot").build())
                .getEpoch();
    }

    private static Duplex.Item<HeartbeatReply> beat(Duplex<Heartbeat, HeartbeatReply> stream, long epoch, long sequence)
            throws InterruptedException {
        stream.send(Heartbeat.newBuilder().setEpoch(epoch).setSequence(sequence).build(), PATIENCE);
        return stream.receive(PATIENCE).orElseThrow();
    }

    private static void assertDenied(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(ApiException.class, denied -> assertThat(denied.reason())
                        .isEqualTo(Reason.DENIED))
                .hasMessageContaining("was removed from the cluster");
    }
}
