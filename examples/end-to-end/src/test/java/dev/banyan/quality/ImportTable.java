package dev.banyan.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which room may import which, read from a table in the form of {@code import-table.txt}. Immutable. */
final class ImportTable {
    private static final String ROOT = "dev.banyan.";

    private final Map<String, List<String>> allowed = new HashMap<>();
    private final List<Pattern> generated = new ArrayList<>();

    private ImportTable() {}

    static ImportTable parse(List<String> lines) {
        var table = new ImportTable();
        Map<String, List<String>> groups = new HashMap<>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("generated ")) {
                words(line).stream().skip(1).map(ImportTable::packages).forEach(table.generated::add);
            } else if (line.startsWith("@")) {
                String[] sides = line.split("=", 2);
                groups.put(sides[0].strip(), unfold(sides[1], groups));
            } else {
                String[] sides = line.split("->", 2);
                table.allowed.put(sides[0].strip(), unfold(sides[1], groups));
            }
        }
        return table;
    }

    private static List<String> unfold(String text, Map<String, List<String>> groups) {
        List<String> all = new ArrayList<>();
        for (String word : words(text)) {
            all.addAll(word.startsWith("@") ? groups.get(word) : List.of(word));
        }
        return all;
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static Pattern packages(String glob) {
        return Pattern.compile(Pattern.quote(ROOT + glob).replace("*", "\\E[^.]+\\Q"));
    }

    /** Whether a package holds generated code, which answers to no rule. */
    boolean isGenerated(String packageName) {
        return generated.stream()
                .anyMatch(pattern -> pattern.matcher(packageName).matches());
    }

    /** Why a class of one package must not use a class of another; empty when it may. */
    Optional<String> refusal(String from, String to) {
        if (isFree(to) || isGenerated(from)) {
            return Optional.empty();
        }
        Optional<String> source = room(from);
        if (source.isEmpty()) {
            return Optional.of(from + " has no line in import-table.txt");
        }
        String target = to.startsWith(ROOT) ? room(to).orElse("") : to;
        if (target.equals(source.get()) || lineOf(source.get()).stream().anyMatch(entry -> covers(entry, target))) {
            return Optional.empty();
        }
        return Optional.of(source.get() + " may not import " + (target.isEmpty() ? to : target));
    }

    private static boolean isFree(String packageName) {
        return packageName.isEmpty()
                || packageName.startsWith("java.")
                || packageName.startsWith("javax.")
                || packageName.startsWith("org.jspecify");
    }

    /** The room that owns a package: the longest one with a line of its own, else the module's room of that name. */
    private Optional<String> room(String packageName) {
        String name = packageName.equals("dev.banyan") ? "" : packageName.substring(ROOT.length());
        Set<String> owners = new HashSet<>();
        for (String key : allowed.keySet()) {
            boolean below = key.contains(".") && name.startsWith(key + ".");
            if (name.equals(key) || below) {
                owners.add(key);
            }
        }
        String[] parts = name.split("\\.");
        if (owners.isEmpty() && parts.length > 1 && allowed.containsKey(parts[0] + ".*")) {
            owners.add(parts[0] + "." + parts[1]);
        }
        return owners.stream().max(Comparator.comparingInt(String::length));
    }

    private List<String> lineOf(String room) {
        String module = room.split("\\.")[0];
        return allowed.getOrDefault(room, allowed.getOrDefault(module + ".*", List.of()));
    }

    private static boolean covers(String entry, String target) {
        if (entry.endsWith(".*")) {
            return target.startsWith(entry.substring(0, entry.length() - 1));
        }
        return target.equals(entry) || (isLibrary(entry) && target.startsWith(entry + "."));
    }

    private static boolean isLibrary(String entry) {
        return !entry.matches("(runtime|api|engine|agent|cli)(\\..*)?");
    }
}
