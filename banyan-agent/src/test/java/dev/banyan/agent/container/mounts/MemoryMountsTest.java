package dev.banyan.agent.container.mounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerSpec.Mount;
import dev.banyan.agent.container.ContainerSpec.Mount.Sort;
import dev.banyan.agent.host.CommandLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryMountsTest {
    private static final String SPEC =
            """
            {"process": {"cwd": "/"}, "mounts": [
              {"destination": "/proc", "type": "proc"},
              {"destination": "/dev/shm", "type": "bind"},
              {"destination": "/data/deep", "type": "bind"}]}""";

    private static Mount memory(String target, boolean readOnly, String... options) {
        return new Mount("", target, readOnly, Sort.MEMORY, List.of(options));
    }

    private static List<String> mounts(String spec) {
        return JsonParser.parseString(spec).getAsJsonObject().getAsJsonArray("mounts").asList().stream()
                .map(mount -> mount.getAsJsonObject().get("destination").getAsString() + " "
                        + mount.getAsJsonObject().get("type").getAsString())
                .toList();
    }

    @Test
    void writesOptionsAndLeavesTheRestAlone() {
        var spec = MemoryMounts.apply(
                SPEC, List.of(memory("/run", true, "nosuid", "size=1"), new Mount("/a", "/b", false)));

        var root = JsonParser.parseString(spec).getAsJsonObject();
        assertThat(root.getAsJsonObject("process").get("cwd").getAsString()).isEqualTo("/");
        assertThat(root.getAsJsonArray("mounts").get(3))
                .isEqualTo(
                        JsonParser.parseString("{\"destination\": \"/run\", \"type\": \"tmpfs\", \"source\": \"tmpfs\","
                                + " \"options\": [\"nosuid\", \"size=1\", \"ro\"]}"));
        assertThat(root.getAsJsonArray("mounts")).hasSize(4);
    }

    @Test
    void comesBeforeWhatIsBelowAndInPlaceOfWhatIsThere() {
        assertThat(mounts(MemoryMounts.apply(SPEC, List.of(memory("/data", false), memory("/dev/shm", false)))))
                .containsExactly("/proc proc", "/data tmpfs", "/data/deep bind", "/dev/shm tmpfs");
    }

    @Test
    void isNeededForMemoryAlone() {
        assertThat(MemoryMounts.needed(List.of(new Mount("/a", "/b", false)))).isFalse();
        assertThat(MemoryMounts.needed(List.of(memory("/a", false)))).isTrue();
    }

    @Test
    void tellsLayersFromTheDirectoryThatTheyHaveInCommon() {
        var source =
                new MountedCopy.Source("overlay", "overlay", List.of("index=off", "lowerdir=/snaps/12/fs:/snaps/3/fs"));

        assertThat(MountedCopy.line(source, Path.of("/view")).arguments())
                .isEqualTo(CommandLine.of(
                                "env",
                                "-C",
                                "/snaps",
                                "LIBMOUNT_FORCE_MOUNT2=always",
                                "mount",
                                "-t",
                                "overlay",
                                "-o",
                                "index=off,lowerdir=12/fs:3/fs",
                                "overlay",
                                "/view")
                        .arguments());
        var single = new MountedCopy.Source("bind", "/snaps/1/fs", List.of("ro", "rbind"));
        assertThat(MountedCopy.line(single, Path.of("/view")).arguments())
                .endsWith("-t", "none", "-o", "ro,rbind", "/snaps/1/fs", "/view");
    }

    @Test
    void followsLinksAsAProgramInTheTreeWould(@TempDir Path directory) throws IOException {
        var root = Files.createDirectory(directory.resolve("root"));
        Files.createDirectories(root.resolve("var/lib/db"));
        Files.createDirectory(directory.resolve("secret"));
        Files.createSymbolicLink(root.resolve("absolute"), Path.of("/var/lib"));
        Files.createSymbolicLink(root.resolve("var/relative"), Path.of("../var/lib/db"));
        Files.createSymbolicLink(root.resolve("escape"), Path.of("../../secret"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));

        assertThat(RootedPath.resolve(root, "/var/lib/db")).contains(root.resolve("var/lib/db"));
        assertThat(RootedPath.resolve(root, "/absolute/db")).contains(root.resolve("var/lib/db"));
        assertThat(RootedPath.resolve(root, "/var/relative/")).contains(root.resolve("var/lib/db"));
        assertThat(RootedPath.resolve(root, "/../..")).contains(root);
        assertThat(RootedPath.resolve(root, "/escape")).isEmpty();
        assertThat(RootedPath.resolve(root, "/loop")).isEmpty();
        assertThat(RootedPath.resolve(root, "/none/x")).isEmpty();
    }
}
