package dev.banyan.api.compose.content;

import dev.banyan.api.compose.project.ProjectFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Files, directories and links below a directory that is nowhere. */
final class FakeTree implements ProjectFiles {
    static final Path ROOT = Path.of("/srv/app");

    private final TreeMap<Path, Found> found = new TreeMap<>();
    private final TreeMap<Path, byte[]> contents = new TreeMap<>();

    FakeTree() {
        found.put(ROOT, new Found.Directory(0755));
    }

    FakeTree file(String path, String text) {
        return file(path, text.getBytes(StandardCharsets.UTF_8), 0644);
    }

    FakeTree file(String path, byte[] bytes, int mode) {
        put(path, new Found.File(mode));
        contents.put(ROOT.resolve(path), bytes);
        return this;
    }

    FakeTree link(String path, String target) {
        return put(path, new Found.Link(target));
    }

    FakeTree socket(String path) {
        return put(path, new Found.Nothing("is neither a file nor a directory"));
    }

    private FakeTree put(String path, Found what) {
        var whole = ROOT.resolve(path).normalize();
        var steps = ROOT.relativize(whole);
        for (int i = 1; i < steps.getNameCount(); i++) {
            found.putIfAbsent(ROOT.resolve(steps.subpath(0, i)), new Found.Directory(0750));
        }
        found.put(whole, what);
        return this;
    }

    @Override
    public Optional<String> read(Path path) {
        return bytes(path, TEXT_MAX).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public Optional<byte[]> bytes(Path path, int limit) {
        return Optional.ofNullable(contents.get(real(path)))
                .map(bytes -> bytes.length > limit ? Arrays.copyOf(bytes, limit) : bytes);
    }

    @Override
    public Found look(Path path) {
        return found.getOrDefault(path, new Found.Nothing("is not there"));
    }

    @Override
    public Path real(Path path) {
        return look(path) instanceof Found.Link link
                ? path.resolveSibling(link.target()).normalize()
                : path;
    }

    @Override
    public Optional<List<String>> names(Path directory, int limit) {
        return Optional.of(found.keySet().stream()
                .filter(path -> directory.equals(path.getParent()))
                .map(path -> path.getFileName().toString())
                .limit(limit)
                .toList());
    }
}
