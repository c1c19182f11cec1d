package dev.banyan.engine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.banyan.api.identity.JoinToken;
import dev.banyan.api.identity.KeyProof;
import dev.banyan.api.identity.Keys;
import dev.banyan.api.identity.Pem;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.ControllerSpec;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.JoinRequest;
import dev.banyan.api.v1.RenewRequest;
import dev.banyan.api.v1.Role;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.env.Entropy;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.env.TimeSource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class EnrollmentTest {
    private static final byte[] SERVER = new byte[32];

    private final LateEnv env = new LateEnv();
    private final Store store = new MemoryStore(env);
    private final ClusterAuthority authority = ClusterAuthority.create("testcluster01", env);
    private final Enrollment enrollment =
            new Enrollment(authority, new Enrollment.Addresses(List.of("10.0.0.1:7443"), "10.0.0.1:7444"), store, env);

    @Test
    void makesAnAgentOfWhoHasAToken() {
        var pair = Keys.generate();

        var joined = enrollment.join(request(token(Role.AGENT), "web", pair, "eu", "big", "eu"), SERVER);

        var leaf = Pem.certificate(joined.getCertificateChain(0).toByteArray());
        assertThat(SpiffeId.of(leaf)).contains(new SpiffeId("testcluster01", "agent", "web"));
        assertThat(leaf.getPublicKey()).isEqualTo(pair.getPublic());
        assertThat(joined.getEndpointsList()).containsExactly("10.0.0.1:7443");
        assertThat(agent("web").getTagsList()).containsExactly("big", "eu");
    }

    @Test
    void makesAnAdminWithoutAnAgentObject() {
        enrollment.join(request(token(Role.ADMIN), "ann", Keys.generate()), SERVER);

        assertThat(store.list(Selection.of("agents"), ReadAt.LATEST).objects()).isEmpty();
    }

    @Test
    void spendsATokenOnce() {
        var token = token(Role.AGENT);
        enrollment.join(request(token, "web", Keys.generate()), SERVER);

        assertRefused(Reason.UNAUTHENTICATED, () -> enrollment.join(request(token, "db", Keys.generate()), SERVER));
    }

    @Test
    void keepsATokenThatMetARefusal() {
        var token = token(Role.AGENT);
        assertRefused(Reason.REJECTED, () -> enrollment.join(request(token, "Bad_Name", Keys.generate()), SERVER));

        assertThat(enrollment.join(request(token, "web", Keys.generate()), SERVER))
                .isNotNull();
    }

    @Test
    void refusesAnExpiredToken() {
        var token = token(Role.AGENT);
        env.later(Duration.ofMinutes(15));

        assertRefused(Reason.UNAUTHENTICATED, () -> enrollment.join(request(token, "web", Keys.generate()), SERVER));
    }

    @Test
    void refusesAKnownTokenWithAnotherSecret() {
        var token = token(Role.AGENT);
        var forged = JoinToken.of(token.id(), new byte[32], token.authority());

        assertRefused(Reason.UNAUTHENTICATED, () -> enrollment.join(request(forged, "web", Keys.generate()), SERVER));
    }

    @Test
    void refusesATokenOfAnotherCluster() {
        var foreign = JoinToken.of("0123456789ab", new byte[32], "ab".repeat(32));

        assertRefused(Reason.UNAUTHENTICATED, () -> enrollment.join(request(foreign, "web", Keys.generate()), SERVER));
    }

    @Test
    void refusesAKeyThatTheJoinerDoesNotHold() {
        var stolen = request(token(Role.AGENT), "web", Keys.generate()).toBuilder()
                .setPublicKey(ByteString.copyFrom(Keys.generate().getPublic().getEncoded()))
                .build();

        assertRefused(Reason.UNAUTHENTICATED, () -> enrollment.join(stolen, SERVER));
    }

    @Test
    void refusesAProofThatWasMadeForAnotherServer() {
        var relayed = request(token(Role.AGENT), "web", Keys.generate());

        assertRefused(Reason.UNAUTHENTICATED, () -> enrollment.join(relayed, new byte[] {1}));
    }

    @Test
    void refusesANameThatARegisteredAgentHas() {
        enrollment.join(request(token(Role.AGENT), "web", Keys.generate()), SERVER);
        register("web");
        var token = token(Role.AGENT);

        assertRefused(Reason.ALREADY_EXISTS, () -> enrollment.join(request(token, "web", Keys.generate()), SERVER));
        assertThat(enrollment.join(request(token, "web-2", Keys.generate()), SERVER))
                .isNotNull();
    }

    @Test
    void letsAnAgentJoinAgainThatNeverGotItsAnswer() {
        enrollment.join(request(token(Role.AGENT), "web", Keys.generate(), "old"), SERVER);

        enrollment.join(request(token(Role.AGENT), "web", Keys.generate(), "new"), SERVER);

        assertThat(agent("web").getTagsList()).containsExactly("new");
    }

    @Test
    void makesAControllerOfWhoHasATokenOfItsName() {
        var joined =
                enrollment.join(request(controllerToken("dns", "services", "agents"), "dns", Keys.generate()), SERVER);

        var leaf = Pem.certificate(joined.getCertificateChain(0).toByteArray());
        assertThat(SpiffeId.of(leaf)).contains(new SpiffeId("testcluster01", "controller", "dns"));
        assertThat(controller("dns").getReadsList()).containsExactly("agents", "services");
        assertThat(controller("dns").getCertificatesFromMs())
                .isEqualTo(leaf.getNotBefore().getTime());
    }

    @Test
    void letsNobodyElseJoinWithAControllersToken() {
        var token = controllerToken("dns");

        assertRefused(Reason.REJECTED, () -> enrollment.join(request(token, "web", Keys.generate()), SERVER));
        assertThat(store.list(Selection.of("controllers"), ReadAt.LATEST).objects())
                .isEmpty();
        assertThat(enrollment.join(request(token, "dns", Keys.generate()), SERVER))
                .isNotNull();
    }

    @Test
    void replacesAControllerAndItsGrants() {
        enrollment.join(request(controllerToken("dns", "services"), "dns", Keys.generate()), SERVER);
        long former = controller("dns").getCertificatesFromMs();
        env.later(Duration.ofMinutes(1));

        enrollment.join(request(controllerToken("dns"), "dns", Keys.generate()), SERVER);

        assertThat(controller("dns").getReadsList()).isEmpty();
        assertThat(controller("dns").getCertificatesFromMs()).isGreaterThan(former);
    }

    @Test
    void makesNoControllersTokenWithoutANameOrWithSecretsToRead() {
        assertRefused(Reason.REJECTED, () -> controllerToken(""));
        assertRefused(Reason.REJECTED, () -> controllerToken("Not A Label"));
        for (var kind : List.of("tasks", "releases", ".tokens", "controllers", "zones.example.com", "*")) {
            assertRefused(Reason.REJECTED, () -> controllerToken("dns", kind));
        }
        var named = CreateTokenRequest.newBuilder().setRole(Role.AGENT).setName("web");
        assertRefused(Reason.REJECTED, () -> enrollment.createToken(named.build()));
    }

    @Test
    void renewsForAControllerUntilItIsRemoved() {
        enrollment.join(request(controllerToken("dns"), "dns", Keys.generate()), SERVER);
        var pair = Keys.generate();
        var key = pair.getPublic().getEncoded();
        var request = RenewRequest.newBuilder()
                .setPublicKey(ByteString.copyFrom(key))
                .setSignature(ByteString.copyFrom(KeyProof.renew(key, SERVER).sign(pair.getPrivate())))
                .build();
        var dns = new SpiffeId("testcluster01", "controller", "dns");

        var leaf = Pem.certificate(
                enrollment.renew(request, dns, SERVER).getCertificateChain(0).toByteArray());
        assertThat(SpiffeId.of(leaf)).contains(dns);

        var object = store.get(Kinds.CONTROLLERS.key("", "dns"), ReadAt.LATEST).orElseThrow();
        store.commit(Commit.of(new Write.Delete(object.key(), object.meta().uid())));
        assertRefused(Reason.DENIED, () -> enrollment.renew(request, dns, SERVER));
    }

    private JoinToken controllerToken(String name, String... reads) {
        var request = CreateTokenRequest.newBuilder()
                .setRole(Role.CONTROLLER)
                .setName(name)
                .addAllReads(List.of(reads));
        return JoinToken.parse(enrollment.createToken(request.build()).getToken());
    }

    private ControllerSpec controller(String name) {
        return Kinds.CONTROLLERS
                .spec()
                .decode(store.get(Kinds.CONTROLLERS.key("", name), ReadAt.LATEST)
                        .orElseThrow()
                        .spec());
    }

    @Test
    void storesNoSecret() {
        var token = token(Role.AGENT);

        var stored =
                store.list(Selection.of(".tokens"), ReadAt.LATEST).objects().getFirst();

        assertThat(stored.spec().toUtf8()).doesNotContain(token.secret());
        assertThat(Kinds.TOKENS.decode(stored).spec().getSecretSha256().toByteArray())
                .isEqualTo(Keys.sha256(token.secretBytes()));
    }

    @Test
    void makesTokensForAdminsAndAgentsAndABoundedTimeOnly() {
        assertRefused(Reason.REJECTED, () -> token(Role.ENGINE));
        assertRefused(
                Reason.REJECTED,
                () -> enrollment.createToken(CreateTokenRequest.newBuilder()
                        .setRole(Role.AGENT)
                        .setValidSeconds(86_401)
                        .build()));
    }

    @Test
    void boundsTheOpenTokensAndForgetsExpiredOnes() {
        for (int i = 0; i < Tokens.OPEN_MAX; i++) {
            token(Role.AGENT);
        }

        assertRefused(Reason.OVERLOADED, () -> token(Role.AGENT));
        env.later(Duration.ofHours(1));
        token(Role.AGENT);
        assertThat(store.list(Selection.of(".tokens"), ReadAt.LATEST).objects()).hasSize(1);
    }

    @Test
    void renewsForTheSameMemberOnly() {
        enrollment.join(request(token(Role.AGENT), "web", Keys.generate()), SERVER);
        var pair = Keys.generate();
        var key = pair.getPublic().getEncoded();
        var request = RenewRequest.newBuilder()
                .setPublicKey(ByteString.copyFrom(key))
                .setSignature(ByteString.copyFrom(KeyProof.renew(key, SERVER).sign(pair.getPrivate())))
                .build();
        var web = new SpiffeId("testcluster01", "agent", "web");

        var renewed = enrollment.renew(request, web, SERVER);

        var leaf = Pem.certificate(renewed.getCertificateChain(0).toByteArray());
        assertThat(SpiffeId.of(leaf)).contains(web);
        assertRefused(
                Reason.DENIED,
                () -> enrollment.renew(request, new SpiffeId("testcluster01", "agent", "removed"), SERVER));
        assertRefused(Reason.UNAUTHENTICATED, () -> enrollment.renew(request, web, new byte[] {1}));
    }

    private JoinToken token(Role role) {
        return JoinToken.parse(enrollment
                .createToken(CreateTokenRequest.newBuilder().setRole(role).build())
                .getToken());
    }

    private static JoinRequest request(JoinToken token, String name, KeyPair pair, String... tags) {
        var key = pair.getPublic().getEncoded();
        return JoinRequest.newBuilder()
                .setTokenId(token.id())
                .setTokenSecret(ByteString.copyFrom(token.secretBytes()))
                .setName(name)
                .setPublicKey(ByteString.copyFrom(key))
                .setSignature(ByteString.copyFrom(
                        KeyProof.join(token.id(), key, SERVER).sign(pair.getPrivate())))
                .addAllTags(List.of(tags))
                .build();
    }

    private AgentSpec agent(String name) {
        return store.get(Kinds.AGENTS.key("", name), ReadAt.LATEST)
                .map(Kinds.AGENTS::decode)
                .orElseThrow()
                .spec();
    }

    private void register(String name) {
        var base = store.get(Kinds.AGENTS.key("", name), ReadAt.LATEST).orElseThrow();
        var spec = agent(name).toBuilder().setSubnet("10.192.0.0/24").build();
        store.commit(Commit.of(new Write.Update(
                base, Draft.from(base).withSpec(Kinds.AGENTS.spec().encode(spec)))));
    }

    private static void assertRefused(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                .isEqualTo(reason));
    }

    /** The real surroundings, whose wall clock can be put forward. */
    private static final class LateEnv implements Env {
        private final Env real = new SystemEnv();
        private Duration late = Duration.ZERO;

        void later(Duration by) {
            late = late.plus(by);
        }

        @Override
        public TimeSource time() {
            return new TimeSource() {
                @Override
                public long nanos() {
                    return real.time().nanos();
                }

                @Override
                public Instant now() {
                    return real.time().now().plus(late);
                }
            };
        }

        @Override
        public RandomSource random() {
            return real.random();
        }

        @Override
        public Entropy entropy() {
            return real.entropy();
        }

        @Override
        public TaskSpawner tasks() {
            return real.tasks();
        }

        @Override
        public <T> Mailbox<T> mailbox(int capacity) {
            return real.mailbox(capacity);
        }

        @Override
        public Signal signal() {
            return real.signal();
        }
    }
}
