package dev.banyan.quality;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One rule broken at one place.
 *
 * @param rule its name as the files of exceptions write it
 * @param place a path, or a path and what in it, without spaces
 * @param amount how much: lines, or how often
 * @param hint what a reader is to look at or do
 */
record Violation(String rule, String place, int amount, String hint) {

    /** The key under which an exception is written. */
    String key() {
        return rule + " " + place;
    }

    /** Adds up the violations of one rule at one place. */
    static List<Violation> summed(List<Violation> violations) {
        return violations.stream()
                .collect(Collectors.toMap(Violation::key, violation -> violation, Violation::plus))
                .values()
                .stream()
                .sorted(java.util.Comparator.comparing(Violation::key))
                .toList();
    }

    private Violation plus(Violation other) {
        return new Violation(rule, place, amount + other.amount, hint + "; " + other.hint);
    }

    @Override
    public String toString() {
        return rule + " " + place + " " + amount + " (" + hint + ")";
    }
}
