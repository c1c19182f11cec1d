package dev.banyan.engine.identity;

import com.google.protobuf.ByteString;
import dev.banyan.api.identity.IdentityException;
import dev.banyan.api.identity.KeyProof;
import dev.banyan.api.identity.Keys;
import dev.banyan.api.identity.Pem;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.kinds.AgentLabels;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Names;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.ControllerSpec;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.CreateTokenResponse;
import dev.banyan.api.v1.JoinRequest;
import dev.banyan.api.v1.JoinResponse;
import dev.banyan.api.v1.JoinTokenSpec;
import dev.banyan.api.v1.JoinTokenStatus;
import dev.banyan.api.v1.RenewRequest;
import dev.banyan.api.v1.RenewResponse;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes members of newcomers. Thread-safe; calls block on the store. Refusals are {@link ApiException}s. */
public final class Enrollment {
    /** A server has a handful of tags: region, zone, class, tenant. */
    public static final int TAGS_MAX = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Enrollment.class);
    private static final Duration TOKEN_VALIDITY = Duration.ofMinutes(15);
    private static final int TOKEN_SECONDS_MIN = 60;
    private static final int TOKEN_SECONDS_MAX = 86_400;

    private final ClusterAuthority authority;
    private final Addresses addresses;
    private final Store store;
    private final Tokens tokens;

    /** Where members find the cluster: the API as host and port, and the registry. */
    public record Addresses(List<String> endpoints, String registry) {
        public Addresses {
            endpoints = List.copyOf(endpoints);
        }
    }

    public Enrollment(ClusterAuthority authority, Addresses addresses, Store store, Env env) {
        this.authority = authority;
        this.addresses = addresses;
        this.store = store;
        this.tokens = new Tokens(store, env);
    }

    /**
     * A single-use token. Admins ask for it.
     *
     * @throws ApiException REJECTED for a role that cannot be joined, a controller without a name or with grants that there are not, or
     *     a validity out of range
     */
    public CreateTokenResponse createToken(CreateTokenRequest request) {
        var wanted = TokenRequests.wanted(request);
        int seconds = request.getValidSeconds();
        if (seconds != 0 && (seconds < TOKEN_SECONDS_MIN || seconds > TOKEN_SECONDS_MAX)) {
            throw rejected("valid_seconds", "must be 60 to 86400");
        }
        var validity = seconds == 0 ? TOKEN_VALIDITY : Duration.ofSeconds(seconds);
        var created = tokens.create(wanted, validity, authority.fingerprint());
        LOG.atInfo()
                .addKeyValue("token", created.token().id())
                .addKeyValue("role", wanted.getRole())
                .log("join token created");
        return CreateTokenResponse.newBuilder()
                .setToken(created.token().text())
                .setExpiresMs(created.expires().toEpochMilli())
                .build();
    }

    /**
     * Spends a token for a certificate.
     *
     * @param serverDigest SHA-256 of the certificate that this engine showed on the newcomer's connection
     */
    public JoinResponse join(JoinRequest request, byte[] serverDigest) {
        var token = tokens.open(request.getTokenId(), request.getTokenSecret().toByteArray());
        var key = publicKey(request.getPublicKey());
        var proof = KeyProof.join(request.getTokenId(), request.getPublicKey().toByteArray(), serverDigest);
        require(proof, key, request.getSignature());
        requireValid(request);
        requireNamed(token.spec(), request.getName());
        var identity = new SpiffeId(authority.cluster(), token.spec().getRole(), request.getName());
        var chain = authority.issue(key, Subject.member(identity));
        admit(request, token, chain.getFirst());
        LOG.atInfo()
                .addKeyValue("member", identity)
                .addKeyValue("token", request.getTokenId())
                .log("member joined");
        return JoinResponse.newBuilder()
                .addAllCertificateChain(encoded(chain))
                .setCaCertificate(ByteString.copyFrom(Pem.encoded(authority.certificate())))
                .setClusterId(authority.cluster())
                .addAllEndpoints(addresses.endpoints())
                .setRegistry(addresses.registry())
                .build();
    }

    /** A new certificate for who asks over a present one. */
    public RenewResponse renew(RenewRequest request, SpiffeId caller, byte[] serverDigest) {
        var key = publicKey(request.getPublicKey());
        require(KeyProof.renew(request.getPublicKey().toByteArray(), serverDigest), key, request.getSignature());
        if (memberKey(caller)
                .filter(member -> store.get(member, ReadAt.LATEST).isEmpty())
                .isPresent()) {
            throw new ApiException(
                    Reason.DENIED, caller.role() + " " + caller.name() + " was removed from the cluster");
        }
        var chain = authority.issue(key, Subject.member(caller));
        LOG.atInfo().addKeyValue("member", caller).log("certificate renewed");
        return RenewResponse.newBuilder().addAllCertificateChain(encoded(chain)).build();
    }

    private void admit(
            JoinRequest request, Resource<JoinTokenSpec, JoinTokenStatus> token, X509Certificate certificate) {
        var writes = new ArrayList<Write>();
        writes.add(Tokens.spend(token));
        long from = certificate.getNotBefore().getTime();
        switch (token.spec().getRole()) {
            case "agent" -> writes.add(agent(request, from));
            case "controller" -> writes.add(controller(token.spec(), from));
            default -> {}
        }
        var spent = new Precondition.Unchanged(token.key(), token.meta().revision());
        switch (store.commit(new Commit(List.of(spent), writes))) {
            case WriteOutcome.Written written -> {}
            case WriteOutcome.AlreadyExists exists -> throw taken(request.getName());
            case WriteOutcome.Conflict conflict
            when conflict.key().equals(token.key()) ->
                throw new ApiException(Reason.UNAUTHENTICATED, "the join token was used already; ask for a new one");
            case WriteOutcome.NotFound gone
            when gone.key().equals(token.key()) ->
                throw new ApiException(Reason.UNAUTHENTICATED, "the join token was used already; ask for a new one");
            case WriteOutcome other -> throw WireErrors.failure(other).orElseThrow();
        }
    }

    /** An agent that joined and never registered may join again: its answer may have been lost on the way. */
    private Write agent(JoinRequest request, long certificatesFromMs) {
        var key = agentKey(request.getName());
        var found = store.get(key, ReadAt.LATEST).map(Kinds.AGENTS::decode);
        if (found.isEmpty()) {
            var spec = AgentSpec.newBuilder()
                    .addAllTags(
                            request.getTagsList().stream().sorted().distinct().toList())
                    .putAllLabels(request.getLabelsMap())
                    .setCertificatesFromMs(certificatesFromMs)
                    .build();
            return new Write.Create(Draft.of(key, Kinds.AGENTS.spec().encode(spec)));
        }
        if (!found.get().spec().getSubnet().isEmpty()) {
            throw taken(request.getName());
        }
        var spec = found.get().spec().toBuilder()
                .clearTags()
                .addAllTags(request.getTagsList().stream().sorted().distinct().toList())
                .clearLabels()
                .putAllLabels(request.getLabelsMap())
                .setCertificatesFromMs(certificatesFromMs)
                .build();
        var base = Kinds.AGENTS.encode(found.get());
        return new Write.Update(
                base, Draft.from(base).withSpec(Kinds.AGENTS.spec().encode(spec)));
    }

    /** An admin named it, and so meant to replace one of the name: its certificates are worth nothing from here on. */
    private Write controller(JoinTokenSpec token, long certificatesFromMs) {
        var key = controllerKey(token.getName());
        var spec = Kinds.CONTROLLERS
                .spec()
                .encode(ControllerSpec.newBuilder()
                        .addAllReads(token.getReadsList())
                        .setCertificatesFromMs(certificatesFromMs)
                        .build());
        return store.get(key, ReadAt.LATEST)
                .<Write>map(
                        former -> new Write.Update(former, Draft.from(former).withSpec(spec)))
                .orElseGet(() -> new Write.Create(Draft.of(key, spec)));
    }

    private static void requireNamed(JoinTokenSpec token, String name) {
        if (!token.getName().isEmpty() && !token.getName().equals(name)) {
            throw rejected("name", "must be " + token.getName() + ", for which the token was made");
        }
    }

    private static void requireValid(JoinRequest request) {
        var violations = new ArrayList<Violation>();
        Names.problem(request.getName()).ifPresent(problem -> violations.add(new Violation("name", problem)));
        for (int i = 0; i < request.getTagsCount(); i++) {
            var field = "tags[" + i + "]";
            Names.problem(request.getTags(i)).ifPresent(problem -> violations.add(new Violation(field, problem)));
        }
        if (request.getTagsCount() > TAGS_MAX) {
            violations.add(new Violation("tags", "at most " + TAGS_MAX + ", not " + request.getTagsCount()));
        }
        AgentLabels.problem(request.getLabelsMap())
                .ifPresent(problem -> violations.add(new Violation("labels", problem)));
        if (!violations.isEmpty()) {
            throw new ApiException(
                    Reason.REJECTED, "the newcomer's name, tags or labels are refused", Map.of(), violations);
        }
    }

    private static void require(KeyProof proof, PublicKey key, ByteString signature) {
        if (!proof.verify(key, signature.toByteArray())) {
            throw new ApiException(
                    Reason.UNAUTHENTICATED, "the signature does not prove possession of the key to this engine");
        }
    }

    private static PublicKey publicKey(ByteString encoded) {
        try {
            return Keys.publicKey(encoded.toByteArray());
        } catch (IdentityException malformed) {
            throw rejected("public_key", "must be a P-256 key");
        }
    }

    static ApiException rejected(String field, String message) {
        return new ApiException(
                Reason.REJECTED, "the request is refused", Map.of(), List.of(new Violation(field, message)));
    }

    private static ApiException taken(String name) {
        return new ApiException(
                Reason.ALREADY_EXISTS,
                "an agent named " + name + " is in the cluster; choose another name or remove that one first",
                Map.of("key", agentKey(name).path()),
                List.of());
    }

    /** The object whose removal revokes a member. */
    private static Optional<ObjectKey> memberKey(SpiffeId member) {
        return switch (member.role()) {
            case "agent" -> Optional.of(agentKey(member.name()));
            case "controller" -> Optional.of(controllerKey(member.name()));
            default -> Optional.empty();
        };
    }

    private static ObjectKey controllerKey(String name) {
        return Kinds.CONTROLLERS.key(ObjectKey.CLUSTER_SCOPE, name);
    }

    private static ObjectKey agentKey(String name) {
        return Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
    }

    private static List<ByteString> encoded(List<X509Certificate> chain) {
        return chain.stream()
                .map(certificate -> ByteString.copyFrom(Pem.encoded(certificate)))
                .toList();
    }
}
