package dev.banyan.runtime.simulation.fault;

import java.util.Comparator;

/**
 * One occasion on which a fault happens. It stays the same occasion when other faults are left out, so a schedule can be made smaller.
 *
 * @param kind the fault's name
 * @param place where it was asked for, such as {@code a1>store}; one line
 * @param number which occasion at this place, counted from 1
 */
public record Strike(String kind, String place, long number) implements Comparable<Strike> {
    private static final Comparator<Strike> ORDER =
            Comparator.comparing(Strike::kind).thenComparing(Strike::place).thenComparingLong(Strike::number);

    /** Checks that it can be written on a line. */
    public Strike {
        if (number < 1 || place.indexOf('\n') >= 0 || kind.indexOf('@') >= 0) {
            throw new IllegalArgumentException("no strike is written " + kind + "@" + place + "#" + number);
        }
    }

    /**
     * The strike that {@link #toString} has written.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Strike parse(String text) {
        int at = text.indexOf('@');
        int number = text.lastIndexOf('#');
        if (at < 1 || number < at + 1) {
            throw new IllegalArgumentException("a strike is written kind@place#number, not '" + text + "'");
        }
        try {
            return new Strike(
                    text.substring(0, at), text.substring(at + 1, number), Long.parseLong(text.substring(number + 1)));
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException("after # a strike has its number, not '" + text + "'", wrong);
        }
    }

    @Override
    public int compareTo(Strike other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return kind + "@" + place + "#" + number;
    }
}
