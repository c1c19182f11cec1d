package dev.banyan.agent.volume.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.volume.disk.HostPaths.Look;
import dev.banyan.api.v1.AllowedBind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostPathsTest {
    private Path root;
    private Path open;
    private Path fixed;

    @BeforeEach
    void make(@TempDir Path directory) throws IOException {
        root = directory.toRealPath();
        open = Files.createDirectory(root.resolve("open"));
        fixed = Files.createDirectory(root.resolve("fixed"));
    }

    private Look look(Path path, boolean readOnly, boolean create) throws IOException {
        return new HostPaths(root.getFileSystem(), List.of(rule(open, true), rule(fixed, false)))
                .look(path.toString(), readOnly, create);
    }

    private static AllowedBind rule(Path path, boolean writable) {
        return AllowedBind.newBuilder()
                .setPath(path.toString())
                .setWritable(writable)
                .build();
    }

    private static String reason(Look look) {
        return ((Look.Refused) look).reason();
    }

    @Test
    void allowsWhatSettingsName() throws IOException {
        var file = Files.createFile(open.resolve("file"));

        assertThat(look(open, false, false)).isEqualTo(new Look.Allowed(open));
        assertThat(look(file, false, false)).isEqualTo(new Look.Allowed(file));
        assertThat(look(fixed, true, false)).isEqualTo(new Look.Allowed(fixed));
    }

    @Test
    void refusesWhatSettingsDoNotName() throws IOException {
        assertThat(reason(look(root, true, false))).isEqualTo("BindDenied");
        assertThat(reason(look(fixed, false, false))).isEqualTo("BindDenied");
        assertThat(reason(look(root.resolve("open/../fixed"), false, false))).isEqualTo("BindDenied");
    }

    @Test
    void refusesLinksThatLeadElsewhere() throws IOException {
        var link = Files.createSymbolicLink(open.resolve("link"), root);
        var back = Files.createSymbolicLink(open.resolve("back"), fixed);

        assertThat(look(link, true, false))
                .isEqualTo(new Look.Refused(
                        "BindDenied",
                        link + " leads to " + root + ", and this server does not let containers have " + root
                                + " (its setting \"binds\" does not name it)"));
        assertThat(look(back, true, false)).isEqualTo(new Look.Allowed(fixed));
        assertThat(reason(look(back, false, false))).isEqualTo("BindDenied");
    }

    @Test
    void followsLinksInTheSettingsThemselves() throws IOException {
        var alias = Files.createSymbolicLink(root.resolve("alias"), open);
        var paths = new HostPaths(root.getFileSystem(), List.of(rule(alias, true)));

        assertThat(paths.look(alias.toString(), false, false)).isEqualTo(new Look.Allowed(open));
    }

    @Test
    void makesADirectoryWhereToldAndWhereContainersMayWrite() throws IOException {
        assertThat(reason(look(open.resolve("a/b"), false, false))).isEqualTo("BindMissing");
        assertThat(look(open.resolve("a/b"), false, true)).isEqualTo(new Look.Allowed(open.resolve("a/b")));
        assertThat(open.resolve("a/b")).isDirectory();

        assertThat(reason(look(fixed.resolve("a"), true, true))).isEqualTo("BindMissing");
        assertThat(fixed.resolve("a")).doesNotExist();
    }

    @Test
    void makesNothingBehindALink() throws IOException {
        Files.createSymbolicLink(open.resolve("link"), root);

        assertThat(reason(look(open.resolve("link/new"), false, true))).isEqualTo("BindMissing");
        assertThat(root.resolve("new")).doesNotExist();
    }
}
