package dev.banyan.quality;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is let through: exceptions that stay, each with a reason, and violations that are to go.
 *
 * <p>Both shrink by themselves. An exception that nothing needs any more is reported, and so is a violation that has become
 * smaller than the number written for it, until the line is lowered or gone.
 */
final class Exceptions {
    private final Set<String> allowed = new HashSet<>();
    private final Map<String, Integer> ratchet = new HashMap<>();

    private Exceptions() {}

    /** Lines of the forms {@code rule place -- reason} and {@code rule place amount}. */
    static Exceptions parse(List<String> allowedLines, List<String> ratchetLines) {
        var exceptions = new Exceptions();
        for (String line : content(allowedLines)) {
            String[] parts = line.split(" -- ", 2);
            if (parts.length < 2 || parts[1].isBlank()) {
                throw new IllegalArgumentException("an exception needs a reason: " + line);
            }
            exceptions.allowed.add(parts[0].strip());
        }
        for (String line : content(ratchetLines)) {
            int space = line.lastIndexOf(' ');
            exceptions.ratchet.put(line.substring(0, space), Integer.valueOf(line.substring(space + 1)));
        }
        return exceptions;
    }

    private static List<String> content(List<String> lines) {
        return lines.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    /** One line for each thing to mend; empty when the tree is as the two files say. */
    List<String> complaints(Collection<Violation> violations) {
        List<String> complaints = new ArrayList<>();
        Set<String> unusedExceptions = new HashSet<>(allowed);
        Map<String, Integer> unusedRatchet = new HashMap<>(ratchet);
        for (Violation violation : violations) {
            int limit = ratchet.getOrDefault(violation.key(), 0);
            unusedRatchet.remove(violation.key());
            if (unusedExceptions.remove(violation.key())) {
                continue;
            }
            if (violation.amount() > limit) {
                complaints.add(violation.toString());
            } else if (violation.amount() < limit) {
                complaints.add("lower ratchet.txt to: " + violation.key() + " " + violation.amount());
            }
        }
        unusedExceptions.forEach(key -> complaints.add("nothing needs this line of allowed.txt any more: " + key));
        unusedRatchet.keySet().forEach(key -> complaints.add("mended, so take it out of ratchet.txt: " + key));
        complaints.sort(null);
        return complaints;
    }
}
