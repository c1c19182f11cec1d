package dev.banyan.agent.container.mounts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Optional;

/** Follows a path in a tree as a program would whose root directory the tree is: no link leads out of it. */
final class RootedPath {
    /** As many as the kernel follows. */
    private static final int LINKS_MAX = 40;

    private RootedPath() {}

    /** Where {@code path} leads to; empty when there is nothing, or links that never end. */
    static Optional<Path> resolve(Path root, String path) throws IOException {
        var rest = new ArrayDeque<String>();
        push(rest, path);
        var at = root;
        int links = 0;
        while (!rest.isEmpty()) {
            var step = rest.pop();
            var next = step.equals("..") ? parent(root, at) : at.resolve(step);
            if (Files.isSymbolicLink(next)) {
                var link = Files.readSymbolicLink(next).toString();
                links++;
                if (links > LINKS_MAX) {
                    return Optional.empty();
                }
                push(rest, link);
                at = link.startsWith("/") ? root : at;
            } else if (Files.exists(next)) {
                at = next;
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(at);
    }

    private static Path parent(Path root, Path at) {
        var above = at.getParent();
        return at.equals(root) || above == null ? root : above;
    }

    /** The steps of {@code path} come before what is left. */
    private static void push(ArrayDeque<String> rest, String path) {
        var steps = path.split("/");
        for (int i = steps.length - 1; i >= 0; i--) {
            if (!steps[i].isEmpty() && !steps[i].equals(".")) {
                rest.push(steps[i]);
            }
        }
    }
}
