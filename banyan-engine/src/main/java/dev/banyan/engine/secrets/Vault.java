package dev.banyan.engine.secrets;

import com.google.protobuf.ByteString;
import dev.banyan.api.identity.SealKey;
import dev.banyan.api.v1.SealedBox;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.env.Entropy;
import java.util.Optional;
import java.util.stream.Stream;

/** Seals and opens boxes. Thread-safe. */
public final class Vault {
    /** What to do about an engine whose key is not the cluster's any more. */
    static final String ANOTHER_KEY =
            "the cluster's values are sealed with another key than this engine has; copy the file"
                    + " authority/kek of the engine where the key was changed, and start this one again";

    private final Entropy entropy;
    private volatile Keyring keys;
    private volatile boolean shut;

    public Vault(Keyring keys, Entropy entropy) {
        this.keys = keys;
        this.entropy = entropy;
    }

    /** Which key seals. */
    public String keyId() {
        return keys.id();
    }

    Keyring keys() {
        return keys;
    }

    /** From now on these keys. */
    void use(Keyring others) {
        keys = others;
    }

    /** From now on nothing is sealed: nobody could open it. */
    void shut() {
        shut = true;
    }

    boolean isShut() {
        return shut;
    }

    /** Seals {@code plain} for {@code purpose}; two boxes of the same are not alike. */
    SealedBox seal(Purpose purpose, ByteString plain) {
        if (shut) {
            throw new ApiException(Reason.UNAVAILABLE, ANOTHER_KEY);
        }
        var bound = purpose.bytes();
        var dataKey = entropy.bytes(SealKey.BYTES);
        var key = keys.current();
        return SealedBox.newBuilder()
                .setKeyId(key.id())
                .setWrappedKey(ByteString.copyFrom(key.wrapping().seal(dataKey, bound, entropy)))
                .setSealed(ByteString.copyFrom(SealKey.of(dataKey).seal(plain.toByteArray(), bound, entropy)))
                .build();
    }

    /** What was sealed; empty when it was sealed with another key, for another purpose, or is not as it was. */
    Optional<ByteString> open(Purpose purpose, SealedBox box) {
        var bound = purpose.bytes();
        return dataKey(bound, box)
                .flatMap(dataKey -> SealKey.of(dataKey).open(box.getSealed().toByteArray(), bound))
                .map(ByteString::copyFrom);
    }

    /** Whether the former key sealed it. */
    boolean isFormer(SealedBox box) {
        return keys.former().filter(key -> key.id().equals(box.getKeyId())).isPresent();
    }

    /** The same under the key that seals now: only its data key is sealed anew. Empty when it does not open. */
    Optional<SealedBox> sealedAnew(Purpose purpose, SealedBox box) {
        var bound = purpose.bytes();
        var key = keys.current();
        return dataKey(bound, box).map(dataKey -> box.toBuilder()
                .setKeyId(key.id())
                .setWrappedKey(ByteString.copyFrom(key.wrapping().seal(dataKey, bound, entropy)))
                .build());
    }

    private Optional<byte[]> dataKey(byte[] bound, SealedBox box) {
        var ring = keys;
        return Stream.concat(Stream.of(ring.current()), ring.former().stream())
                .filter(key -> key.id().equals(box.getKeyId()))
                .findFirst()
                .flatMap(key -> key.wrapping().open(box.getWrappedKey().toByteArray(), bound))
                .filter(dataKey -> dataKey.length == SealKey.BYTES);
    }

    /** A digest that says nothing to who has not the key: in lower-case hexadecimal. */
    String digest(Purpose purpose, byte[] content) {
        return keys.digesting().digest(purpose.bytes(), new byte[] {0}, content);
    }
}
