package dev.banyan.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.SealedEnvironment;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ContentRulesTest {
    private static final String SHA256 = "0123456789abcdef".repeat(4);

    @Test
    void takesWhatALoaderMakes() {
        assertTaken(mount -> mount);
        assertTaken(mount -> mount.setKind(ContentMount.Kind.CONFIG).setSize(1 << 20));
        assertTaken(
                mount -> mount.setKind(ContentMount.Kind.FILE).setSize(8 << 20).setMode(0755));
        assertTaken(mount -> mount.setKind(ContentMount.Kind.TREE).setMode(0));
        assertTaken(mount -> mount.clearContent().clearSize().setExternal("db.password_1"));
        assertTaken(mount -> mount.setUid(-2).setTarget("/a..b/.c"));
    }

    @Test
    void refusesWhatNoLoaderMakes() {
        assertRefused("secrets", "at most 500 KiB", mount -> mount.setSize(500 * 1024 + 1));
        assertRefused("configs", "at most 1024 KiB", mount -> mount.setKind(ContentMount.Kind.CONFIG)
                .setSize((1 << 20) + 1));
        assertRefused("volumes", "at most 8192 KiB", mount -> mount.setKind(ContentMount.Kind.TREE)
                .setSize((8 << 20) + 1));
        assertRefused("secrets", "at most 500 KiB", mount -> mount.setSize(-1));
        assertRefused("secrets", "the content has no SHA-256", mount -> mount.setContent("../../x"));
        assertRefused("secrets", "the content has no SHA-256", ContentMount.Builder::clearContent);
        assertRefused("secrets", "a mode has permission bits alone", mount -> mount.setMode(04755));
        assertRefused("volumes", "a content of a kind that this engine does not know", ContentMount.Builder::clearKind);
        assertRefused("volumes", "a content of a kind that this engine does not know", mount -> mount.setKindValue(99));
        for (var target : java.util.List.of("", "/", "a", "/a/", "/a/../b", "/..", "/a\nb", "/" + "x".repeat(4_096))) {
            assertRefused("secrets", "'" + target + "' is no path in a container", mount -> mount.setTarget(target));
        }
    }

    @Test
    void refusesExternalsThatCannotBe() {
        assertRefused(
                "volumes",
                "only secrets and configs can be external",
                mount -> mount.setKind(ContentMount.Kind.FILE).clearContent().setExternal("a"));
        assertRefused(
                "secrets", "'../a' is no name", mount -> mount.clearContent().setExternal("../a"));
        assertRefused("secrets", "what is external has no content of its own", mount -> mount.setExternal("a"));
    }

    @Test
    void refusesTwoContentsAtOnePlaceAndTooMany() {
        var service = ServiceManifest.newBuilder()
                .setName("web")
                .addContentMounts(mount())
                .addContentMounts(mount());
        assertThat(violations(service))
                .extracting(Violation::message)
                .containsExactly("there are two at /run/secrets/key");

        var many = ServiceManifest.newBuilder().setName("web");
        for (int i = 0; i < 65; i++) {
            many.addContentMounts(mount().setTarget("/" + i));
        }
        assertThat(violations(many))
                .extracting(Violation::message)
                .containsExactly("at most 64 secrets, configs and files of the project");
    }

    @Test
    void countsEachContentOfAnAppOnce() {
        var service = ServiceManifest.newBuilder().setName("web");
        for (int i = 0; i < 5; i++) {
            service.addContentMounts(
                    mount().setKind(ContentMount.Kind.FILE).setSize(8 << 20).setTarget("/" + i));
        }
        assertThat(violations(service)).isEmpty();

        for (int i = 0; i < 4; i++) {
            service.getContentMountsBuilder(i).setContent(SHA256.replace('0', (char) ('1' + i)));
        }
        assertThat(violations(service))
                .extracting(Violation::message)
                .containsExactly(
                        "secrets, configs and files of the project have 40960 KiB, and at most 32768 KiB are possible");
    }

    @Test
    void refusesWhatOnlyTheEngineMaySeal() {
        var service = ServiceManifest.newBuilder()
                .setName("web")
                .setSealedEnvironment(SealedEnvironment.newBuilder().setDigest("d"));

        assertThat(violations(service))
                .containsExactly(new Violation("services.web.environment", "is sealed by the engine alone"));
    }

    private static void assertTaken(UnaryOperator<ContentMount.Builder> change) {
        assertThat(violations(ServiceManifest.newBuilder().setName("web").addContentMounts(change.apply(mount()))))
                .isEmpty();
    }

    private static void assertRefused(String section, String message, UnaryOperator<ContentMount.Builder> change) {
        assertThat(violations(ServiceManifest.newBuilder().setName("web").addContentMounts(change.apply(mount()))))
                .containsExactly(new Violation("services.web." + section, message));
    }

    private static java.util.List<Violation> violations(ServiceManifest.Builder service) {
        return ContentRules.violations(
                Manifest.newBuilder().setName("shop").addServices(service).build());
    }

    private static ContentMount.Builder mount() {
        return ContentMount.newBuilder()
                .setKind(ContentMount.Kind.SECRET)
                .setName("key")
                .setContent(SHA256)
                .setSize(1)
                .setTarget("/run/secrets/key")
                .setMode(0444);
    }
}
