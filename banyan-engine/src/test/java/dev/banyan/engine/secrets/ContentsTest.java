package dev.banyan.engine.secrets;

import static dev.banyan.engine.secrets.Sealed.content;
import static dev.banyan.engine.secrets.Sealed.large;
import static dev.banyan.engine.secrets.Sealed.manifest;
import static dev.banyan.engine.secrets.Sealed.mount;
import static dev.banyan.engine.secrets.Sealed.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Contents and values: kept, asked for, collected. */
class ContentsTest {
    private final Sealed sealed = new Sealed();

    @Test
    void aContentIsMissingUntilAllOfItsPartsAreThere() {
        var large = large(2 * ContentStore.PART_BYTES + 1);
        sealed.uploads.put(Sealed.part("shop", large, 0).build());
        assertThat(sealed.missing("shop", large)).containsExactly(large.digest());

        sealed.put("shop", large);

        assertThat(sealed.missing("shop", large)).isEmpty();
        assertThat(sealed.missing("other", large)).containsExactly(large.digest());
        assertThat(sealed.contents()).isEqualTo(3);
    }

    @Test
    void anEmptyContentIsOnePart() {
        sealed.put("shop", content(""));

        assertThat(sealed.missing("shop", content(""))).isEmpty();
        assertThat(sealed.contents()).isEqualTo(1);
    }

    @Test
    void whatIsStoredShowsNothingOfIt() {
        sealed.put("shop", content("k7marked"));
        sealed.set(SetValueRequest.Kind.SECRET, "token", "k7marked", false);

        for (var kind : java.util.List.of(Kinds.CONTENTS, Kinds.SECRETS)) {
            assertThat(sealed.world
                            .truth
                            .list(
                                    dev.banyan.runtime.store.Selection.of(kind.name()),
                                    dev.banyan.runtime.store.ReadAt.LATEST)
                            .objects())
                    .hasSize(1)
                    .allSatisfy(object -> assertThat(
                                    new String(object.spec().toByteArray(), StandardCharsets.ISO_8859_1) + object.key())
                            .doesNotContain("k7marked")
                            .doesNotContain(content("k7marked").digest()));
        }
    }

    @Test
    void refusesPartsThatDoNotFit() {
        var large = large(ContentStore.PART_BYTES + 10);
        assertRefused(large, part -> part.setPart(2));
        assertRefused(large, part -> part.setPart(-1));
        assertRefused(large, part -> part.setData(part.getData().substring(1)));
        assertRefused(large, part -> part.setContent("../../etc"));
        assertRefused(large, part -> part.setContent(part.getContent().toUpperCase(java.util.Locale.ROOT)));
        assertRefused(large, part -> part.setSize(9L << 20));
        assertRefused(large, part -> part.setSize(-1));
        assertRefused(large, part -> part.clearApp());
        assertThat(sealed.contents()).isZero();
    }

    private void assertRefused(
            dev.banyan.api.compose.content.Content content, UnaryOperator<PutContentRequest.Builder> change) {
        var wrong = change.apply(Sealed.part("shop", content, 0)).build();
        assertThatThrownBy(() -> sealed.uploads.put(wrong))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.REJECTED));
    }

    @Test
    void refusesToBeAskedForMoreThanAnAppCanHave() {
        var request =
                MissingContentsRequest.newBuilder().setNamespace("default").setApp("shop");
        for (int i = 0; i < 1_001; i++) {
            request.addContents(content("x").digest());
        }
        assertThatThrownBy(() -> sealed.uploads.missing(request.build())).hasMessageContaining("1000");
    }

    @Test
    void forgetsWhatNoReleaseNamesAfterTenMinutes() {
        sealed.put("shop", large(ContentStore.PART_BYTES + 1));
        sealed.later(Duration.ofMinutes(9));
        sealed.sweep();
        assertThat(sealed.contents()).isEqualTo(2);

        sealed.later(Duration.ofMinutes(10).plusSeconds(1));
        sealed.sweep();
        assertThat(sealed.contents()).isZero();
    }

    @Test
    void keepsWhatAnyReleaseNamesHoweverOldItIs() {
        var key = content("named");
        sealed.put("shop", key);
        sealed.put("shop", content("not named"));
        sealed.release(
                sealed.seal(manifest(
                        "shop", service("web").addContentMounts(mount(key)).build())),
                1);
        sealed.release(manifest("shop", service("web").build()), 2);

        sealed.later(Duration.ofDays(1));
        sealed.sweep();

        assertThat(sealed.contents()).isEqualTo(1);
        var name = new ContentStore(sealed.world.truth, sealed.vault, sealed.clock.time())
                .name("default", "shop", key.digest());
        assertThat(sealed.world.list(Kinds.CONTENTS).getFirst().key())
                .isEqualTo(ContentStore.key("default", "shop", name, 0));
    }

    @Test
    void whatIsSentAgainIsKeptAnew() {
        var key = content("again");
        sealed.put("shop", key);
        sealed.later(Duration.ofMinutes(9));
        assertThat(sealed.missing("shop", key)).containsExactly(key.digest());
        sealed.put("shop", key);

        sealed.later(Duration.ofMinutes(12));
        sealed.sweep();

        assertThat(sealed.contents()).isEqualTo(1);
    }

    @Test
    void aValueIsReplacedOnlyWhenThatIsAskedFor() {
        assertThat(sealed.set(SetValueRequest.Kind.SECRET, "db.password_1", "one", false))
                .isTrue();
        assertThat(sealed.set(SetValueRequest.Kind.SECRET, "db.password_1", "one", false))
                .isFalse();
        assertThatThrownBy(() -> sealed.set(SetValueRequest.Kind.SECRET, "db.password_1", "two", false))
                .hasMessageContaining("--replace");
        assertThat(sealed.set(SetValueRequest.Kind.SECRET, "db.password_1", "two", true))
                .isTrue();

        assertThat(sealed.values.open("default", SetValueRequest.Kind.SECRET, "db.password_1"))
                .contains(ByteString.copyFromUtf8("two"));
        assertThat(sealed.values.open("default", SetValueRequest.Kind.CONFIG, "db.password_1"))
                .isEmpty();
    }

    @Test
    void aValueThatIsRemovedIsGone() {
        sealed.set(SetValueRequest.Kind.CONFIG, "proxy", "x", false);
        sealed.values.remove("default", SetValueRequest.Kind.CONFIG, "proxy");

        assertThat(sealed.values.open("default", SetValueRequest.Kind.CONFIG, "proxy"))
                .isEmpty();
        assertThatThrownBy(() -> sealed.values.remove("default", SetValueRequest.Kind.CONFIG, "proxy"))
                .hasMessageContaining("no config proxy");
    }

    @Test
    void refusesNamesAndSizesThatCannotBe() {
        for (var name : java.util.List.of("", "Upper", "../x", "-a", "a".repeat(65))) {
            assertThatThrownBy(() -> sealed.set(SetValueRequest.Kind.SECRET, name, "x", false))
                    .as(name)
                    .hasMessageContaining("at most 64");
        }
        assertThatThrownBy(() -> sealed.set(SetValueRequest.Kind.SECRET, "a", "x".repeat(512_001), false))
                .hasMessageContaining("at most 512000");
        assertThat(sealed.set(SetValueRequest.Kind.SECRET, "a", "x".repeat(512_000), false))
                .isTrue();
        assertThatThrownBy(() -> sealed.set(SetValueRequest.Kind.KIND_UNSPECIFIED, "a", "x", false))
                .hasMessageContaining("a secret or a config");
    }
}
