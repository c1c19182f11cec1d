package dev.banyan.api.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnpackingTest {
    private final List<String> deeds = new ArrayList<>();
    private final List<String> left = new ArrayList<>();

    @Test
    void putsTheTopWhereItShallBeAndTheRestBelow() throws IOException {
        unpack("tree", "/srv/other", "tree", "tree/file", "./tree//deep", "tree/link");

        assertThat(deeds)
                .containsExactly(
                        "directory /srv/other",
                        "file /srv/other/file",
                        "finish /srv/other/file",
                        "file /srv/other/deep",
                        "finish /srv/other/deep",
                        "link /srv/other/link",
                        "finish /srv/other");
    }

    @Test
    void putsAllBelowWithoutATop() throws IOException {
        unpack("", "/", ".", "./file", "dir", "dir/file");

        assertThat(deeds).contains("directory /", "file /file", "directory /dir", "file /dir/file");
    }

    @Test
    void refusesNamesThatLeadOut() {
        for (var name : List.of("tree/../../etc/file", "../file", "tree/a/../../file")) {
            assertThatThrownBy(() -> unpack("tree", "/srv", name))
                    .as(name)
                    .hasMessageContaining("leads out of the copy");
        }
        assertThatThrownBy(() -> unpack("tree", "/srv", "other/file")).hasMessageContaining("does not begin with tree");
        assertThat(deeds).isEmpty();
    }

    @Test
    void keepsAbsoluteNamesInside() throws IOException {
        unpack("", "/srv", "/etc/file");

        assertThat(deeds).contains("file /srv/etc/file");
    }

    @Test
    void hardLinksStayInside() throws IOException {
        unpack("tree", "/srv", "tree", "tree/hard");

        assertThat(deeds).contains("hard /srv/hard /srv/file");
    }

    private void unpack(String top, String at, String... names) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var tar = new TarWriter(bytes);
        for (var name : names) {
            tar.entry(new TarEntry(
                    typeOf(name), name, 0755, TarEntry.Owner.ROOT, 0, 0, name.endsWith("hard") ? "tree/file" : "x"));
        }
        tar.finish();
        new Unpacking(new Recording(), top, at, left::add)
                .all(new TarReader(new ByteArrayInputStream(bytes.toByteArray())));
    }

    private static TarEntry.Type typeOf(String name) {
        if (name.endsWith("hard")) {
            return TarEntry.Type.HARD_LINK;
        }
        if (name.endsWith("link")) {
            return TarEntry.Type.SYMBOLIC_LINK;
        }
        return name.endsWith("file") || name.endsWith("deep") ? TarEntry.Type.FILE : TarEntry.Type.DIRECTORY;
    }

    private final class Recording implements Place {
        @Override
        public CopyPlan.There there(String path) {
            return CopyPlan.There.NOTHING;
        }

        @Override
        public void directory(String path) {
            deeds.add("directory " + path);
        }

        @Override
        public OutputStream file(String path) {
            deeds.add("file " + path);
            return OutputStream.nullOutputStream();
        }

        @Override
        public void link(String path, String target) {
            deeds.add("link " + path);
        }

        @Override
        public void hardLink(String path, String existing) {
            deeds.add("hard " + path + " " + existing);
        }

        @Override
        public void finish(String path, TarEntry entry) {
            deeds.add("finish " + path);
        }
    }
}
