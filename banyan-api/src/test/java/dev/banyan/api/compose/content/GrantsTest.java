package dev.banyan.api.compose.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.ComposeLoader;
import dev.banyan.api.compose.ComposeOutcome;
import dev.banyan.api.compose.project.Request;
import dev.banyan.api.v1.ContentMount;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code secrets} and {@code configs}, from the text of a file to the mounts. */
class GrantsTest {
    private final FakeTree disk = new FakeTree().file("key.txt", "k7marked");

    @Test
    void aSecretIsAFileBelowRunSecretsThatCannotBeWritten() {
        var mounts = mounts("secrets: [key]", "secrets: {key: {file: ./key.txt}}");

        assertThat(mounts)
                .containsExactly(ContentMount.newBuilder()
                        .setKind(ContentMount.Kind.SECRET)
                        .setName("key")
                        .setContent(Content.digest(com.google.protobuf.ByteString.copyFromUtf8("k7marked")))
                        .setSize(8)
                        .setTarget("/run/secrets/key")
                        .setMode(0444)
                        .setReadOnly(true)
                        .build());
    }

    @Test
    void aConfigIsAFileAtTheTop() {
        var mounts = mounts("configs: [settings]", "configs: {settings: {content: \"a: $$b ${WHO}\"}}");

        assertThat(mounts).extracting(ContentMount::getTarget).containsExactly("/settings");
        assertThat(mounts.getFirst().getContent())
                .isEqualTo(Content.digest(com.google.protobuf.ByteString.copyFromUtf8("a: $b me")));
    }

    @Test
    void aGrantSaysWhereWhoseAndHow() {
        var mounts = mounts(
                "secrets: [{source: key, target: deep/name, uid: '1000', gid: '4294967294', mode: 0666},"
                        + " {source: key, target: /etc/key}]",
                "secrets: {key: {file: ./key.txt}}");

        assertThat(mounts).extracting(ContentMount::getTarget).containsExactly("/etc/key", "/run/secrets/deep/name");
        assertThat(mounts.getLast().getUid()).isEqualTo(1000);
        assertThat(Integer.toUnsignedLong(mounts.getLast().getGid())).isEqualTo(4_294_967_294L);
        assertThat(mounts.getLast().getMode())
                .as("bits for writing mean nothing")
                .isEqualTo(0444);
        assertThat(mounts.getLast().getContent()).isEqualTo(mounts.getFirst().getContent());
    }

    @Test
    void aValueComesFromTheCallersVariablesAndFromDotEnv() {
        disk.file(".env", "OWN=dot\nWHO=dot\n");
        var top = "secrets: {a: {environment: WHO}, b: {environment: OWN}}";

        var mounts = mounts("secrets: [a, b]", top);

        assertThat(mounts).extracting(ContentMount::getSize).containsExactly(2L, 3L);
        assertThat(loaded("secrets: [a, b]", top).contents()).hasSize(2);
    }

    @Test
    void anExternalOneHasNoContentUntilAdmission() {
        var mounts =
                mounts("secrets: [a, b]", "secrets: {a: {external: true}, b: {external: true, name: db.password_1}}");

        assertThat(mounts).extracting(ContentMount::getExternal).containsExactly("a", "db.password_1");
        assertThat(mounts).extracting(ContentMount::getContent).containsOnly("");
    }

    @Test
    void whatNoServiceUsesIsNotSent() {
        assertThat(loaded("command: x", "secrets: {key: {file: ./key.txt}}").contents())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "secrets: [s];secrets: {s: {file: none}};secrets.s.file: the file \"none\" cannot be read",
                "secrets: [s];secrets: {s: {environment: NONE}};secrets.s.environment: the variable \"NONE\" is not set",
                "secrets: [{source: s, uid: root}];secrets: {s: {file: key.txt}};services.web.secrets[0].uid: \"root\" is no number of a user or group",
                "secrets: [{source: s, gid: '99999999999'}];secrets: {s: {file: key.txt}};services.web.secrets[0].gid: \"99999999999\" is no number of a user or group",
                "secrets: [{source: s, target: ../../etc/passwd}];secrets: {s: {file: key.txt}};services.web.secrets[0]: \"../../etc/passwd\" is no path of a file in a container",
                "secrets: [{source: s, target: a/}];secrets: {s: {file: key.txt}};services.web.secrets[0]: \"a/\" is no path of a file in a container",
                "secrets: [S];secrets: {S: {external: true}};secrets.S: \"S\" can be no name of the cluster's own",
                "secrets: [s];secrets: {s: {file: key.txt, template_driver: golang}};secrets.s.template_driver: \"template_driver\" is not supported: contents are not rewritten",
                "secrets: [s];secrets: {s: {driver: vault}};secrets.s.driver: \"driver\" is not supported: the cluster keeps secrets itself",
            })
    void refusesByNameAndPlaceAndNeverShowsAValue(String service, String top, String refusal) {
        var outcome = (ComposeOutcome.Refused) load(service, top);

        assertThat(outcome.reasons())
                .extracting(reason -> reason.field() + ": " + reason.message())
                .contains(refusal);
        outcome.reasons().forEach(reason -> assertThat(reason.render()).doesNotContain("k7marked"));
    }

    @Test
    void refusesTwoContentsAtOnePlace() {
        var outcome = (ComposeOutcome.Refused) load(
                "secrets: [{source: s, target: /x}]\n    configs: [{source: c, target: /x}]",
                "secrets: {s: {file: key.txt}}\nconfigs: {c: {file: key.txt}}");

        assertThat(outcome.reasons())
                .extracting(reason -> reason.field() + ": " + reason.message())
                .containsExactly("services.web: mounts two contents at \"/x\"");
    }

    @Test
    void refusesASecretThatIsTooLargeAndSaysWhatToDo() {
        disk.file("big", new byte[ContentLimits.SECRET_MAX + 1], 0644);

        var outcome = (ComposeOutcome.Refused) load("secrets: [s]", "secrets: {s: {file: big}}");

        assertThat(outcome.reasons()).singleElement().satisfies(reason -> {
            assertThat(reason.message()).isEqualTo("is larger than the 500 KiB that are possible");
            assertThat(reason.suggestion()).contains("put large data into the image or a named volume");
        });
        assertThat(load("configs: [s]", "configs: {s: {file: big}}")).isInstanceOf(ComposeOutcome.Loaded.class);
    }

    private List<ContentMount> mounts(String service, String top) {
        return loaded(service, top).manifest().getServices(0).getContentMountsList();
    }

    private ComposeOutcome.Loaded loaded(String service, String top) {
        var outcome = load(service, top);
        if (outcome instanceof ComposeOutcome.Refused refused) {
            throw new AssertionError(refused.reasons().toString());
        }
        return (ComposeOutcome.Loaded) outcome;
    }

    private ComposeOutcome load(String service, String top) {
        disk.file("compose.yaml", "name: app\nservices:\n  web:\n    image: x\n    " + service + "\n" + top + "\n");
        return ComposeLoader.load(Request.in(FakeTree.ROOT, Map.of("WHO", "me")), disk);
    }
}
