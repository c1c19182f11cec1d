package dev.banyan.runtime.simulation.fault;

import java.util.regex.Pattern;

/**
 * Something that can go wrong.
 *
 * @param name small letters, digits and dashes, such as {@code lost-reply}; it is how schedules and reports name it
 * @param rateMax the largest share of occasions on which it happens, above 0 and up to 1
 */
public record FaultKind(String name, double rateMax) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    /** Checks name and share. */
    public FaultKind {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a kind of fault is named by small letters, digits and dashes: '" + name + "'");
        }
        if (!(rateMax > 0 && rateMax <= 1)) {
            throw new IllegalArgumentException("the share of " + name + " is above 0 and up to 1, not " + rateMax);
        }
    }
}
