package dev.banyan.api.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.Entropy;
import dev.banyan.runtime.env.SystemEnv;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SealKeyTest {
    private static final Entropy ENTROPY = new SystemEnv().entropy();
    private static final byte[] PURPOSE = "for this".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PLAIN = "what nobody reads".getBytes(StandardCharsets.UTF_8);

    private final SealKey key = SealKey.of(ENTROPY.bytes(SealKey.BYTES));

    /** Test case 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega): what is on disks stays readable. */
    @Test
    void isNonceContentAndTagOfGcm() {
        var known = SealKey.of(hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
        var plain =
                hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
                        + "b16aedf5aa0de657ba637b39");
        var purpose = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");

        var sealed = known.seal(plain, purpose, fixed(hex("cafebabefacedbaddecaf888")));

        assertThat(HexFormat.of().formatHex(sealed))
                .isEqualTo("cafebabefacedbaddecaf888"
                        + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
                        + "c5f61e6393ba7a0abcc9f662"
                        + "76fc6ece0f4e1768cddf8853bb2d551b");
        assertThat(known.open(sealed, purpose).orElseThrow()).isEqualTo(plain);
    }

    @Test
    void opensWhatItSealedForThatPurposeAlone() {
        var sealed = key.seal(PLAIN, PURPOSE, ENTROPY);

        assertThat(key.open(sealed, PURPOSE).orElseThrow()).isEqualTo(PLAIN);
        assertThat(key.open(sealed, "for that".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(SealKey.of(ENTROPY.bytes(SealKey.BYTES)).open(sealed, PURPOSE))
                .isEmpty();
        assertThat(key.open(key.seal(new byte[0], new byte[0], ENTROPY), new byte[0])
                        .orElseThrow())
                .isEmpty();
    }

    @Test
    void opensNothingThatWasChangedOrCut() {
        var sealed = key.seal(PLAIN, PURPOSE, ENTROPY);
        for (int i = 0; i < sealed.length; i++) {
            var changed = sealed.clone();
            changed[i] ^= 1;
            assertThat(key.open(changed, PURPOSE)).as("byte " + i).isEmpty();
            assertThat(key.open(Arrays.copyOf(sealed, i), PURPOSE))
                    .as("length " + i)
                    .isEmpty();
        }
        assertThat(key.open(Arrays.copyOf(sealed, sealed.length + 1), PURPOSE)).isEmpty();
    }

    @Test
    void sealsTheSameAnewEachTime() {
        assertThat(key.seal(PLAIN, PURPOSE, ENTROPY)).isNotEqualTo(key.seal(PLAIN, PURPOSE, ENTROPY));
    }

    @Test
    void refusesKeysOfAnotherLengthAndPrintsNone() {
        for (int length : new int[] {0, 16, 31, 33}) {
            assertThatThrownBy(() -> SealKey.of(new byte[length])).hasMessageContaining("32 bytes, not " + length);
        }
        assertThat(key.toString()).isEqualTo("a key");
    }

    @Test
    void keepsTheKeyThatItWasGiven() {
        var bytes = ENTROPY.bytes(SealKey.BYTES);
        var own = SealKey.of(bytes);
        var sealed = own.seal(PLAIN, PURPOSE, ENTROPY);

        Arrays.fill(bytes, (byte) 0);

        assertThat(own.open(sealed, PURPOSE)).isPresent();
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static Entropy fixed(byte[] nonce) {
        return (Entropy) Proxy.newProxyInstance(
                Entropy.class.getClassLoader(),
                new Class<?>[] {Entropy.class},
                (proxy, method, words) -> nonce.clone());
    }
}
