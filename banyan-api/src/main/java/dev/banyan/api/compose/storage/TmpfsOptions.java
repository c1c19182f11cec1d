package dev.banyan.api.compose.storage;

import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.source.Suggestions;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.Tmpfs;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code PATH} and {@code PATH:OPTION,OPTION} of {@code tmpfs}. */
final class TmpfsOptions {
    private static final Set<String> KNOWN =
            Set.of("size", "mode", "uid", "gid", "rw", "ro", "exec", "noexec", "nosuid", "nodev");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})([kKmMgG]?)[bB]?");
    private static final Pattern MODE = Pattern.compile("0?[0-7]{3,4}");
    private static final Pattern ID = Pattern.compile("[0-9]{1,9}");

    private final Spot at;
    private final Mount.Builder mount = Mount.newBuilder();
    private final Tmpfs.Builder memory = Tmpfs.newBuilder();

    private TmpfsOptions(Spot at) {
        this.at = at;
    }

    static Optional<Mount> read(String written, Spot at) {
        var parts = written.split(":", 2);
        var reader = new TmpfsOptions(at);
        if (parts.length == 2) {
            for (var option : parts[1].split(",", -1)) {
                if (!reader.option(option)) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(
                reader.mount.setTarget(parts[0]).setTmpfs(reader.memory).build());
    }

    private boolean option(String option) {
        var parts = option.split("=", 2);
        var value = parts.length == 2 ? parts[1] : "";
        boolean valued = Set.of("size", "mode", "uid", "gid").contains(parts[0]);
        if (!KNOWN.contains(parts[0])) {
            at.refuse("\"" + option + "\" is no option of tmpfs", Suggestions.didYouMean(parts[0], KNOWN));
            return false;
        }
        if (valued != (parts.length == 2) || valued && !value(parts[0], value)) {
            at.refuse("\"" + option + "\" is wrong", "write such as size=64m, mode=1770, uid=1000, ro");
            return false;
        }
        switch (parts[0]) {
            case "ro" -> mount.setReadOnly(true);
            case "exec" -> memory.setExec(true);
            default -> {}
        }
        return true;
    }

    private boolean value(String name, String value) {
        return switch (name) {
            case "size" -> size(value);
            case "mode" -> {
                boolean right = MODE.matcher(value).matches();
                if (right) {
                    memory.setMode(Integer.parseInt(value, 8));
                }
                yield right;
            }
            default -> {
                boolean right = ID.matcher(value).matches();
                if (right && name.equals("uid")) {
                    memory.setUid(Integer.parseInt(value));
                } else if (right) {
                    memory.setGid(Integer.parseInt(value));
                }
                yield right;
            }
        };
    }

    private boolean size(String value) {
        var matcher = SIZE.matcher(value);
        if (!matcher.matches()) {
            return false;
        }
        int shift =
                switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
                    case "k" -> 10;
                    case "m" -> 20;
                    case "g" -> 30;
                    default -> 0;
                };
        long number = Long.parseLong(matcher.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            return false;
        }
        memory.setSizeBytes(number << shift);
        return true;
    }
}
