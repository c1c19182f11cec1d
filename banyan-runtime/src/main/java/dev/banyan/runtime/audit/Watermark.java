package dev.banyan.runtime.audit;

import java.util.Optional;

/**
 * The newest revision that was seen of a store, and whether the store has been caught behind it. Pure; its owner locks.
 *
 * <p>An answer is judged by the mark that was taken before its question: revisions that became known while the answer was on its way prove
 * nothing, and neither does a question from before the operator accepted the present state.
 */
final class Watermark {
    /**
     * What was known when a question was asked.
     *
     * @param age counts the accepted histories
     */
    record Mark(long age, long highest) {}

    /** The store was at {@code seen} and answered from {@code found}. */
    record Regression(long seen, long found) {}

    private long age;
    private long highest;
    private Optional<Regression> regression = Optional.empty();

    Watermark(long highest) {
        this.highest = highest;
    }

    Mark mark() {
        return new Mark(age, highest);
    }

    /** Any answer to a question asked at {@code mark} that shows {@code revision}, however old it may be. */
    void saw(Mark mark, long revision) {
        if (mark.age() == age) {
            highest = Math.max(highest, revision);
        }
    }

    /** An answer that must be as new as all that was known when it was asked for. True when it is the first that is not. */
    boolean mustContain(Mark mark, long revision) {
        saw(mark, revision);
        return mark.age() == age && revision < mark.highest() && regress(mark.highest(), revision);
    }

    /** The store says itself that its history was replaced, in a watch that began at {@code mark} after {@code revision}. */
    boolean replaced(Mark mark, long revision) {
        return mark.age() == age && revision <= mark.highest() && regress(highest, revision);
    }

    /** The operator wants to go on from {@code revision}. */
    void accept(long revision) {
        age++;
        highest = revision;
        regression = Optional.empty();
    }

    Optional<Regression> regression() {
        return regression;
    }

    private boolean regress(long seen, long found) {
        boolean first = regression.isEmpty();
        if (first) {
            regression = Optional.of(new Regression(seen, found));
        }
        return first;
    }
}
