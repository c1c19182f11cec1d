package dev.banyan.engine.identity;

import com.google.protobuf.ByteString;
import dev.banyan.api.identity.JoinToken;
import dev.banyan.api.identity.Keys;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.JoinTokenSpec;
import dev.banyan.api.v1.JoinTokenStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The join tokens that were not spent yet. Thread-safe. */
final class Tokens {
    /** More open invitations than this are forgotten ones; nobody joins a hundred servers at once with fifty at most. */
    static final int OPEN_MAX = 100;

    private static final int ID_CHARACTERS = 12;

    private final Store store;
    private final Env env;

    Tokens(Store store, Env env) {
        this.store = store;
        this.env = env;
    }

    /** A token that was just made. */
    record Created(JoinToken token, Instant expires) {}

    /**
     * A new token; expired ones are cleared away.
     *
     * @param wanted role, and for a controller name and grants, that the token stands for
     * @param authority fingerprint for the joiner
     */
    Created create(JoinTokenSpec wanted, Duration validity, String authority) {
        if (clear() >= OPEN_MAX) {
            throw new ApiException(
                    Reason.OVERLOADED, OPEN_MAX + " join tokens are open; wait until some are used or expire");
        }
        var secret = env.entropy().bytes(JoinToken.SECRET_BYTES);
        var token = JoinToken.of(env.entropy().uid().substring(0, ID_CHARACTERS), secret, authority);
        var expires = env.time().now().plus(validity);
        var spec = wanted.toBuilder()
                .setSecretSha256(ByteString.copyFrom(Keys.sha256(secret)))
                .setExpiresMs(expires.toEpochMilli())
                .build();
        var draft = Draft.of(key(token.id()), Kinds.TOKENS.spec().encode(spec));
        WireErrors.failure(store.commit(Commit.of(new Write.Create(draft)))).ifPresent(failure -> {
            throw failure;
        });
        return new Created(token, expires);
    }

    /**
     * The token that {@code secret} opens.
     *
     * @throws ApiException the same one for an unknown, spent or foreign token, so that nothing is learnt by guessing
     */
    Resource<JoinTokenSpec, JoinTokenStatus> open(String id, byte[] secret) {
        var token = find(id).orElseThrow(Tokens::refused);
        boolean matches = MessageDigest.isEqual(token.spec().getSecretSha256().toByteArray(), Keys.sha256(secret));
        if (!matches) {
            throw refused();
        }
        if (expired(token)) {
            throw new ApiException(Reason.UNAUTHENTICATED, "the join token expired; ask for a new one");
        }
        return token;
    }

    static Write spend(Resource<JoinTokenSpec, JoinTokenStatus> token) {
        return new Write.Delete(token.key(), token.uid());
    }

    private Optional<Resource<JoinTokenSpec, JoinTokenStatus>> find(String id) {
        try {
            return store.get(key(id), ReadAt.LATEST).map(Kinds.TOKENS::decode);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty(); // an id that cannot be one is an unknown one
        }
    }

    private int clear() {
        int open = 0;
        for (StoredObject object :
                store.list(Selection.of(Kinds.TOKENS.name()), ReadAt.LATEST).objects()) {
            var token = Kinds.TOKENS.decode(object);
            if (expired(token)) {
                // Whether it lands does not matter: an expired token opens nothing.
                var ignored = store.commit(Commit.of(spend(token)));
            } else {
                open++;
            }
        }
        return open;
    }

    private boolean expired(Resource<JoinTokenSpec, JoinTokenStatus> token) {
        return !env.time().now().isBefore(Instant.ofEpochMilli(token.spec().getExpiresMs()));
    }

    private static ObjectKey key(String id) {
        return Kinds.TOKENS.key(ObjectKey.CLUSTER_SCOPE, id);
    }

    private static ApiException refused() {
        return new ApiException(
                Reason.UNAUTHENTICATED, "the join token is unknown or was used already; ask for a new one");
    }
}
