package dev.banyan.engine.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.banyan.api.v1.SealedBox;
import dev.banyan.runtime.env.SystemEnv;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class VaultTest {
    private static final Purpose PURPOSE = Purpose.environment("default", "shop", "web");
    private static final ByteString PLAIN = ByteString.copyFromUtf8("password");

    private final Vault vault = vault(1);

    static Vault vault(int key) {
        var bytes = new byte[KeyEncryptionKey.BYTES];
        Arrays.fill(bytes, (byte) key);
        return new Vault(Keyring.of(bytes), new SystemEnv().entropy());
    }

    @Test
    void opensWhatItSealed() {
        assertThat(vault.open(PURPOSE, vault.seal(PURPOSE, PLAIN))).contains(PLAIN);
        assertThat(vault.open(PURPOSE, vault.seal(PURPOSE, ByteString.EMPTY))).contains(ByteString.EMPTY);
    }

    @Test
    void opensNothingThatWasMovedToAnotherPlace() {
        var box = vault.seal(PURPOSE, PLAIN);

        for (var other : List.of(
                Purpose.environment("other", "shop", "web"),
                Purpose.environment("default", "other", "web"),
                Purpose.environment("default", "shop", "other"),
                Purpose.value("environment", "default", "web"))) {
            assertThat(vault.open(other, box)).as(other.toString()).isEmpty();
        }
    }

    @Test
    void opensNothingOfAnotherKey() {
        var box = vault.seal(PURPOSE, PLAIN);

        assertThat(vault(2).open(PURPOSE, box)).isEmpty();
        assertThat(box.getKeyId()).isEqualTo(vault.keyId()).isNotEqualTo(vault(2).keyId());
    }

    @Test
    void opensNothingInWhichAnyBitWasChanged() {
        var box = vault.seal(PURPOSE, PLAIN);
        for (int i = 0; i < box.getSealed().size(); i++) {
            assertThat(vault.open(
                            PURPOSE,
                            box.toBuilder()
                                    .setSealed(flipped(box.getSealed(), i))
                                    .build()))
                    .isEmpty();
        }
        for (int i = 0; i < box.getWrappedKey().size(); i++) {
            assertThat(vault.open(
                            PURPOSE,
                            box.toBuilder()
                                    .setWrappedKey(flipped(box.getWrappedKey(), i))
                                    .build()))
                    .isEmpty();
        }
    }

    @Test
    void opensNothingThatIsNoBox() {
        assertThat(vault.open(PURPOSE, SealedBox.getDefaultInstance())).isEmpty();
        var box = vault.seal(PURPOSE, PLAIN);
        assertThat(vault.open(PURPOSE, box.toBuilder().clearSealed().build())).isEmpty();
    }

    @Test
    void sealsTheSameAnewEachTime() {
        var one = vault.seal(PURPOSE, PLAIN);
        var other = vault.seal(PURPOSE, PLAIN);

        assertThat(one.getSealed()).isNotEqualTo(other.getSealed());
        assertThat(one.getWrappedKey()).isNotEqualTo(other.getWrappedKey());
        assertThat(one.getSealed().toString(StandardCharsets.ISO_8859_1)).doesNotContain("password");
    }

    @Test
    void digestsDependOnThePlaceAndTheKeyAndAreNoPlainHash() {
        var content = "abc".getBytes(StandardCharsets.UTF_8);
        var digest = vault.digest(PURPOSE, content);

        assertThat(digest)
                .hasSize(64)
                .isEqualTo(vault.digest(PURPOSE, content))
                .isNotEqualTo(vault(2).digest(PURPOSE, content))
                .isNotEqualTo(vault.digest(Purpose.environment("default", "shop", "db"), content))
                .isNotEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void refusesAKeyOfAnotherLengthAndNeverPrintsOne() {
        assertThatThrownBy(() -> KeyEncryptionKey.of(new byte[16])).hasMessageContaining("32 bytes");
        assertThat(KeyEncryptionKey.of(new byte[32]).toString()).doesNotContain("0000");
    }

    private static ByteString flipped(ByteString bytes, int at) {
        var changed = bytes.toByteArray();
        changed[at] ^= 1;
        return ByteString.copyFrom(changed);
    }
}
