package dev.banyan.api.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class TarTest {
    private static final String LONG = "a directory/with a long name/".repeat(6) + "file";

    /** Twice this is too long for the plain header, and can be split. */
    private static final String DEEP = "d".repeat(80);

    @TempDir
    private Path directory = Path.of("");

    @TestFactory
    Stream<DynamicTest> readsWhatItWrote() {
        return Stream.of(
                        entry(TarEntry.Type.FILE, "plain", 0, ""),
                        entry(TarEntry.Type.FILE, "exactly a block", 512, ""),
                        entry(TarEntry.Type.FILE, "more than a block", 513, ""),
                        entry(TarEntry.Type.FILE, LONG, 3, ""),
                        entry(TarEntry.Type.FILE, "umlaut \u00e4\u00f6\u00fc \ud83c\udf33", 3, ""),
                        entry(TarEntry.Type.DIRECTORY, LONG, 0, ""),
                        entry(TarEntry.Type.DIRECTORY, ".", 0, ""),
                        entry(TarEntry.Type.SYMBOLIC_LINK, "link", 0, LONG),
                        entry(TarEntry.Type.HARD_LINK, "other", 0, "plain"),
                        new TarEntry(
                                TarEntry.Type.FILE,
                                "large ids",
                                07777,
                                new TarEntry.Owner(4_000_000_000L, 3_000_000L),
                                1,
                                1,
                                ""))
                .map(entry -> DynamicTest.dynamicTest(entry.name(), () -> {
                    var bytes = written(List.of(entry, entry(TarEntry.Type.FILE, "after", 1, "")));

                    assertThat(read(bytes)).containsExactly(entry, entry(TarEntry.Type.FILE, "after", 1, ""));
                }));
    }

    @Test
    void isReadByTarAndReadsItsForms() throws Exception {
        var wanted = List.of(
                entry(TarEntry.Type.DIRECTORY, "top", 0, ""),
                entry(TarEntry.Type.DIRECTORY, "top/" + DEEP, 0, ""),
                entry(TarEntry.Type.FILE, "top/" + DEEP + "/" + DEEP, 700, ""),
                entry(TarEntry.Type.SYMBOLIC_LINK, "top/link", 0, "elsewhere"));
        Files.write(directory.resolve("ours.tar"), written(wanted));
        run("tar", "--no-same-owner", "-xf", "ours.tar");
        assertThat(Files.size(directory.resolve(wanted.get(2).name()))).isEqualTo(700);
        assertThat(Files.readSymbolicLink(directory.resolve("top/link"))).hasToString("elsewhere");

        for (var form : List.of("gnu", "posix", "ustar")) {
            run("tar", "--format=" + form, "-cf", form + ".tar", "top");
            var names = read(Files.readAllBytes(directory.resolve(form + ".tar"))).stream()
                    .map(TarEntry::name);
            assertThat(names)
                    .as(form)
                    .containsExactlyInAnyOrderElementsOf(
                            wanted.stream().map(TarEntry::name).toList());
        }
    }

    @Test
    void leavesOutWhatIsNeitherFileNorDirectoryNorLinkByItsType() throws Exception {
        run("mkfifo", "pipe");
        run("tar", "-cf", "special.tar", "pipe");

        assertThat(read(Files.readAllBytes(directory.resolve("special.tar"))))
                .extracting(TarEntry::type)
                .containsExactly(TarEntry.Type.OTHER);
    }

    @Test
    void refusesWhatIsNoTarStreamAndWhatIsCutOff() throws Exception {
        var bytes = written(List.of(entry(TarEntry.Type.FILE, "file", 2_000, "")));

        assertThatThrownBy(() -> read("no tar, ".repeat(100).getBytes(StandardCharsets.UTF_8)))
                .hasMessage("this is no tar stream");
        for (int length : List.of(100, 600, 1_500)) {
            assertThatThrownBy(() -> read(Arrays.copyOf(bytes, length))).isInstanceOf(IOException.class);
        }
        assertThat(read(new byte[0])).isEmpty();
    }

    @Test
    void refusesDescriptionsThatWouldFillMemory() throws Exception {
        var header = written(List.of(entry(TarEntry.Type.FILE, LONG, 0, "")));
        // The extended header's size: more than eight gigabytes, in eleven digits.
        System.arraycopy("77777777777".getBytes(StandardCharsets.US_ASCII), 0, header, 124, 11);
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += header[i] & 0xFF;
        }
        System.arraycopy(String.format("%06o\0", sum).getBytes(StandardCharsets.US_ASCII), 0, header, 148, 7);

        assertThatThrownBy(() -> read(header)).hasMessageContaining("is described by 8589934591 bytes");
    }

    @Test
    void keepsToTheSizeThatWasTold() throws Exception {
        var tar = new TarWriter(new ByteArrayOutputStream());
        tar.entry(entry(TarEntry.Type.FILE, "short", 2, ""));

        assertThatThrownBy(() -> tar.write(new byte[3], 0, 3)).isInstanceOf(IllegalArgumentException.class);
        tar.write(new byte[1], 0, 1);
        assertThatThrownBy(() -> tar.entry(entry(TarEntry.Type.FILE, "next", 0, "")))
                .isInstanceOf(IllegalStateException.class);
    }

    private static TarEntry entry(TarEntry.Type type, String name, long size, String link) {
        return new TarEntry(type, name, 0640, new TarEntry.Owner(1000, 1001), size, 1_700_000_000, link);
    }

    private static byte[] written(List<TarEntry> entries) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var tar = new TarWriter(bytes);
        for (var entry : entries) {
            tar.entry(entry);
            tar.write(new byte[(int) entry.size()], 0, (int) entry.size());
        }
        tar.finish();
        return bytes.toByteArray();
    }

    private static List<TarEntry> read(byte[] bytes) throws IOException {
        var tar = new TarReader(new ByteArrayInputStream(bytes));
        var entries = new ArrayList<TarEntry>();
        for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            entries.add(entry.get());
        }
        return entries;
    }

    private void run(String... command) throws Exception {
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
