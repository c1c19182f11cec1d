package dev.banyan.api.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
    private static final byte[] SERVER = "digest of a certificate".getBytes(StandardCharsets.UTF_8);

    @Test
    void readsTheNameThatItPrints() {
        var id = new SpiffeId("cluster0001", "agent", "web-1");

        assertThat(id).hasToString("spiffe://cluster0001/agent/web-1");
        assertThat(SpiffeId.parse(id.uri())).contains(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://cluster0001/agent/web",
                "spiffe://cluster0001/agent",
                "spiffe://cluster0001/agent/Web",
                "spiffe://cluster0001/agent/web/more",
                "spiffe://cluster0001/agent/web?x",
                "spiffe://c/agent/web",
                "spiffe://cluster0001/agent/"
            })
    void knowsNobodyByAnotherForm(String uri) {
        assertThat(SpiffeId.parse(uri)).isEmpty();
    }

    @Test
    void readsTheTokenThatItPrints() {
        var token = JoinToken.of("0123456789ab", new byte[32], "ab".repeat(32));

        assertThat(JoinToken.parse(" " + token.text() + "\n")).isEqualTo(token);
        assertThat(token.secretBytes()).isEqualTo(new byte[32]);
    }

    @Test
    void neverPrintsATokensSecretUnasked() {
        var token = JoinToken.of("0123456789ab", new byte[32], "ab".repeat(32));

        assertThat(token.toString()).doesNotContain(token.secret());
        assertThatThrownBy(() -> JoinToken.parse("0123456789ab.short.secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("short");
    }

    @Test
    void provesPossessionOfAKeyToOneServerForOnePurpose() {
        var pair = Keys.generate();
        var key = pair.getPublic().getEncoded();
        var proof = KeyProof.join("token1", key, SERVER).sign(pair.getPrivate());

        assertThat(KeyProof.join("token1", key, SERVER).verify(pair.getPublic(), proof))
                .isTrue();
        assertThat(KeyProof.join("token2", key, SERVER).verify(pair.getPublic(), proof))
                .isFalse();
        assertThat(KeyProof.join("token1", key, new byte[32]).verify(pair.getPublic(), proof))
                .isFalse();
        assertThat(KeyProof.renew(key, SERVER).verify(pair.getPublic(), proof)).isFalse();
        assertThat(KeyProof.join("token1", key, SERVER).verify(Keys.generate().getPublic(), proof))
                .isFalse();
        assertThat(KeyProof.join("token1", key, SERVER).verify(pair.getPublic(), new byte[3]))
                .isFalse();
    }

    @Test
    void acceptsKeysOfOneCurveOnly() throws Exception {
        var pair = Keys.generate();
        assertThat(Keys.publicKey(pair.getPublic().getEncoded())).isEqualTo(pair.getPublic());

        var larger = KeyPairGenerator.getInstance("EC");
        larger.initialize(384);
        var other = larger.generateKeyPair().getPublic().getEncoded();

        assertThatThrownBy(() -> Keys.publicKey(other)).isInstanceOf(IdentityException.class);
        assertThatThrownBy(() -> Keys.publicKey(new byte[] {1, 2, 3})).isInstanceOf(IdentityException.class);
    }

    @Test
    void readsTheKeyThatItPrints() {
        var key = Keys.generate().getPrivate();

        assertThat(Pem.key(Pem.key(key))).isEqualTo(key);
    }
}
