package dev.banyan.api.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DebugFormat;
import dev.banyan.api.registry.FakeRegistry.Door;
import dev.banyan.api.registry.RegistryException.Kind;
import dev.banyan.api.v1.MirrorRequest;
import dev.banyan.api.v1.RegistryLogin;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistryTest {
    private static final Login ALICE = new Login.Password("alice", "secret");

    private final FakeRegistry fake = new FakeRegistry();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(fake));

    @AfterEach
    void close() throws Exception {
        for (var each : open) {
            each.close();
        }
    }

    @Test
    void findsTheDigestOfATagAndNothingUnderAnother() throws Exception {
        var digest = fake.image("web", "1", "layer");

        assertThat(registry(Optional.empty()).digest("web", "1")).contains(digest);
        assertThat(registry(Optional.empty()).digest("web", "2")).isEmpty();
        assertThat(registry(Optional.empty()).manifest("web", "2")).isEmpty();
    }

    @Test
    void showsAPasswordOnlyWhenItIsAskedFor() throws Exception {
        fake.image("web", "1", "layer");
        registry(Optional.of(ALICE)).digest("web", "1");
        assertThat(fake.asked()).containsExactly("HEAD /v2/web/manifests/1 ");

        fake.asked().clear();
        fake.lock(Door.BASIC);
        var asking = registry(Optional.of(ALICE));
        asking.digest("web", "1");
        asking.digest("web", "1");

        assertThat(fake.asked())
                .containsExactly(
                        "HEAD /v2/web/manifests/1 ",
                        "HEAD /v2/web/manifests/1 Basic",
                        "HEAD /v2/web/manifests/1 Basic");
    }

    @Test
    void getsATokenForItsPassword() throws Exception {
        var digest = fake.image("web", "1", "layer");
        fake.lock(Door.TOKEN);

        assertThat(registry(Optional.of(ALICE)).digest("web", "1")).contains(digest);

        assertThat(fake.asked())
                .containsExactly(
                        "HEAD /v2/web/manifests/1 ",
                        "GET /token?scope=repository%3Aweb%3Apull&service=fake Basic",
                        "HEAD /v2/web/manifests/1 Bearer");
    }

    @Test
    void exchangesAnIdentityTokenForAnother() throws Exception {
        var digest = fake.image("web", "1", "layer");
        fake.lock(Door.TOKEN);

        assertThat(registry(Optional.of(new Login.IdentityToken("kept"))).digest("web", "1"))
                .contains(digest);
        assertThat(fake.asked()).element(1).isEqualTo("POST /token ");
    }

    @Test
    void saysWhetherALoginIsMissingOrWrong() {
        fake.image("web", "1", "layer");
        for (var door : List.of(Door.BASIC, Door.TOKEN)) {
            fake.lock(door);
            var stranger = new Login.Password("eve", "guess");
            assertThatThrownBy(() -> registry(Optional.of(stranger)).digest("web", "1"))
                    .as(door.name())
                    .isInstanceOfSatisfying(
                            RegistryException.class, no -> assertThat(no.kind()).isEqualTo(Kind.UNAUTHORISED))
                    .hasMessage("the fake answered 401: this login is not good for it");
            assertThatThrownBy(() -> registry(Optional.empty()).digest("web", "1"))
                    .hasMessage("the fake answered 401: it wants a login");
        }
    }

    @Test
    void takesNoLoginToWhereItIsSent() throws Exception {
        var storage = new FakeRegistry();
        open.add(storage);
        storage.image("any", "1", "layer");
        fake.image("web", "1", "layer");
        fake.lock(Door.BASIC);
        fake.redirectBlobs(storage.base());

        var part = new Descriptor("", FakeRegistry.digest("layer"), 5, Optional.empty());
        try (var bytes = registry(Optional.of(ALICE)).source("web").blob(part)) {
            assertThat(new String(bytes.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("layer");
        }

        assertThat(fake.asked()).last().asString().endsWith(" Basic");
        assertThat(storage.asked()).containsExactly("GET /stored/" + FakeRegistry.digest("layer") + " ");
    }

    @Test
    void tellsATokenServerWithoutTlsNothing() throws IOException {
        try (var http = HttpClient.newHttpClient()) {
            var tokens = new Tokens("r.example.org", http, Optional.of(ALICE), false);
            var challenge = Challenge.parse("Bearer realm=\"" + fake.base() + "/token\",service=\"x\"");

            assertThatThrownBy(() -> tokens.answer(challenge, "s"))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("names a token server without TLS");
        }
        assertThat(fake.asked()).isEmpty();
    }

    @Test
    void saysThatANameIsUnknownInWords() {
        var failure = new ConnectException();
        failure.initCause(new UnresolvedAddressException());

        assertThat(Wire.words(failure)).isEqualTo("no name server knows an address of it");
    }

    @Test
    void namesARegistryThatIsAway() {
        fake.close();

        assertThatThrownBy(() -> registry(Optional.empty()).digest("web", "1"))
                .isInstanceOfSatisfying(
                        RegistryException.class, no -> assertThat(no.kind()).isEqualTo(Kind.UNREACHABLE))
                .hasMessageStartingWith("the fake cannot be reached: ");
    }

    @Test
    void listsAllPagesOfTagsAndForgetsAManifestWithItsTags() throws Exception {
        var digest = fake.image("web", "1", "layer");
        fake.image("web", "2", "layer");
        fake.image("web", "3", "another");
        var registry = registry(Optional.empty());
        assertThat(registry.repositories()).containsExactly("web");
        assertThat(registry.tags("web")).containsExactly("1", "2", "3");

        registry.delete("web", digest);
        registry.delete("web", digest);

        assertThat(registry.tags("web")).containsExactly("3");
    }

    @Test
    void takesOnlyTheManifestThatItAskedFor() {
        var honest = fake.image("web", "1", "layer");
        var other = FakeRegistry.digest("other");
        fake.image("web", other, "layer");

        assertThatThrownBy(
                        () -> registry(Optional.empty()).manifest("web", other).orElseThrow())
                .as("nothing is there under the other digest, or what is there is not it")
                .isInstanceOf(RuntimeException.class);
        assertThat(honest).isNotEqualTo(other);
    }

    @Test
    void readsChallengesAsRegistriesWriteThem() {
        var challenge =
                Challenge.parse("Bearer realm=\"https://auth.x/token?a=b\",service=\"r, x\", scope=repository:a:pull");

        assertThat(challenge.scheme()).isEqualTo("bearer");
        assertThat(challenge.parameter("realm")).contains("https://auth.x/token?a=b");
        assertThat(challenge.parameter("service")).contains("r, x");
        assertThat(challenge.parameter("scope")).contains("repository:a:pull");
        assertThat(challenge.parameter("error")).isEmpty();
    }

    @Test
    void hidesLoginsInTexts() {
        var message = RegistryLogin.newBuilder()
                .setUsername("alice")
                .setPassword("hunter2")
                .setIdentityToken("opaque7");
        var request = MirrorRequest.newBuilder().setImage("x").setLogin(message).build();

        assertThat(List.of(
                        ALICE.toString(),
                        new Login.IdentityToken("opaque7").toString(),
                        Optional.of(ALICE).toString(),
                        DebugFormat.singleLine().toString(request)))
                .noneMatch(text -> text.contains("secret") || text.contains("hunter2") || text.contains("opaque7"));
    }

    private Registry registry(Optional<Login> login) {
        try {
            var registry = Registry.at("the fake", URI.create(fake.base().toString()), SSLContext.getDefault(), login);
            open.add(registry);
            return registry;
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
