package dev.banyan.engine.secrets;

import static dev.banyan.engine.secrets.Sealed.content;
import static dev.banyan.engine.secrets.Sealed.large;
import static dev.banyan.engine.secrets.Sealed.manifest;
import static dev.banyan.engine.secrets.Sealed.mount;
import static dev.banyan.engine.secrets.Sealed.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestSealingTest {
    private final Sealed sealed = new Sealed();

    @Test
    void putsASealedEnvironmentInThePlaceOfTheValues() {
        var service = sealed.seal(shop("PASSWORD", "k7marked")).getServices(0);

        assertThat(service.getEnvironmentCount()).isZero();
        assertThat(service.toByteString().toString(java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("k7marked");
        var opened = new Environments(sealed.vault).open("default", "shop", "web", service.getSealedEnvironment());
        assertThat(opened.orElseThrow().getVariablesMap()).isEqualTo(Map.of("PASSWORD", "k7marked"));
    }

    @Test
    void leavesAServiceWithoutVariablesAsItIs() {
        var plain = manifest("shop", service("web").build());

        assertThat(sealed.seal(plain)).isEqualTo(plain);
    }

    @Test
    void takesTheEarlierBoxOfTheSameValuesAgain() {
        var first = sealed.seal(shop("A", "1"));
        var earlier = sealed.release(first, 1);

        assertThat(sealed.seal(shop("A", "1"), earlier)).isEqualTo(first);
        assertThat(sealed.seal(shop("A", "1"))).isNotEqualTo(first);
    }

    @Test
    void sealsChangedValuesAnewAndTheBoxOfAnotherServiceIsNotTaken() {
        var earlier = sealed.release(sealed.seal(shop("A", "1")), 1);

        var changed = sealed.seal(shop("A", "2"), earlier).getServices(0).getSealedEnvironment();
        var other = sealed.seal(
                        manifest("shop", service("db").putEnvironment("A", "1").build()), earlier)
                .getServices(0)
                .getSealedEnvironment();

        var old = earlier.getManifest().getServices(0).getSealedEnvironment();
        assertThat(changed.getDigest()).isNotEqualTo(old.getDigest());
        assertThat(other.getDigest()).isNotEqualTo(old.getDigest());
        assertThat(other.getBox()).isNotEqualTo(old.getBox());
    }

    @Test
    void tellsApartWhatOnlyLooksTheSameWhenItIsWrittenInARow() {
        var one = sealed.seal(shop("A", "1B2")).getServices(0).getSealedEnvironment();
        var two = sealed.seal(manifest(
                        "shop",
                        service("web")
                                .putEnvironment("A", "1")
                                .putEnvironment("B", "2")
                                .build()))
                .getServices(0)
                .getSealedEnvironment();

        assertThat(one.getDigest()).isNotEqualTo(two.getDigest());
    }

    @Test
    void namesContentsByAKeyedDigestThatIsTheAppsOwn() {
        var key = content("k7marked");
        sealed.put("shop", key);
        sealed.put("other", key);

        var shop = sealed.seal(mounting("shop", mount(key))).getServices(0).getContentMounts(0);
        var other = sealed.seal(mounting("other", mount(key))).getServices(0).getContentMounts(0);

        assertThat(sealed.violations).isEmpty();
        assertThat(shop.getContent()).hasSize(64).isNotEqualTo(key.digest()).isNotEqualTo(other.getContent());
        assertThat(shop.toBuilder().setContent(key.digest()).build()).isEqualTo(mount(key));
    }

    @Test
    void refusesAContentThatWasNotSent() {
        sealed.seal(mounting("shop", mount(content("never sent"))));

        assertThat(sealed.violations)
                .containsExactly(new Violation("services.web.secrets", "the content of key was not sent; try again"));
    }

    @Test
    void refusesAContentOfWhichAPartIsMissing() {
        var large = large(3 * ContentStore.PART_BYTES);
        sealed.uploads.put(Sealed.part("shop", large, 0).build());
        sealed.uploads.put(Sealed.part("shop", large, 2).build());

        sealed.seal(mounting("shop", mount(large)));
        assertThat(sealed.violations).hasSize(1);

        sealed.uploads.put(Sealed.part("shop", large, 1).build());
        sealed.seal(mounting("shop", mount(large)));
        assertThat(sealed.violations).isEmpty();
    }

    @Test
    void refusesAContentThatIsNotWhatItsDigestSays() {
        var announced = content("right");
        sealed.uploads.put(Sealed.part("shop", announced, 0)
                .setData(content("wrong").bytes())
                .build());

        sealed.seal(mounting("shop", mount(announced)));

        assertThat(sealed.violations)
                .extracting(Violation::message)
                .containsExactly("the content of key is not what was announced; try again");
    }

    @Test
    void doesNotRelyOnAContentThatMayBeCollectedSoonUnlessTheWantedReleaseNamesIt() {
        var key = content("old");
        sealed.put("shop", key);
        sealed.later(Duration.ofMinutes(9));
        sealed.seal(mounting("shop", mount(key)));
        assertThat(sealed.violations).hasSize(1);

        sealed.later(Duration.ZERO);
        sealed.release(sealed.seal(mounting("shop", mount(key))), 1);
        sealed.later(Duration.ofDays(9));
        sealed.seal(mounting("shop", mount(key)));
        assertThat(sealed.violations).isEmpty();
    }

    @Test
    void takesTheValueOfAnExternalSecretAsItIsNow() {
        sealed.set(SetValueRequest.Kind.SECRET, "db_password", "first", false);
        var wish = mounting("shop", external(ContentMount.Kind.SECRET, "db_password"));
        var before = sealed.seal(wish).getServices(0).getContentMounts(0);
        assertThat(before.getSize()).isEqualTo(5);
        assertThat(before.getExternal()).isEqualTo("db_password");
        assertThat(sealed.seal(wish).getServices(0).getContentMounts(0)).isEqualTo(before);

        sealed.set(SetValueRequest.Kind.SECRET, "db_password", "second", true);
        var after = sealed.seal(wish).getServices(0).getContentMounts(0);

        assertThat(after.getContent()).isNotEqualTo(before.getContent());
        assertThat(sealed.missing("shop", content("first"), content("second"))).isEmpty();
    }

    @Test
    void refusesAnExternalThatTheClusterLacksAndSaysWhatToDo() {
        sealed.set(SetValueRequest.Kind.SECRET, "proxy", "a secret is no config", false);

        sealed.seal(mounting("shop", external(ContentMount.Kind.CONFIG, "proxy")));

        assertThat(sealed.violations)
                .containsExactly(new Violation(
                        "services.web.configs",
                        "the cluster has no config proxy; make it with banyan-cli config create proxy"));
    }

    private static ContentMount external(ContentMount.Kind kind, String name) {
        return ContentMount.newBuilder()
                .setKind(kind)
                .setName("key")
                .setExternal(name)
                .setTarget("/key")
                .build();
    }

    private static Manifest mounting(String app, ContentMount mount) {
        return manifest(app, service("web").addContentMounts(mount).build());
    }

    private static Manifest shop(String variable, String value) {
        return manifest("shop", service("web").putEnvironment(variable, value).build());
    }
}
