package dev.banyan.api.source;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses what was meant by a word that is not known. */
public final class Suggestions {
    /** Words longer than this are not compared: the effort is the product of the lengths. */
    private static final int WORD_MAX = 64;

    private Suggestions() {}

    /** {@code did you mean "..."?} for the known word nearest to {@code word}; empty when none is near. */
    public static Optional<String> didYouMean(String word, Collection<String> known) {
        return nearest(word, known).map(guess -> "did you mean \"" + guess + "\"?");
    }

    /** The known word that differs least; ties go to the alphabetically first. Case does not count. */
    public static Optional<String> nearest(String word, Collection<String> known) {
        var wanted = word.toLowerCase(Locale.ROOT);
        if (wanted.isEmpty() || wanted.length() > WORD_MAX) {
            return Optional.empty();
        }
        return known.stream()
                .filter(candidate -> candidate.length() <= WORD_MAX)
                .filter(candidate -> distance(wanted, candidate.toLowerCase(Locale.ROOT)) <= allowed(wanted, candidate))
                .min(Comparator.<String>comparingInt(candidate -> distance(wanted, candidate.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** A typo in a short word makes it another word, so short words must differ less. */
    private static int allowed(String word, String candidate) {
        int length = Math.max(word.length(), candidate.length());
        return length <= 3 ? 1 : length <= 7 ? 2 : 3;
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn {@code a} into {@code b}. */
    private static int distance(String a, String b) {
        var cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = cell(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cell(int[][] cost, String a, String b, int i, int j) {
        if (i == 0 || j == 0) {
            return i + j;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
