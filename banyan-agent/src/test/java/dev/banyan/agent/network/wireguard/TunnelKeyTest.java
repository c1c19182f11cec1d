package dev.banyan.agent.network.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.banyan.agent.host.HostException;
import dev.banyan.runtime.env.Entropy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunnelKeyTest {
    private static final Entropy ONES = length -> {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xff);
        return bytes;
    };

    @TempDir
    private Path folder = Path.of("");

    private Path file() {
        return folder.resolve("deep").resolve("key");
    }

    @Test
    void isMadeOnceAndKept() {
        var made = TunnelKey.in(file(), ONES);

        assertThat(TunnelKey.in(file(), length -> new byte[length])).isEqualTo(made);
    }

    @Test
    void isReadableByRootAlone() throws Exception {
        TunnelKey.in(file(), ONES);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void hasTheBitsThatTheCurveFixes() throws Exception {
        TunnelKey.in(file(), ONES);

        var bytes = Base64.getDecoder().decode(Files.readString(file()).strip());
        assertThat(bytes[0] & 7).isZero();
        assertThat(bytes[31] & 0xc0).isEqualTo(0x40);
    }

    /** The vector of RFC 7748, section 6.1. */
    @Test
    void hasThePublicHalfThatTheStandardSays() throws Exception {
        Files.writeString(folder.resolve("alice"), "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n");

        assertThat(TunnelKey.in(folder.resolve("alice"), ONES).publicKey())
                .isEqualTo(new PublicKey("hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="));
    }

    @Test
    void isNeverReplacedWhenItsFileHoldsSomethingElse() throws Exception {
        for (var wrong : new String[] {"", "no key\n", "AAAA\n"}) {
            Files.writeString(folder.resolve("spoilt"), wrong);

            assertThatExceptionOfType(HostException.class)
                    .isThrownBy(() -> TunnelKey.in(folder.resolve("spoilt"), ONES))
                    .withMessageContaining("spoilt");
            assertThat(folder.resolve("spoilt")).hasContent(wrong);
        }
    }

    @Test
    void doesNotTellItself() {
        var key = TunnelKey.in(file(), ONES);

        assertThat(key).hasToString(key.publicKey().text());
    }

    @Test
    void acceptsOnlyPublicKeysThatAreWrittenAsWireGuardDoes() {
        for (var wrong : new String[] {
            "",
            "AAAA",
            "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo",
            "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmp=",
            "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTm /"
        }) {
            assertThatIllegalArgumentException().isThrownBy(() -> new PublicKey(wrong));
        }
    }
}
