package dev.banyan.runtime.simulation.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same random operations on the model and on a real disk have the same results, one by one. */
class DiskConformanceTest {
    private static final List<String> NAMES = List.of("a", "b", "d", "d/a", "d/b", "d/e", "d/e/a", "a/x", "missing/x");
    private static final int OPERATIONS = 120;

    /** Something done below a root, which answers a text. */
    @FunctionalInterface
    private interface Step {
        String at(Path root) throws IOException;
    }

    @Test
    void answersAsARealDiskDoes(@TempDir Path directory) throws IOException {
        for (long seed = 0; seed < 60; seed++) {
            var real = Files.createDirectory(directory.resolve("seed" + seed));
            try (var simulation = new Simulation(seed)) {
                var root = SimulatedDisk.of(simulation.host("h"), FaultPlan.none(seed))
                        .root();
                var random = new SeededRandom(seed);
                for (int i = 0; i < OPERATIONS; i++) {
                    long step = random.nextLong();
                    var label = "seed " + seed + ", operation " + i + ": " + described(new SeededRandom(step));

                    assertThat(result(drawn(new SeededRandom(step)), root))
                            .as(label)
                            .isEqualTo(result(drawn(new SeededRandom(step)), real));
                }
                assertThat(everything(root)).as("seed " + seed).isEqualTo(everything(real));
            }
        }
    }

    /** The first draws are names; the fourth says what is done with them. */
    private static String described(RandomSource random) {
        var names = NAMES.get(random.nextInt(NAMES.size())) + " " + NAMES.get(random.nextInt(NAMES.size()));
        random.nextInt();
        random.nextInt(200);
        random.nextInt(300);
        return "case " + random.nextInt(16) + " of " + names;
    }

    private static Step drawn(RandomSource random) {
        var name = NAMES.get(random.nextInt(NAMES.size()));
        var other = NAMES.get(random.nextInt(NAMES.size()));
        var text = Integer.toHexString(random.nextInt()).repeat(random.nextInt(200));
        int number = random.nextInt(300);
        return switch (random.nextInt(16)) {
            case 0 -> root -> Files.createDirectory(root.resolve(name)).getFileName() + " made";
            case 1 -> root -> Files.createDirectories(root.resolve(name)).getFileName() + " made";
            case 2 -> root -> Files.createFile(root.resolve(name)).getFileName() + " made";
            case 3 -> root -> Files.writeString(root.resolve(name), text).getFileName() + " written";
            case 4 ->
                root -> Files.writeString(root.resolve(name), text, StandardOpenOption.APPEND) == null ? "" : "on";
            case 5 -> root -> Files.readString(root.resolve(name));
            case 6 -> root -> String.valueOf(Files.deleteIfExists(root.resolve(name)));
            case 7 -> root -> moved(root, name, other, StandardCopyOption.ATOMIC_MOVE);
            case 8 -> root -> moved(root, name, other, StandardCopyOption.REPLACE_EXISTING);
            case 9 -> root -> moved(root, name, other);
            case 10 -> root -> listed(root.resolve(name));
            case 11 ->
                root -> Files.exists(root.resolve(name)) + " " + Files.isDirectory(root.resolve(name))
                        + Files.isRegularFile(root.resolve(name));
            case 12 -> root -> Files.isDirectory(root.resolve(name)) ? "d" : "" + Files.size(root.resolve(name));
            case 13 -> root -> inPlace(root.resolve(name), number, text);
            case 14 -> root -> truncated(root.resolve(name), number);
            default -> root -> rights(root.resolve(name));
        };
    }

    private static String moved(Path root, String from, String to, StandardCopyOption... options) throws IOException {
        Files.move(root.resolve(from), root.resolve(to), options);
        return "moved";
    }

    private static String inPlace(Path path, long at, String text) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            int written = channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)), at);
            channel.position(at + written);
            channel.write(new ByteBuffer[] {ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {2, 3})});
            channel.force(false);
            var all = ByteBuffer.allocate(10);
            int read = channel.read(all, Math.max(0, at - 5));
            return written + " " + channel.position() + " " + channel.size() + " " + read + " " + all;
        }
    }

    private static String truncated(Path path, long length) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.position(400);
            channel.truncate(length);
            return channel.size() + " " + channel.position();
        }
    }

    private static String rights(Path path) throws IOException {
        if (Files.isRegularFile(path)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        }
        return "none";
    }

    private static String listed(Path path) throws IOException {
        try (var found = Files.list(path)) {
            return found.map(each -> each.getFileName().toString())
                    .sorted()
                    .toList()
                    .toString();
        }
    }

    /** What was answered, or how it failed. */
    private static String result(Step step, Path root) {
        try {
            return step.at(root);
        } catch (FileSystemException failed) {
            return Modifier.isPublic(failed.getClass().getModifiers())
                    ? failed.getClass().getSimpleName()
                    : FileSystemException.class.getSimpleName();
        } catch (IOException failed) {
            return "IOException";
        }
    }

    private static List<String> everything(Path root) throws IOException {
        var all = new ArrayList<String>();
        try (var walk = Files.walk(root)) {
            for (var path : walk.sorted().toList()) {
                all.add(root.relativize(path) + (Files.isDirectory(path) ? "/" : "=" + Files.readString(path)));
            }
        }
        return all;
    }

    @Test
    void computesPathsAsARealFileSystemDoes() {
        var texts =
                List.of("", "/", "a", "/a", "a/b", "/a/b/", "..", "a/..", "/..", "../a/./b", "/a//b/../c", ".", "b");
        try (var simulation = new Simulation(1)) {
            var fileSystem = SimulatedDisk.of(simulation.host("h"), FaultPlan.none(1))
                    .root()
                    .getFileSystem();
            for (var text : texts) {
                assertThat(described(fileSystem.getPath(text))).as(text).isEqualTo(described(Path.of(text)));
                for (var other : texts) {
                    assertThat(related(fileSystem.getPath(text), fileSystem.getPath(other)))
                            .as("'" + text + "' and '" + other + "'")
                            .isEqualTo(related(Path.of(text), Path.of(other)));
                }
            }
        }
    }

    private static String described(Path path) {
        var names = IntStream.range(0, path.getNameCount())
                .mapToObj(index -> path.getName(index).toString())
                .toList();
        return String.join(" | ", path.toString(), String.valueOf(path.getParent()), names.toString())
                + " | " + path.getFileName() + " | " + path.getRoot() + " | " + path.normalize() + " | "
                + path.isAbsolute() + " | " + path.resolveSibling("s");
    }

    private static String related(Path path, Path other) {
        var down =
                path.isAbsolute() == other.isAbsolute() && !path.toString().contains("..") ? relative(path, other) : "";
        return String.join(" | ", path.resolve(other).toString(), down)
                + path.startsWith(other)
                + path.endsWith(other)
                + Integer.signum(path.compareTo(other))
                + path.equals(other);
    }

    /** Dots below are taken literally by some systems and not by others. */
    private static String relative(Path path, Path other) {
        boolean plain = !path.toString().contains(".") && !other.toString().contains(".");
        return plain ? path.relativize(other).toString() : "";
    }
}
