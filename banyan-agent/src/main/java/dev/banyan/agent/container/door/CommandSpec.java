package dev.banyan.agent.container.door;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be run in a container.
 *
 * @param words program and arguments
 * @param environment over the container's
 * @param directory in which it runs; empty for the container's
 * @param user who runs it; empty for the container's
 * @param terminal its size; empty for none
 * @param input whether it reads what it is sent; otherwise it finds the end at once
 */
public record CommandSpec(
        List<String> words,
        Map<String, String> environment,
        Optional<String> directory,
        Optional<User> user,
        Optional<Size> terminal,
        boolean input) {
    public CommandSpec {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command has a program");
        }
    }

    /** Numbers of a user, and of all groups whose rights it has. */
    public record User(long uid, long gid, List<Long> groups) {
        public User {
            groups = List.copyOf(groups);
        }
    }

    /** Of a terminal, in characters. */
    public record Size(int rows, int columns) {}

    /** Without arguments and values, which may be secrets. */
    @Override
    public String toString() {
        return words.getFirst();
    }
}
