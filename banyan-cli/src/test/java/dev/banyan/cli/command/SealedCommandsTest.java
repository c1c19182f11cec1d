package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.v1.ValueSpec;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Write;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets and configs on the command line, and the contents that go before an app. */
class SealedCommandsTest {
    private CommandBench bench;

    SealedCommandsTest(@TempDir Path directory) {
        bench = new CommandBench(directory);
        this.directory = directory;
    }

    private final Path directory;

    @BeforeEach
    void typeNothing() {
        bench.typing("");
    }

    @Test
    void aSecretIsReadFromAFileOrFromStandardInputAndNeverShown() {
        bench.file("password.txt", "hunter2");
        bench.typing("typed");

        var file = bench.run("secret", "create", "db-password", "password.txt");
        var input = bench.run("secret", "create", "db-password", "--replace");
        bench.run("config", "create", "proxy.conf", "-");

        assertThat(file.exit()).as(file.err()).isZero();
        assertThat(file.err()).isEqualTo("secret db-password is kept, sealed\n");
        assertThat(bench.cluster.values())
                .extracting(SetValueRequest::getValue)
                .containsExactly(
                        ByteString.copyFromUtf8("hunter2"),
                        ByteString.copyFromUtf8("typed"),
                        ByteString.copyFromUtf8("typed"));
        assertThat(bench.cluster.values())
                .extracting(SetValueRequest::getKind)
                .containsExactly(SetValueRequest.Kind.SECRET, SetValueRequest.Kind.SECRET, SetValueRequest.Kind.CONFIG);
        assertThat(bench.cluster.values())
                .extracting(SetValueRequest::getReplace)
                .containsExactly(false, true, false);
        assertThat(file.out() + file.err() + input.out() + input.err()).doesNotContain("hunter2", "typed");
    }

    @Test
    void saysWhatToDoWhenAFileCannotBeReadOrIsTooLarge() {
        bench.file("big", "x".repeat(512_001));

        assertThat(bench.run("secret", "create", "a", "none").err())
                .contains("The file none cannot be read", "To go on: name a file, or - for standard input");
        assertThat(bench.run("secret", "create", "a", "big").err()).contains("A secret has at most 512000 bytes");
        assertThat(bench.cluster.values()).isEmpty();
    }

    @Test
    void listsNamesSizesAndUsersWithoutValues() {
        value(Kinds.SECRETS, "db-password");
        value(Kinds.SECRETS, "unused");
        value(Kinds.CONFIGS, "db-password");
        release("shop", "db-password");

        assertThat(bench.run("secret", "ls").out())
                .containsPattern("SECRET +BYTES +DIGEST +CHANGED +USED BY\n")
                .containsPattern("db-password +7 +0123456789ab +.* +shop\n")
                .containsPattern("unused +7 +0123456789ab +.*-\n")
                .doesNotContain("0123456789abc");
        assertThat(bench.run("secret").out())
                .isEqualTo(bench.run("secret", "ls").out());
        assertThat(bench.run("secret", "ls", "-o", "json").out())
                .contains("banyan.secrets/1", "\"name\": \"db-password\"", "\"bytes\": 7");
        assertThat(bench.run("config", "ls").out()).contains("CONFIG").doesNotContain("shop");
    }

    @Test
    void removesByNameAndTellsWhenThereIsNone() {
        assertThat(bench.run("config", "rm", "proxy").err())
                .isEqualTo("config proxy is gone; apps keep what they took of it until their next up\n");
        bench.cluster.failNext(new ApiException(Reason.NOT_FOUND, "there is no secret x"));

        var run = bench.run("secret", "rm", "x");

        assertThat(run.exit()).isNotZero();
        assertThat(run.err()).contains("there is no secret x");
        assertThat(bench.cluster.removedValues()).hasSize(1);
    }

    @Test
    void upSendsWhatTheClusterLacksBeforeTheApp() {
        var large = "x".repeat(300_000);
        bench.file("large.txt", large);
        bench.file(
                "compose.yaml",
                "name: shop\nservices: {web: {image: x, secrets: [a, b], configs: [c]}}\n"
                        + "secrets: {a: {file: large.txt}, b: {environment: KEY}}\nconfigs: {c: {content: ''}}\n");
        bench.setting("KEY", "hunter2");

        var first = bench.run("up", "-d");
        bench.run("up", "-d");

        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(bench.cluster.contents().values())
                .containsExactlyInAnyOrder(
                        ByteString.copyFromUtf8(large), ByteString.copyFromUtf8("hunter2"), ByteString.EMPTY);
    }

    @Test
    void readsFilesOfThisMachineAsTheyAre() throws Exception {
        var files = new DiskFiles();
        bench.file("dir/b", "x");
        bench.file("dir/a", "long text");
        Files.setPosixFilePermissions(directory.resolve("dir/a"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.createSymbolicLink(directory.resolve("dir/l"), Path.of("../out"));

        assertThat(files.look(directory.resolve("dir/a"))).isEqualTo(new DiskFiles.Found.File(0751));
        assertThat(files.look(directory.resolve("dir"))).isInstanceOf(DiskFiles.Found.Directory.class);
        assertThat(files.look(directory.resolve("dir/l"))).isEqualTo(new DiskFiles.Found.Link("../out"));
        assertThat(files.look(directory.resolve("none"))).isEqualTo(new DiskFiles.Found.Nothing("is not there"));
        assertThat(files.look(Path.of("/dev/null")))
                .isEqualTo(new DiskFiles.Found.Nothing("is neither a file nor a directory"));
        assertThat(files.bytes(directory.resolve("dir/a"), 4))
                .contains("long".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(files.bytes(directory.resolve("dir"), 4)).isEmpty();
        assertThat(files.names(directory.resolve("dir"), 9)).contains(List.of("a", "b", "l"));
        assertThat(files.names(directory.resolve("dir"), 2).orElseThrow()).hasSize(2);
        assertThat(files.names(directory.resolve("none"), 9)).isEmpty();
        assertThat(files.real(directory.resolve("dir/../dir/a")))
                .isEqualTo(directory.toRealPath().resolve("dir/a"));
    }

    private void value(Kind<ValueSpec, ?> kind, String name) {
        var spec = ValueSpec.newBuilder()
                .setSize(7)
                .setDigest("0123456789abcdef")
                .setChangedMs(1)
                .build();
        bench.cluster.store().commit(Commit.of(Write.create(kind, kind.key("default", name), spec)));
    }

    private void release(String app, String secret) {
        var mount = ContentMount.newBuilder().setKind(ContentMount.Kind.SECRET).setExternal(secret);
        var manifest =
                Manifest.newBuilder().addServices(ServiceManifest.newBuilder().addContentMounts(mount));
        var store = bench.cluster.store();
        store.commit(Commit.of(
                Write.create(
                        Kinds.DEPLOYMENTS,
                        Kinds.DEPLOYMENTS.key("default", app),
                        DeploymentSpec.newBuilder().setName(app).setRelease(1).build()),
                Write.create(
                        Kinds.RELEASES,
                        Kinds.RELEASES.key("default", app + ".1"),
                        ReleaseSpec.newBuilder().setManifest(manifest).build())));
    }
}
