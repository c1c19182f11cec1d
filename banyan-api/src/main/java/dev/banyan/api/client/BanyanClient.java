package dev.banyan.api.client;

import com.google.protobuf.ByteString;
import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.IdentityException;
import dev.banyan.api.identity.KeyProof;
import dev.banyan.api.identity.Keys;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.identity.PeerTrust;
import dev.banyan.api.identity.Pem;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.v1.AcceptRestoreRequest;
import dev.banyan.api.v1.AcceptRestoreResponse;
import dev.banyan.api.v1.AgentSessionsGrpc;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.ApplyResponse;
import dev.banyan.api.v1.ClusterGrpc;
import dev.banyan.api.v1.ContentsGrpc;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.CreateTokenResponse;
import dev.banyan.api.v1.DeploymentsGrpc;
import dev.banyan.api.v1.EnrollmentGrpc;
import dev.banyan.api.v1.Heartbeat;
import dev.banyan.api.v1.HeartbeatReply;
import dev.banyan.api.v1.ImagesGrpc;
import dev.banyan.api.v1.KindDefinitionsGrpc;
import dev.banyan.api.v1.ListImagesRequest;
import dev.banyan.api.v1.ListImagesResponse;
import dev.banyan.api.v1.LocateRequest;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.LogsGrpc;
import dev.banyan.api.v1.MaterialGrpc;
import dev.banyan.api.v1.MaterialPart;
import dev.banyan.api.v1.MirrorProgress;
import dev.banyan.api.v1.MirrorRequest;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.MissingContentsResponse;
import dev.banyan.api.v1.OpenMaterialRequest;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.v1.PruneImagesRequest;
import dev.banyan.api.v1.PruneImagesResponse;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachGrpc;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.RegisterKindRequest;
import dev.banyan.api.v1.RegisterKindResponse;
import dev.banyan.api.v1.RegisterRequest;
import dev.banyan.api.v1.RegisterResponse;
import dev.banyan.api.v1.RelayFromAgent;
import dev.banyan.api.v1.RelayToAgent;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.api.v1.RemoveKindResponse;
import dev.banyan.api.v1.RemoveRequest;
import dev.banyan.api.v1.RemoveResponse;
import dev.banyan.api.v1.RemoveValueRequest;
import dev.banyan.api.v1.RemoveValueResponse;
import dev.banyan.api.v1.RemoveVolumeRequest;
import dev.banyan.api.v1.RemoveVolumeResponse;
import dev.banyan.api.v1.RenewRequest;
import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.api.v1.ScaleResponse;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.v1.SetValueResponse;
import dev.banyan.api.v1.StatusRequest;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.v1.ValuesGrpc;
import dev.banyan.api.v1.VolumesGrpc;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.Store;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A member's connection to its cluster: mutual TLS 1.3 to one engine, the next one when that does not answer. Thread-safe. Bulk, such as
 * relays, belongs on a client of its own, so that it does not delay heartbeats. Calls throw {@link ApiException} when they are refused
 * or no engine answers.
 */
