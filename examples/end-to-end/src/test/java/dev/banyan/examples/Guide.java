package dev.banyan.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The Java that a text shows, and whether it is part of a program. Pure but for reading files. */
final class Guide {
    private Guide() {}

    /** The blocks marked {@code java}, each without indentation and blank lines. */
    static List<String> blocks(String markdown) {
        var blocks = new ArrayList<String>();
        var inside = new ArrayList<String>();
        var java = false;
        for (var line : markdown.lines().toList()) {
            if (line.startsWith("```")) {
                if (java) {
                    blocks.add(plain(String.join("\n", inside)));
                }
                inside.clear();
                java = line.equals("```java");
            } else {
                inside.add(line);
            }
        }
        return List.copyOf(blocks);
    }

    /** The blocks that no program contains. */
    static List<String> invented(String markdown, List<String> programs) {
        var texts = programs.stream().map(text -> "\n" + plain(text) + "\n").toList();
        return blocks(markdown).stream()
                .filter(block -> texts.stream().noneMatch(text -> text.contains("\n" + block + "\n")))
                .toList();
    }

    /** The sources below a directory. */
    static List<String> programs(Path directory) throws IOException {
        var texts = new ArrayList<String>();
        try (var files = Files.walk(directory)) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }

    private static String plain(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }
}
