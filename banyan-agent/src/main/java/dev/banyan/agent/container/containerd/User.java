package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whom a command runs as: a uid or a name, and a gid or a group's name. */
record User(Optional<Long> uid, Optional<String> name, Optional<Long> gid, Optional<String> group) {
    private static final Pattern FORM = Pattern.compile(
            "(?:([0-9]{1,10})|([a-z_][a-z0-9_.-]{0,31}))(?::(?:([0-9]{1,10})|([a-z_][a-z0-9_.-]{0,31})))?");

    static User parse(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new ContainerException(
                    ContainerException.Kind.INVALID,
                    "user wanted as name or uid, and a group or gid after a colon: " + text);
        }
        return new User(
                Optional.ofNullable(parts.group(1)).map(Long::valueOf),
                Optional.ofNullable(parts.group(2)),
                Optional.ofNullable(parts.group(3)).map(Long::valueOf),
                Optional.ofNullable(parts.group(4)));
    }
}
