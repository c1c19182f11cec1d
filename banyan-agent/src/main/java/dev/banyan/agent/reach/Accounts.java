package dev.banyan.agent.reach;

import dev.banyan.agent.container.door.CommandSpec.User;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The users of a container, from what its files say. Pure.
 *
 * @param passwd as in {@code /etc/passwd}
 * @param group as in {@code /etc/group}
 */
record Accounts(String passwd, String group) {
    private static final long ID_MAX = (1L << 32) - 2;

    /** {@code USER} or {@code USER:GROUP}, each a name or a number; empty when there is none of the name. */
    Optional<User> find(String wanted) {
        var parts = wanted.split(":", 2);
        var entry = entry(passwd, parts[0], 7);
        var uid = entry.map(fields -> number(fields[2])).orElseGet(() -> number(parts[0]));
        if (uid.isEmpty()) {
            return Optional.empty();
        }
        if (parts.length == 2) {
            return gid(parts[1]).stream()
                    .mapToObj(gid -> new User(uid.getAsLong(), gid, List.of()))
                    .findFirst();
        }
        long own = entry.map(fields -> number(fields[3]).orElse(0)).orElse(0L);
        return Optional.of(new User(
                uid.getAsLong(),
                own,
                entry.map(fields -> groupsOf(fields[0], own)).orElse(List.of())));
    }

    private OptionalLong gid(String wanted) {
        return entry(group, wanted, 3).map(fields -> number(fields[2])).orElseGet(() -> number(wanted));
    }

    private List<Long> groupsOf(String user, long own) {
        return group.lines()
                .map(line -> line.split(":", -1))
                .filter(fields ->
                        fields.length >= 4 && List.of(fields[3].split(",")).contains(user))
                .flatMap(fields -> number(fields[2]).stream().boxed())
                .filter(gid -> gid != own)
                .toList();
    }

    /** By name, or else by number, which is the third field of both files. */
    private static Optional<String[]> entry(String file, String wanted, int fieldsMin) {
        var entries = file.lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length >= fieldsMin)
                .toList();
        return entries.stream()
                .filter(fields -> fields[0].equals(wanted))
                .findFirst()
                .or(() -> entries.stream()
                        .filter(fields -> fields[2].equals(wanted))
                        .findFirst());
    }

    private static OptionalLong number(String text) {
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) > ID_MAX) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(text));
    }
}
