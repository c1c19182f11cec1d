package dev.banyan.api.client;

import com.google.protobuf.ByteString;
import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.FingerprintTrust;
import dev.banyan.api.identity.JoinToken;
import dev.banyan.api.identity.KeyProof;
import dev.banyan.api.identity.Keys;
import dev.banyan.api.identity.Pem;
import dev.banyan.api.v1.EnrollmentGrpc;
import dev.banyan.api.v1.JoinRequest;
import dev.banyan.api.v1.JoinResponse;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.env.Env;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A newcomer's way into a cluster: a token becomes credentials. The private key is made here and never leaves. */
public final class Joining {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** What a newcomer has to say. {@code name} is a label; {@code tags} and {@code labels} count for agents only. */
    public record Newcomer(JoinToken token, String name, List<String> tags, Map<String, String> labels) {
        public Newcomer {
            tags = List.copyOf(tags);
            labels = Map.copyOf(labels);
        }

        /** One without labels. */
        public Newcomer(JoinToken token, String name, List<String> tags) {
            this(token, name, tags, Map.of());
        }
    }

    /**
     * A member.
     *
     * @param endpoints of the API
     * @param registry host and port
     */
    public record Joined(Credentials credentials, String clusterId, List<Endpoint> endpoints, String registry) {
        public Joined {
            endpoints = List.copyOf(endpoints);
        }
    }

    private Joining() {}

    /**
     * Spends the token.
     *
     * @throws ApiException when no engine answers, the token is not good, or the name is taken
     */
    public static Joined join(List<Endpoint> endpoints, Newcomer newcomer, Env env) {
        var trust = new FingerprintTrust(newcomer.token().authority());
        var pair = Keys.generate();
        try (var calls = new Calls(new Channels(endpoints, new SocketTransport(Optional.empty(), trust)), env)) {
            for (int attempt = 0; attempt < endpoints.size(); attempt++) {
                int endpoint = calls.channels().current();
                var server = calls.server(endpoint, TIMEOUT);
                if (server.isPresent()) {
                    var request = request(newcomer, pair, Keys.digest(server.get()));
                    return joined(pair, calls.once(EnrollmentGrpc.getJoinMethod(), request, TIMEOUT));
                }
                calls.channels().failed(endpoint);
            }
        }
        throw new ApiException(
                Reason.UNAVAILABLE,
                "no engine of the token's cluster answers at "
                        + String.join(
                                ", ", endpoints.stream().map(Endpoint::toString).toList()));
    }

    private static JoinRequest request(Newcomer newcomer, KeyPair pair, byte[] serverDigest) {
        var publicKey = pair.getPublic().getEncoded();
        var proof = KeyProof.join(newcomer.token().id(), publicKey, serverDigest);
        return JoinRequest.newBuilder()
                .setTokenId(newcomer.token().id())
                .setTokenSecret(ByteString.copyFrom(newcomer.token().secretBytes()))
                .setName(newcomer.name())
                .setPublicKey(ByteString.copyFrom(publicKey))
                .setSignature(ByteString.copyFrom(proof.sign(pair.getPrivate())))
                .addAllTags(newcomer.tags())
                .putAllLabels(newcomer.labels())
                .build();
    }

    private static Joined joined(KeyPair pair, JoinResponse response) {
        var chain = response.getCertificateChainList().stream()
                .map(der -> Pem.certificate(der.toByteArray()))
                .toList();
        var authority = Pem.certificate(response.getCaCertificate().toByteArray());
        return new Joined(
                new Credentials(pair.getPrivate(), chain, authority),
                response.getClusterId(),
                response.getEndpointsList().stream().map(Endpoint::parse).toList(),
                response.getRegistry());
    }
}
