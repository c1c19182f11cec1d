package dev.banyan.session;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AcceptRestoreRequest;
import dev.banyan.api.v1.AcceptRestoreResponse;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.ApplyResponse;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.CreateTokenResponse;
import dev.banyan.api.v1.JoinRequest;
import dev.banyan.api.v1.JoinResponse;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.MissingContentsResponse;
import dev.banyan.api.v1.OpenMaterialRequest;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.api.v1.PutContentResponse;
import dev.banyan.api.v1.RegisterKindRequest;
import dev.banyan.api.v1.RegisterKindResponse;
import dev.banyan.api.v1.RegisterRequest;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.api.v1.RemoveKindResponse;
import dev.banyan.api.v1.RemoveRequest;
import dev.banyan.api.v1.RemoveResponse;
import dev.banyan.api.v1.RemoveValueRequest;
import dev.banyan.api.v1.RemoveValueResponse;
import dev.banyan.api.v1.RemoveVolumeRequest;
import dev.banyan.api.v1.RemoveVolumeResponse;
import dev.banyan.api.v1.RenewRequest;
import dev.banyan.api.v1.RenewResponse;
import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.api.v1.ScaleResponse;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.v1.SetValueResponse;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.identity.ClusterAuthority;
import dev.banyan.engine.identity.Enrollment;
import dev.banyan.engine.identity.Subject;
import dev.banyan.engine.image.ImageDesk;
import dev.banyan.engine.image.Order;
import dev.banyan.engine.image.shelf.Shelf;
import dev.banyan.engine.server.ApiServer;
import dev.banyan.engine.server.ApiServices;
import dev.banyan.engine.server.Doors;
import dev.banyan.engine.server.ServerSettings;
import dev.banyan.engine.server.session.SessionServices;
import dev.banyan.engine.server.session.SessionSettings;
import dev.banyan.engine.server.session.SubnetRange;
import dev.banyan.harness.Await;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** An engine's front door that can go and come back on the same port; what is opened here is closed with it. */
final class LocalEngine implements AutoCloseable {
    static final Env ENV = new SystemEnv();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * A loopback address from which nobody dials: who looks for this engine while it is away cannot be given its port, as happens now and
     * then where both ends have one address.
     */
    private static final String HOST = "127.77.0.1";

    private static final String CLUSTER = "sessions01";
    private static final String AGENT = "web";

    private final ClusterAuthority authority = ClusterAuthority.create(CLUSTER, ENV);
    private final Credentials own = authority.issue(Subject.member(new SpiffeId(CLUSTER, "engine", "one")));
    private final MemoryStore store = new MemoryStore(ENV);
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<BanyanClient> open = new ArrayList<>();
    private ApiServer server;
    private final int port;
    private boolean running = true;

