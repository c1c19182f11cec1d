package dev.banyan.api.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The settings in force, each with its origin. Immutable. */
public final class Settings {
    /** A settings file is a page; more is a wrong file. */
    private static final long FILE_BYTES_MAX = 64 * 1024;

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    private final Map<String, Entry> entries;

    private Settings(Map<String, Entry> entries) {
        this.entries = entries;
    }

    /** One value and where it came from: {@code --name}, a variable, a file's path, or {@code default}. */
    public record Entry(String name, String value, String origin) {}

    /** Where values are looked for, the first before the others. */
    public record Sources(Map<String, String> flags, Map<String, String> environment, Optional<Path> file) {
        public Sources {
            flags = Map.copyOf(flags);
            environment = Map.copyOf(environment);
        }
    }

    /**
     * Finds the value of every option.
     *
     * @throws SettingsException naming every unknown flag and key, and a file that cannot be read
     */
    public static Settings resolve(List<Option> options, Sources sources) {
        var problems = new ArrayList<String>();
        var known = options.stream().map(Option::name).toList();
        sources.flags().keySet().stream()
                .filter(flag -> !known.contains(flag))
                .sorted()
                .forEach(flag -> problems.add("unknown flag --" + flag + "; known are " + known));
        var file = sources.file().map(path -> read(path, known, problems)).orElse(Map.of());
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        var entries = new LinkedHashMap<String, Entry>();
        options.forEach(option -> entries.put(option.name(), entry(option, sources, file)));
        return new Settings(entries);
    }

    /** All settings in the order of their options. */
    public List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** The value; empty when there is none. */
    public String text(String name) {
        return entry(name).value();
    }

    /** The value; a {@link SettingsException} that says how to give one when there is none. */
    public String required(String name) {
        var value = text(name);
        if (value.isEmpty()) {
            throw new SettingsException(List.of("--" + name + " is needed"));
        }
        return value;
    }

    /** The value as a port, 1 to 65535. */
    public int port(String name) {
        return number(name, 1, 65_535);
    }

    /** The value as a whole number from {@code least} to {@code most}. */
    public int number(String name, int least, int most) {
        var value = text(name);
        if (value.matches("[0-9]{1,9}") && Integer.parseInt(value) >= least && Integer.parseInt(value) <= most) {
            return Integer.parseInt(value);
        }
        throw malformed(name, "a number from " + least + " to " + most);
    }

    /** The value as a duration such as {@code 500ms}, {@code 2s}, {@code 5m} or {@code 1h}. */
    public Duration duration(String name) {
        var matcher = DURATION.matcher(text(name));
        if (!matcher.matches()) {
            throw malformed(name, "a duration such as 500ms, 2s, 5m or 1h");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    /** The value as a list with commas between; empty when there is none. */
    public List<String> list(String name) {
        return Arrays.stream(text(name).split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private SettingsException malformed(String name, String wanted) {
        var entry = entry(name);
        return new SettingsException(
                List.of(name + " is '" + entry.value() + "' (from " + entry.origin() + "), which is not " + wanted));
    }

    private Entry entry(String name) {
        var entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("no option is named " + name);
        }
        return entry;
    }

    private static Entry entry(Option option, Sources sources, Map<String, String> file) {
        var flag = sources.flags().get(option.name());
        if (flag != null) {
            return new Entry(option.name(), flag, "--" + option.name());
        }
        var variable = sources.environment().get(option.variable());
        if (variable != null) {
            return new Entry(option.name(), variable, option.variable());
        }
        var line = file.get(option.name());
        if (line != null) {
            return new Entry(
                    option.name(), line, sources.file().map(Path::toString).orElse("file"));
        }
        return new Entry(option.name(), option.fallback(), "default");
    }

    private static Map<String, String> read(Path path, List<String> known, List<String> problems) {
        try {
            if (Files.size(path) > FILE_BYTES_MAX) {
                problems.add(path + " is larger than " + FILE_BYTES_MAX + " bytes");
                return Map.of();
            }
            return parse(path, Files.readString(path), known, problems);
        } catch (IOException unreadable) {
            problems.add("cannot read " + path + ": " + unreadable.getMessage());
            return Map.of();
        }
    }

    private static Map<String, String> parse(Path path, String text, List<String> known, List<String> problems) {
        Object content;
        try {
            content = new Load(LoadSettings.builder().setLabel(path.toString()).build()).loadFromString(text);
        } catch (RuntimeException malformed) {
            problems.add(path + " is no YAML: " + malformed.getMessage());
            return Map.of();
        }
        var values = new LinkedHashMap<String, String>();
        if (content instanceof Map<?, ?> map) {
            map.forEach((key, value) -> form(String.valueOf(key), value, known)
                    .ifPresentOrElse(
                            problem -> problems.add(problem + " in " + path),
                            () -> values.put(String.valueOf(key), text(value))));
        } else if (content != null) {
            problems.add(path + " is no mapping of names to values");
        }
        return values;
    }

    /** What is wrong with one line of the file. */
    private static Optional<String> form(String key, @Nullable Object value, List<String> known) {
        if (!known.contains(key)) {
            return Optional.of("unknown key '" + key + "' (known are " + known + ")");
        }
        return value == null || value instanceof Map<?, ?>
                ? Optional.of("'" + key + "' is neither one value nor a list")
                : Optional.empty();
    }

    private static String text(@Nullable Object value) {
        return value instanceof List<?> list
                ? String.join(",", list.stream().map(String::valueOf).toList())
                : String.valueOf(value);
    }
}
