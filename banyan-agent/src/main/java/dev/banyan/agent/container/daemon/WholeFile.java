package dev.banyan.agent.container.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Files that readers see either as they were or as they shall be. */
final class WholeFile {
    private WholeFile() {}

    /** Replaces {@code file} by {@code content}, on disk when this returns; false and untouched when it has that content already. */
    static boolean write(Path file, String content) {
        return write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    static boolean write(Path file, byte[] content) {
        // The name must not end like the file's: some readers take every file of a directory that ends in ".conflist".
        var draft = file.resolveSibling(file.getFileName() + ".new");
        try {
            if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), content)) {
                return false;
            }
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (var channel = FileChannel.open(
                    draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException refused) {
            throw new DaemonException("could not write " + file, refused);
        }
    }
}