    /** Runs, and knows one agent. */
    LocalEngine() {
        server = server(0);
        port = server.port();
        var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, AGENT);
        var ignored = store.commit(
                Commit.of(new Write.Create(Draft.of(key, Kinds.AGENTS.spec().encode(AgentSpec.getDefaultInstance())))));
    }

    MemoryStore store() {
        return store;
    }

    /** Names of agents, one for each sign of life. */
    List<String> heard() {
        return heard;
    }

    String agentUid() {
        return store.get(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, AGENT), ReadAt.LATEST)
                .orElseThrow()
                .meta()
                .uid();
    }

    void removeAgent() {
        var ignored =
                store.commit(Commit.of(new Write.Delete(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, AGENT), agentUid())));
    }

    void stop() {
        running = false;
        server.stop();
    }

    void startAgain() {
        server = server(port);
        running = true;
    }

    /** Credentials of the agent that are {@code old} already. */
    Credentials agentCredentials(Duration validity) {
        return authority.issue(new Subject(new SpiffeId(CLUSTER, "agent", AGENT), List.of(), validity));
    }

    BanyanClient agent() {
        return client(new OwnKey(agentCredentials(Subject.MEMBER_VALIDITY)));
    }

    /**
     * Registers the agent.
     *
     * @return the epoch of its session
     */
    long register(String boot) {
        return register(agent(), boot);
    }

    /** The same over {@code client}, which has a connection then. */
    long register(BanyanClient client, String boot) {
        var request =
                RegisterRequest.newBuilder().setBootId(boot).setVersion("1").build();
        return Await.value(
                () -> answered(() -> client.register(request).getEpoch()), PATIENCE, () -> "the engine answers");
    }

    /** Empty when there was no answer: on a busy machine the first connection may take longer than a call may. */
    private static <T> Optional<T> answered(Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (ApiException failed) {
            if (failed.reason() != Reason.UNAVAILABLE) {
                throw failed;
            }
            return Optional.empty();
        }
    }

    BanyanClient admin() {
        return client(new OwnKey(authority.issue(Subject.member(new SpiffeId(CLUSTER, "admin", "alice")))));
    }

    BanyanClient client(OwnKey key) {
        var client = BanyanClient.open(key, List.of(HOST + ":" + port), ENV);
        open.add(client);
        return client;
    }

    @Override
    public void close() {
        open.reversed().forEach(BanyanClient::close);
        if (running) {
            stop();
        }
    }

    private ApiServer server(int port) {
        var sessions = new SessionServices(
                store,
                ENV,
                new SessionSettings(
                                "one", "127.0.0.1:7443", "127.0.0.1:7444", Duration.ofMillis(100), SubnetRange.DEFAULT)
                        .awaitingAgents(PATIENCE),
                heard::add);
        var addresses = new Enrollment.Addresses(List.of("127.0.0.1:7443"), "127.0.0.1:7444");
        var doors = new Doors(
                new Enrolment(new Enrollment(authority, addresses, store, ENV)),
                new NoApps(),
                new StatusAlone(),
                new NoKinds(),
                new NoImages(),
                new NothingSealed());
        var started = new ApiServer(
                new ServerSettings(HOST, port, Optional.empty()),
                new OwnKey(own),
                new ApiServices(store, doors, sessions, ENV),
                ENV);
        started.start();
        return started;
    }

    private record StatusAlone() implements Doors.ClusterView {
        @Override
        public StatusResponse status() {
            return StatusResponse.newBuilder().setClusterId(CLUSTER).build();
        }

        @Override
        public AcceptRestoreResponse acceptRestore(AcceptRestoreRequest request, SpiffeId caller) {
            throw new ApiException(Reason.NOT_FOUND, "nothing is stopped");
        }
    }

    private record Enrolment(Enrollment enrollment) implements Doors.Enrolment {
        @Override
        public JoinResponse join(JoinRequest request, byte[] serverDigest) {
            return enrollment.join(request, serverDigest);
        }

        @Override
        public RenewResponse renew(RenewRequest request, SpiffeId caller, byte[] serverDigest) {
            return enrollment.renew(request, caller, serverDigest);
        }

        @Override
        public CreateTokenResponse createToken(CreateTokenRequest request) {
            return enrollment.createToken(request);
        }
    }

    private record NothingSealed() implements Doors.Sealed {
        @Override
        public MissingContentsResponse missing(MissingContentsRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PutContentResponse put(PutContentRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SetValueResponse set(SetValueRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public RemoveValueResponse remove(RemoveValueRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void open(OpenMaterialRequest request, SpiffeId caller, Doors.Receiver receiver) {
            throw new UnsupportedOperationException();
        }
    }

    private record NoImages() implements ImageDesk {
        @Override
        public String registry() {
            return "127.0.0.1:7444";
        }

        @Override
        public Waiting mirror(Order order) {
            throw new ApiException(Reason.UNAVAILABLE, "there are no images");
        }

        @Override
        public Waiting foresee(Order order) {
            throw new ApiException(Reason.UNAVAILABLE, "there are no images");
        }

        @Override
        public Shelf shelf() {
            throw new ApiException(Reason.UNAVAILABLE, "there are no images");
        }
    }

    private record NoKinds() implements Doors.Definitions {
        @Override
        public RegisterKindResponse register(RegisterKindRequest request, SpiffeId caller) {
            return RegisterKindResponse.getDefaultInstance();
        }

        @Override
        public RemoveKindResponse remove(RemoveKindRequest request, SpiffeId caller) {
            return RemoveKindResponse.getDefaultInstance();
        }
    }

    private record NoApps() implements Doors.Apps {
        @Override
        public ApplyResponse apply(ApplyRequest request, SpiffeId caller) {
            return ApplyResponse.getDefaultInstance();
        }

        @Override
        public PlanResponse plan(ApplyRequest request, SpiffeId caller) {
            return PlanResponse.getDefaultInstance();
        }

        @Override
        public ScaleResponse scale(ScaleRequest request, SpiffeId caller) {
            return ScaleResponse.getDefaultInstance();
        }

        @Override
        public RemoveResponse remove(RemoveRequest request, SpiffeId caller) {
            return RemoveResponse.getDefaultInstance();
        }

        @Override
        public RemoveVolumeResponse removeVolume(RemoveVolumeRequest request, SpiffeId caller) {
            return RemoveVolumeResponse.getDefaultInstance();
        }
    }
}
