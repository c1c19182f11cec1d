package dev.banyan.engine.secrets;

import com.google.protobuf.ByteString;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.v1.SetValueResponse;
import dev.banyan.api.v1.ValueSpec;
import dev.banyan.api.v1.ValueStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.runtime.env.TimeSource;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The cluster's own secrets and configs. Thread-safe; calls block on the store and throw {@link ApiException} for refusals. */
public final class ValueStore {
    /** Sealed and encoded it stays below the largest object. */
    static final int VALUE_MAX = 512_000;

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?");

    private final Store store;
    private final Vault vault;
    private final TimeSource time;

    public ValueStore(Store store, Vault vault, TimeSource time) {
        this.store = store;
        this.vault = vault;
        this.time = time;
    }

    /** Keeps a value under a name; one that is there is replaced only when that is asked for. */
    public SetValueResponse set(SetValueRequest request) {
        var kind = kind(request.getKind());
        require(request);
        var key = kind.key(request.getNamespace(), request.getName());
        var purpose = Purpose.value(kind.name(), key.namespace(), key.name());
        var digest = vault.digest(purpose, request.getValue().toByteArray());
        var there = store.get(key, ReadAt.LATEST).map(kind::decode);
        if (there.isPresent() && there.get().spec().getDigest().equals(digest)) {
            return SetValueResponse.newBuilder()
                    .setRevision(there.get().meta().revision())
                    .build();
        }
        if (there.isPresent() && !request.getReplace()) {
            throw taken(key);
        }
        var spec = kind.spec()
                .encode(ValueSpec.newBuilder()
                        .setBox(vault.seal(purpose, request.getValue()))
                        .setDigest(digest)
                        .setSize(request.getValue().size())
                        .setChangedMs(time.now().toEpochMilli())
                        .build());
        var write = there.map(kind::encode)
                .<Write>map(base -> new Write.Update(base, Draft.from(base).withSpec(spec)))
                .orElseGet(() -> new Write.Create(Draft.of(key, spec)));
        return SetValueResponse.newBuilder()
                .setRevision(revision(store.commit(Commit.of(write))))
                .setChanged(true)
                .build();
    }

    /** Forgets a value; apps keep what they took of it. The revision at which it went. */
    public long remove(String namespace, SetValueRequest.Kind wanted, String name) {
        var kind = kind(wanted);
        if (!NAME.matcher(name).matches()) {
            throw new ApiException(Reason.NOT_FOUND, "there is nothing of that name");
        }
        var key = kind.key(namespace, name);
        var there = store.get(key, ReadAt.LATEST)
                .map(kind::decode)
                .orElseThrow(() -> new ApiException(Reason.NOT_FOUND, "there is no " + words(key)));
        return revision(store.commit(Commit.of(new Write.Delete(key, there.uid()))));
    }

    /** The value under a name; empty when there is none. */
    Optional<ByteString> open(String namespace, SetValueRequest.Kind wanted, String name) {
        var kind = kind(wanted);
        return store.get(kind.key(namespace, name), ReadAt.LATEST)
                .map(kind::decode)
                .map(value -> vault.open(
                                Purpose.value(kind.name(), namespace, name),
                                value.spec().getBox())
                        .orElseThrow(() -> new ApiException(
                                Reason.CORRUPT, words(value.key()) + " was sealed with another key; set it again")));
    }

    private static void require(SetValueRequest request) {
        if (!NAME.matcher(request.getName()).matches()) {
            throw rejected(
                    "name",
                    "must be at most 64 of a-z, 0-9, '.', '_' and '-', beginning and ending with a letter or digit");
        }
        if (request.getValue().size() > VALUE_MAX) {
            throw rejected("value", "has " + request.getValue().size() + " bytes; at most " + VALUE_MAX);
        }
    }

    private static ApiException rejected(String field, String message) {
        return new ApiException(
                Reason.REJECTED, "the value is refused: " + message, Map.of(), List.of(new Violation(field, message)));
    }

    private static ApiException taken(ObjectKey key) {
        return new ApiException(
                Reason.ALREADY_EXISTS, words(key) + " has another value; ask for it to be replaced, with --replace");
    }

    private static String words(ObjectKey key) {
        var kind = key.kind();
        return kind.substring(0, kind.length() - 1) + " " + key.name();
    }

    private static Kind<ValueSpec, ValueStatus> kind(SetValueRequest.Kind kind) {
        return switch (kind) {
            case SECRET -> Kinds.SECRETS;
            case CONFIG -> Kinds.CONFIGS;
            case KIND_UNSPECIFIED, UNRECOGNIZED -> throw rejected("kind", "must be a secret or a config");
        };
    }

    private static long revision(WriteOutcome outcome) {
        WireErrors.failure(outcome).ifPresent(failure -> {
            throw failure;
        });
        return ((WriteOutcome.Written) outcome).revision();
    }
}
