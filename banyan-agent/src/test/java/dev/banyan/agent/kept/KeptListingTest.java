package dev.banyan.agent.kept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.env.Entropy;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Listing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptListingTest {
    private static final Entropy ENTROPY = new SystemEnv().entropy();
    private static final String OWNER = "cluster c1, agent web";
    private static final String SECRET = "hunter2-hunter2-hunter2";

    @TempDir
    private Path directory;

    private Path file;
    private Path keyFile;
    private Listing listing;

    @BeforeEach
    void nameFiles() {
        file = directory.resolve("kept/tasks");
        keyFile = directory.resolve("identity/kept.key");
        listing = new Listing(77, List.of(task("a"), task("b")));
    }

    @Test
    void recallsWhatWasKeptLast() {
        kept(OWNER).keep(new Listing(70, List.of(task("old"))));
        kept(OWNER).keep(listing);

        assertThat(kept(OWNER).recall()).contains(listing);
    }

    @Test
    void recallsThatThereWasNothing() {
        kept(OWNER).keep(new Listing(5, List.of()));

        assertThat(kept(OWNER).recall()).contains(new Listing(5, List.of()));
    }

    @Test
    void recallsNothingBeforeAnythingWasKept() {
        assertThat(kept(OWNER).recall()).isEmpty();
        assertThat(directory.resolve("kept")).doesNotExist();
    }

    @Test
    void writesNoSecretInPlainAndForItsOwnerAlone() throws Exception {
        kept(OWNER).keep(listing);

        var bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertThat(bytes).startsWith("banyan kept 1\n").doesNotContain(SECRET).doesNotContain("PASSWORD");
        for (var each : List.of(file, keyFile)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void writesTheSameTwiceInDifferentBytes() throws Exception {
        kept(OWNER).keep(listing);
        var first = Files.readAllBytes(file);
        kept(OWNER).keep(listing);

        assertThat(Files.readAllBytes(file)).isNotEqualTo(first);
    }

    @Test
    void setsAsideAFileThatWasCutAnywhere() throws Exception {
        kept(OWNER).keep(new Listing(1, List.of()));
        var whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));

            assertThat(kept(OWNER).recall()).isEmpty();
            assertThat(file).doesNotExist();
            assertThat(aside()).hasSize(length);
        }
    }

    @Test
    void setsAsideAFileWithAnyByteChanged() throws Exception {
        kept(OWNER).keep(new Listing(1, List.of()));
        var whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            var changed = whole.clone();
            changed[i] ^= 1;
            Files.write(file, changed);

            assertThat(kept(OWNER).recall()).isEmpty();
            assertThat(aside()).hasBinaryContent(changed);
        }
    }

    @Test
    void setsAsideWhatAnotherClusterOrAgentSaid() {
        kept("cluster c0, agent web").keep(listing);

        assertThat(kept(OWNER).recall()).isEmpty();

        assertThat(file).doesNotExist();
        assertThat(aside()).exists();
    }

    @Test
    void setsAsideWhatWasSealedWithAKeyThatIsGone() throws Exception {
        kept(OWNER).keep(listing);
        Files.delete(keyFile);

        assertThat(kept(OWNER).recall()).isEmpty();

        assertThat(aside()).exists();
    }

    @Test
    void keepsAgainAfterSomethingWasSetAside() throws Exception {
        kept(OWNER).keep(listing);
        Files.writeString(file, "torn");
        kept(OWNER).recall();
        kept(OWNER).keep(listing);

        assertThat(kept(OWNER).recall()).contains(listing);
    }

    @Test
    void makesAKeyInPlaceOfOneThatIsNotWhole() throws Exception {
        Files.createDirectories(keyFile.getParent());
        Files.write(keyFile, new byte[7]);

        kept(OWNER).keep(listing);

        assertThat(keyFile).hasSize(32);
        assertThat(kept(OWNER).recall()).contains(listing);
    }

    private KeptListing kept(String owner) {
        return new KeptListing(file, SealingKey.in(keyFile, ENTROPY), owner);
    }

    private Path aside() {
        return file.resolveSibling("tasks.unusable");
    }

    private static StoredObject task(String name) {
        var meta = new ObjectMeta(
                "0123456789abcdef0123456789abcdef",
                Map.of("dev.banyan/agent", "web"),
                Map.of(),
                List.of(),
                List.of("drain"),
                3,
                42,
                7,
                Instant.parse("2026-01-02T03:04:05Z"),
                Optional.empty(),
                "nonce");
        var container = ContainerSpec.newBuilder().putEnvironment("PASSWORD", SECRET);
        var spec =
                TaskSpec.newBuilder().setService(name).setContainer(container).build();
        var status = TaskStatus.newBuilder()
                .setState(TaskStatus.State.RUNNING)
                .setAttempt(2)
                .build();
        return Kinds.TASKS.encode(new Resource<>(Kinds.TASKS.key("default", name), meta, spec, status));
    }
}
