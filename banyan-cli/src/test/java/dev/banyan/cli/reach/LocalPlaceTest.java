package dev.banyan.cli.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.archive.TarEntry;
import dev.banyan.api.archive.TarReader;
import dev.banyan.api.archive.TarWriter;
import dev.banyan.api.archive.Unpacking;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container sends, which is not to be trusted, beside what is the person's. */
class LocalPlaceTest {
    @TempDir
    private Path home = Path.of("");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarWriter tar = new TarWriter(bytes);

    @BeforeEach
    void keepSomething() throws IOException {
        Files.writeString(home.resolve("mine"), "mine");
    }

    @Test
    void bringsATreeWithModesAndTimes() throws IOException {
        entry(TarEntry.Type.DIRECTORY, "tree", "", 0500);
        entry(TarEntry.Type.FILE, "tree/file", "text", 0640);
        entry(TarEntry.Type.SYMBOLIC_LINK, "tree/link", "file", 0777);

        unpack();

        assertThat(home.resolve("tree/link")).isSymbolicLink().hasContent("text");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("tree"))))
                .isEqualTo("r-x------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("tree/file"))))
                .isEqualTo("rw-r-----");
        assertThat(Files.getLastModifiedTime(home.resolve("tree/file")).toMillis())
                .isEqualTo(1_700_000_000_000L);
        Files.setPosixFilePermissions(home.resolve("tree"), PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void writesThroughNoLinkThatTheStreamBroughtBefore() throws IOException {
        entry(TarEntry.Type.DIRECTORY, "tree", "", 0755);
        entry(TarEntry.Type.SYMBOLIC_LINK, "tree/out", home.toString(), 0777);
        entry(TarEntry.Type.FILE, "tree/out/mine", "theirs", 0644);

        assertThatThrownBy(this::unpack).hasMessageContaining("leads through a link");
        assertThat(home.resolve("mine")).hasContent("mine");
    }

    @Test
    void replacesALinkAndNotWhatItLeadsTo() throws IOException {
        Files.createDirectory(home.resolve("tree"));
        Files.createSymbolicLink(home.resolve("tree/file"), home.resolve("mine"));
        entry(TarEntry.Type.DIRECTORY, "tree", "", 0755);
        entry(TarEntry.Type.FILE, "tree/file", "theirs", 0644);

        unpack();

        assertThat(home.resolve("mine")).hasContent("mine");
        assertThat(home.resolve("tree/file")).isRegularFile().hasContent("theirs");
    }

    @Test
    void givesNoNameToWhatIsOutside() throws IOException {
        entry(TarEntry.Type.DIRECTORY, "tree", "", 0755);
        entry(TarEntry.Type.HARD_LINK, "tree/hard", "../mine", 0644);

        assertThatThrownBy(this::unpack).hasMessageContaining("leads out of the copy");
    }

    @Test
    void goesOnIntoADirectoryThatIsThere() throws IOException {
        Files.createDirectories(home.resolve("tree/kept"));
        entry(TarEntry.Type.DIRECTORY, "tree", "", 0755);
        entry(TarEntry.Type.FILE, "tree/file", "new", 0644);

        unpack();

        assertThat(home.resolve("tree/kept")).isDirectory();
        assertThat(home.resolve("tree/file")).hasContent("new");
    }

    @Test
    void packsWhatItFindsAndSaysWhatItLeavesOut() throws Exception {
        Files.createDirectories(home.resolve("own/deep"));
        Files.writeString(home.resolve("own/deep/file"), "text");
        Files.createSymbolicLink(home.resolve("own/link"), Path.of("deep"));
        assertThat(new ProcessBuilder("mkfifo", home.resolve("own/pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        var left = new ArrayList<String>();

        new LocalFiles(tar, left::add).write(home.resolve("own"), "own", false);
        tar.finish();

        var names = new ArrayList<String>();
        var reader = new TarReader(new ByteArrayInputStream(bytes.toByteArray()));
        for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            names.add(entry.get().type() + " " + entry.get().name());
        }
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "DIRECTORY own", "DIRECTORY own/deep", "FILE own/deep/file", "SYMBOLIC_LINK own/link");
        assertThat(left).singleElement().asString().contains("own/pipe");
    }

    private void entry(TarEntry.Type type, String name, String content, int mode) throws IOException {
        var text = content.getBytes(StandardCharsets.UTF_8);
        boolean file = type == TarEntry.Type.FILE;
        tar.entry(new TarEntry(
                type, name, mode, TarEntry.Owner.ROOT, file ? text.length : 0, 1_700_000_000, file ? "" : content));
        if (file) {
            tar.write(text, 0, text.length);
        }
    }

    private void unpack() throws IOException {
        tar.finish();
        var place = new LocalPlace(home, Path.of("tree"), false);
        List<String> left = new ArrayList<>();
        new Unpacking(place, "tree", "tree", left::add)
                .all(new TarReader(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(left).isEmpty();
    }
}
