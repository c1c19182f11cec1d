package dev.banyan.agent.reach;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where a value can be seen on this server. */
final class Traces {
    /** Files of processes and configurations, not layers of images. */
    private static final long SMALL = 1 << 20;

    private Traces() {}

    /** What each process was started with, as {@code ps} shows it. */
    static String commandLines() {
        return ProcessHandle.allProcesses()
                .map(process -> text(Path.of("/proc/" + process.pid() + "/cmdline")))
                .collect(Collectors.joining("\n"));
    }

    /** Files that have the value in them. */
    static List<Path> of(String value, List<Path> directories) throws IOException {
        var found = new ArrayList<Path>();
        for (var directory : directories) {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
                    if (facts.isRegularFile()
                            && facts.size() < SMALL
                            && text(file).contains(value)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException gone) {
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return found;
    }

    /** Empty when it is gone. */
    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
