package dev.banyan.agent.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.session.ReachSource.Person;
import dev.banyan.api.archive.TarEntry;
import dev.banyan.api.archive.TarWriter;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.WriteFilesRequest;
import dev.banyan.runtime.env.SystemEnv;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this process sees, in the place of what a container's does. Owners stay, so that no privilege is needed. */
class FileWritingTest {
    private static final long OWN = ProcessHandle.current().pid();

    @TempDir
    private Path directory = Path.of("");

    private final SystemEnv env = new SystemEnv();
    private final FakePerson person = new FakePerson(env);
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private TarWriter tar = new TarWriter(stream);
    private TarEntry.Owner self = TarEntry.Owner.ROOT;

    @BeforeEach
    void findOwner() throws IOException {
        var facts = Files.readAttributes(directory, "unix:uid,gid");
        self = new TarEntry.Owner(number(facts.get("uid")), number(facts.get("gid")));
        tar = new TarWriter(stream);
    }

    @Test
    void aFileGetsTheNameItIsGiven() throws Exception {
        file("data", 0640, "content");

        var outcome = written(request("/name").setTop("data"));

        assertThat(outcome.getDone()).as(outcome.toString()).isTrue();
        assertThat(outcome.getFiles()).isEqualTo(1);
        assertThat(outcome.getBytes()).isEqualTo(7);
        assertThat(directory.resolve("name")).hasContent("content");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("name"))))
                .isEqualTo("rw-r-----");
    }

    @Test
    void aFileGoesIntoADirectoryThatIsThere() throws Exception {
        file("data", 0600, "content");

        assertThat(written(request("").setTop("data")).getDone()).isTrue();

        assertThat(directory.resolve("data")).hasContent("content");
    }

    @Test
    void aDirectoryGoesWithAllInIt() throws Exception {
        entry(TarEntry.Type.DIRECTORY, "tree", "");
        file("tree/data", 0600, "content");
        entry(TarEntry.Type.SYMBOLIC_LINK, "tree/link", "data");

        assertThat(written(request("").setTop("tree").setTopIsDirectory(true)).getFiles())
                .isEqualTo(3);

        assertThat(directory.resolve("tree/data")).hasContent("content");
        assertThat(Files.readSymbolicLink(directory.resolve("tree/link"))).isEqualTo(Path.of("data"));
    }

    @Test
    void aStreamWithoutOneTopGoesIntoADirectoryThatMustBeThere() throws Exception {
        file("one", 0600, "1");
        file("two", 0600, "2");
        assertThat(written(request("")).getFiles()).isEqualTo(2);
        assertThat(directory.resolve("two")).hasContent("2");

        var refused = new FileWriting(OWN, person).write(request("/none").build());
        assertThat(refused.getFailure().getKind()).isEqualTo(ReachFailure.Kind.ABSENT);
        assertThat(refused.getFailure().getMessage()).contains("no directory " + directory + "/none");
    }

    @Test
    void aDirectoryDoesNotReplaceAFile() throws Exception {
        Files.writeString(directory.resolve("data"), "kept");

        var refused = new FileWriting(OWN, person)
                .write(request("/data").setTop("tree").setTopIsDirectory(true).build());

        assertThat(refused.getFailure().getKind()).isEqualTo(ReachFailure.Kind.INVALID);
        assertThat(refused.getFailure().getMessage()).startsWith("in the container, ");
        assertThat(person.seen()).as("nothing is opened").isEmpty();
        assertThat(directory.resolve("data")).hasContent("kept");
    }

    @Test
    void whatFailsInTheMiddleSaysHowFarItCameAndKeepsThat() throws Exception {
        Files.createDirectories(directory.resolve("busy/below"));
        file("one", 0600, "1");
        file("busy", 0600, "2");

        var outcome = written(request(""));

        assertThat(outcome.getFailure().getKind()).isEqualTo(ReachFailure.Kind.FAILED);
        assertThat(outcome.getFailure().getMessage()).startsWith("could not write ");
        assertThat(outcome.getFiles()).isEqualTo(1);
        assertThat(directory.resolve("one")).hasContent("1");
    }

    @Test
    void namesThatLeadOutAreNotWritten() throws Exception {
        file("../out", 0600, "escaped");
        Files.createDirectory(directory.resolve("in"));

        var outcome = written(request("/in"));

        assertThat(outcome.hasFailure()).as(outcome.toString()).isTrue();
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void aStreamThatIsCutOffOrNoneFails() throws Exception {
        file("data", 0600, "x".repeat(5_000));
        var whole = stream.toByteArray();
        var outcome = sent(Arrays.copyOf(whole, 3_000), request("").build());
        assertThat(outcome.getFailure().getKind()).isEqualTo(ReachFailure.Kind.FAILED);

        var noise = sent(
                "this is no archive ".repeat(100).getBytes(StandardCharsets.UTF_8),
                request("").build());
        assertThat(noise.getFailure().getKind()).isEqualTo(ReachFailure.Kind.FAILED);
    }

    @Test
    void aPersonWhoIsGoneBeforeTheBeginningWritesNothing() {
        var gone = new Person() {
            @Override
            public ReachUp receive() {
                throw new AssertionError("nothing is read");
            }

            @Override
            public boolean send(ReachDown part) {
                return false;
            }
        };

        assertThatThrownBy(() -> new FileWriting(OWN, gone)
                        .write(request("/name").setTop("data").build()))
                .isInstanceOf(InterruptedException.class);
        assertThat(directory.resolve("name")).doesNotExist();
    }

    private static int number(@Nullable Object attribute) {
        return (int) Objects.requireNonNull(attribute);
    }

    private WriteFilesRequest.Builder request(String below) {
        return WriteFilesRequest.newBuilder().setPath(directory + below).setOwners(true);
    }

    private void file(String name, int mode, String text) throws IOException {
        tar.entry(new TarEntry(TarEntry.Type.FILE, name, mode, self, text.length(), 1_700_000_000, ""));
        tar.write(text.getBytes(StandardCharsets.UTF_8), 0, text.length());
    }

    private void entry(TarEntry.Type type, String name, String link) throws IOException {
        tar.entry(new TarEntry(type, name, 0750, self, 0, 1_700_000_000, link));
    }

    private ReachOutcome written(WriteFilesRequest.Builder request) throws InterruptedException {
        try {
            tar.finish();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return sent(stream.toByteArray(), request.build());
    }

    private ReachOutcome sent(byte[] bytes, WriteFilesRequest request) throws InterruptedException {
        var typing = env.tasks().spawn("typing", () -> {
            person.types(bytes);
            person.ends();
        });
        try {
            return new FileWriting(OWN, person).write(request);
        } finally {
            typing.cancel();
        }
    }
}