public final class BanyanClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Admission asks the registry for every image. */
    private static final Duration APPLY_TIMEOUT = Duration.ofSeconds(60);

    /** Making up for ten thousand lost revisions takes that many writes. */
    private static final Duration ACCEPT_TIMEOUT = Duration.ofMinutes(2);

    /** Each removal is a call to the registry. */
    private static final Duration PRUNE_TIMEOUT = Duration.ofMinutes(2);

    private static final int STREAM_WINDOW = 16;

    private final OwnKey key;
    private final Supplier<ClientTransport> transport;
    private final Calls calls;

    private BanyanClient(OwnKey key, Supplier<ClientTransport> transport, List<Endpoint> endpoints, Env env) {
        this.key = key;
        this.transport = transport;
        this.calls = new Calls(new Channels(endpoints, transport.get()), env);
    }

    /**
     * Connects with the credentials of a directory to endpoints as {@link Endpoint#parse} reads them; nothing is sent before the first
     * call.
     *
     * @throws IdentityException when there are no credentials
     */
    public static BanyanClient open(CredentialsDirectory directory, List<String> endpoints, Env env) {
        var credentials =
                directory.load().orElseThrow(() -> new IdentityException("no credentials at " + directory.key()));
        return open(credentials, endpoints, env);
    }

    /** Connects with credentials. */
    public static BanyanClient open(Credentials credentials, List<String> endpoints, Env env) {
        return open(new OwnKey(credentials), endpoints, env);
    }

    /** Connects with a key that may be renewed while the client lives, and that several clients may share. */
    public static BanyanClient open(OwnKey key, List<String> endpoints, Env env) {
        return open(key, endpoints, env, () -> sockets(key));
    }

    /**
     * Connects over something else than sockets, as in a simulation, which then shows the key's certificates itself.
     *
     * @param transport makes one for this client, and one for each made by {@link #at}, which close theirs
     */
    public static BanyanClient open(OwnKey key, List<String> endpoints, Env env, Supplier<ClientTransport> transport) {
        return new BanyanClient(
                key, transport, endpoints.stream().map(Endpoint::parse).toList(), env);
    }

    private static ClientTransport sockets(OwnKey key) {
        var credentials = key.credentials();
        var trust =
                new PeerTrust(credentials.authority(), credentials.identity().cluster(), Set.of("engine"));
        return new SocketTransport(Optional.of(key), trust);
    }

    /** A client of its own for one other engine of the cluster, under the same key. */
    public BanyanClient at(Endpoint engine) {
        return new BanyanClient(key, transport, List.of(engine), calls.env());
    }

    /** The cluster's objects. */
    public Store store() {
        return new RemoteStore(calls);
    }

    /** For generated stubs: each call goes to the endpoint in use, without deadline or fail-over. */
    public Channel channel() {
        return calls.channels().asChannel();
    }

    /** Whose certificate is shown. */
    public SpiffeId identity() {
        return key.credentials().identity();
    }

    /** The endpoints in the order of their use. */
    public List<Endpoint> endpoints() {
        return calls.channels().endpoints();
    }

    /** The endpoint in use, which the next call tries first. */
    public Endpoint endpoint() {
        return endpoints().get(calls.channels().current());
    }

    /** What {@link #apply} would do, or its refusals; changes nothing. */
    public PlanResponse plan(ApplyRequest request) {
        return calls.repeatable(DeploymentsGrpc.getPlanMethod(), request, APPLY_TIMEOUT);
    }

    /** The engine's level as of its newest reply; empty before the first. */
    public OptionalInt serverLevel() {
        return calls.serverLevel();
    }

    public ApplyResponse apply(ApplyRequest request) {
        return calls.once(DeploymentsGrpc.getApplyMethod(), request, APPLY_TIMEOUT);
    }

    public ScaleResponse scale(ScaleRequest request) {
        return calls.once(DeploymentsGrpc.getScaleMethod(), request, TIMEOUT);
    }

    public RemoveResponse remove(RemoveRequest request) {
        return calls.repeatable(DeploymentsGrpc.getRemoveMethod(), request, TIMEOUT);
    }

    public RemoveVolumeResponse remove(RemoveVolumeRequest request) {
        return calls.repeatable(VolumesGrpc.getRemoveMethod(), request, TIMEOUT);
    }

    public StatusResponse status() {
        return calls.repeatable(ClusterGrpc.getStatusMethod(), StatusRequest.getDefaultInstance(), TIMEOUT);
    }

    /** Accepts a restored store; see {@code banyan-cli cluster accept-restore}. */
    public AcceptRestoreResponse acceptRestore(AcceptRestoreRequest request) {
        return calls.once(ClusterGrpc.getAcceptRestoreMethod(), request, ACCEPT_TIMEOUT);
    }

    /** Which contents are to be put before an app can be applied that names them. */
    public MissingContentsResponse missingContents(MissingContentsRequest request) {
        return calls.repeatable(ContentsGrpc.getMissingMethod(), request, TIMEOUT);
    }

    /** Keeps one part of a content. */
    public void putContent(PutContentRequest request) {
        var ignored = calls.repeatable(ContentsGrpc.getPutMethod(), request, TIMEOUT);
    }

    /** Keeps a secret or config of the cluster's own. */
    public SetValueResponse setValue(SetValueRequest request) {
        return calls.once(ValuesGrpc.getSetMethod(), request, TIMEOUT);
    }

    /** Forgets a secret or config of the cluster's own. */
    public RemoveValueResponse removeValue(RemoveValueRequest request) {
        return calls.once(ValuesGrpc.getRemoveMethod(), request, TIMEOUT);
    }

    /**
     * What a task of this agent needs in clear, whole and in order.
     *
     * @throws ApiException DENIED for a task that this agent is not to run, FENCED for a session that is not its newest
     */
    public List<MaterialPart> openMaterial(OpenMaterialRequest request) {
        var parts = calls.all(MaterialGrpc.getOpenMethod(), request, TIMEOUT);
        if (parts.isEmpty() || !parts.getLast().getLast()) {
            throw new ApiException(Reason.UNAVAILABLE, "what the engine sent was cut off");
        }
        return parts;
    }

    /** The logs' lines as they come; the caller closes the stream. */
    public Duplex<LogRequest, LogLine> logs(LogRequest request) {
        Duplex<LogRequest, LogLine> stream =
                calls.stream(calls.channels().current(), LogsGrpc.getReadMethod(), STREAM_WINDOW);
        stream.sendOnly(request);
        return stream;
    }

    /** A command in a container; the caller closes the stream. */
    public Duplex<ReachUp, ReachDown> exec() {
        return calls.stream(calls.channels().current(), ReachGrpc.getExecMethod(), STREAM_WINDOW);
    }

    /** Files out of a container; the caller closes the stream. */
    public Duplex<ReachUp, ReachDown> readFiles() {
        return calls.stream(calls.channels().current(), ReachGrpc.getReadFilesMethod(), STREAM_WINDOW);
    }

    /** Files into a container; the caller closes the stream. */
    public Duplex<ReachUp, ReachDown> writeFiles() {
        return calls.stream(calls.channels().current(), ReachGrpc.getWriteFilesMethod(), STREAM_WINDOW);
    }

    /** A connection to a port of a container; the caller closes the stream. */
    public Duplex<ReachUp, ReachDown> forward() {
        return calls.stream(calls.channels().current(), ReachGrpc.getForwardMethod(), STREAM_WINDOW);
    }

    /** What a container is on its server; the caller closes the stream. */
    public Duplex<ReachUp, ReachDown> inspect() {
        return calls.stream(calls.channels().current(), ReachGrpc.getInspectMethod(), STREAM_WINDOW);
    }

    /** Ways that an agent tries from its server; the caller closes the stream. */
    public Duplex<ReachUp, ReachDown> probe() {
        return calls.stream(calls.channels().current(), ReachGrpc.getProbeMethod(), STREAM_WINDOW);
    }

    /** An image's way into the cluster's registry, as it goes; the caller closes the stream, which cancels it. */
    public Duplex<MirrorRequest, MirrorProgress> mirror(MirrorRequest request) {
        Duplex<MirrorRequest, MirrorProgress> stream =
                calls.stream(calls.channels().current(), ImagesGrpc.getMirrorMethod(), STREAM_WINDOW);
        stream.sendOnly(request);
        return stream;
    }

    /** What the registry has of the engine in use. */
    public ListImagesResponse listImages() {
        return calls.repeatable(ImagesGrpc.getListMethod(), ListImagesRequest.getDefaultInstance(), TIMEOUT);
    }

    /** Has that registry remove what no release names. */
    public PruneImagesResponse pruneImages(PruneImagesRequest request) {
        return calls.once(ImagesGrpc.getPruneMethod(), request, PRUNE_TIMEOUT);
    }

    /** Where the registry is of the engine in use, as host and port. */
    public String registry() {
        return calls.repeatable(ImagesGrpc.getLocateMethod(), LocateRequest.getDefaultInstance(), TIMEOUT)
                .getAddress();
    }

    /** Makes a join token. */
    public CreateTokenResponse createToken(CreateTokenRequest request) {
        return calls.once(EnrollmentGrpc.getCreateTokenMethod(), request, TIMEOUT);
    }

    /**
     * Defines a kind, whose objects are then served by {@link #store()}; what is registered already stays as it is.
     *
     * @throws ApiException REJECTED with the path of everything that is wrong or would break objects; ALREADY_EXISTS when somebody else
     *     registered another kind under the name
     */
    public RegisterKindResponse register(RegisterKindRequest request) {
        return calls.repeatable(KindDefinitionsGrpc.getRegisterMethod(), request, TIMEOUT);
    }

    /**
     * Forgets a kind.
     *
     * @throws ApiException REJECTED while it has objects that were not asked to go too
     */
    public RemoveKindResponse remove(RemoveKindRequest request) {
        return calls.once(KindDefinitionsGrpc.getRemoveMethod(), request, TIMEOUT);
    }

    /** Begins an agent's session. One that began unheard is replaced by the next, so that an engine that is silent is left at once. */
    public RegisterResponse register(RegisterRequest request) {
        return calls.repeatable(AgentSessionsGrpc.getRegisterMethod(), request, TIMEOUT);
    }

    /** The agent's signs of life, to the endpoint in use. */
    public Duplex<Heartbeat, HeartbeatReply> heartbeats() {
        return heartbeats(endpoint());
    }

    /**
     * The agent's signs of life, to one of the {@link #endpoints}.
     *
     * @throws IllegalArgumentException when it is none of them
     */
    public Duplex<Heartbeat, HeartbeatReply> heartbeats(Endpoint engine) {
        int endpoint = endpoints().indexOf(engine);
        if (endpoint < 0) {
            throw new IllegalArgumentException(engine + " is none of " + endpoints());
        }
        return calls.stream(endpoint, AgentSessionsGrpc.getHeartbeatsMethod(), STREAM_WINDOW);
    }

    /** What the engine asks of the agent. */
    public Duplex<RelayFromAgent, RelayToAgent> relay() {
        return calls.stream(calls.channels().current(), AgentSessionsGrpc.getRelayMethod(), STREAM_WINDOW);
    }

    /** Why a stream of this client ended. */
    public static ApiException failure(Duplex.Item.Ended<?> end) {
        return Calls.failure(end);
    }

    /**
     * Asks for a new certificate with a new key and shows it from the next connection on. Due from {@link Credentials#renewAt()}; the
     * caller saves what is returned.
     */
    public Credentials renew() {
        int endpoint = calls.channels().current();
        var server = calls.server(endpoint, TIMEOUT)
                .orElseThrow(() -> new ApiException(
                        Reason.UNAVAILABLE,
                        "no engine answers at " + endpoints().get(endpoint)));
        var pair = Keys.generate();
        var publicKey = pair.getPublic().getEncoded();
        var proof = KeyProof.renew(publicKey, Keys.digest(server)).sign(pair.getPrivate());
        var request = RenewRequest.newBuilder()
                .setPublicKey(ByteString.copyFrom(publicKey))
                .setSignature(ByteString.copyFrom(proof))
                .build();
        var reply = calls.once(EnrollmentGrpc.getRenewMethod(), request, TIMEOUT);
        var chain = reply.getCertificateChainList().stream()
                .map(der -> Pem.certificate(der.toByteArray()))
                .toList();
        var renewed =
                new Credentials(pair.getPrivate(), chain, key.credentials().authority());
        key.renew(renewed);
        return renewed;
    }

    /** Ends all calls and streams; waits half a second at most. */
    @Override
    public void close() {
        calls.close();
    }
}
