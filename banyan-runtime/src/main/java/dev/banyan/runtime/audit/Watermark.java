package dev.banyan.runtime.audit;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What is known of a store's history, and whether the store has been caught without it. Pure; its owner locks.
 *
 * <p>An answer is judged by the mark that was taken before its question: revisions that became known while the answer was on its way prove
 * nothing, and neither does a question from before the operator accepted the present state.
 *
 * <p><b>Signs.</b> A revision is a number, and another history reaches it too. So the gate writes a text that nobody else knows into an
 * object that nobody else writes, again and again. A history without the newest of these texts is not the one that was signed, however far
 * it has come. While a signature is on its way there are two texts that may be there, the former and the new one.
 */
final class Watermark {
    /**
     * What was known when a question was asked.
     *
     * @param age counts the accepted histories
     */
    record Mark(long age, long highest, Set<String> signs) {}

    /** How a store was caught. */
    enum Cause {
        /** It answered from an older revision than it had shown. */
        OLDER,
        /** A watch found its history replaced. */
        REPLACED,
        /** It is as far as it was or further, and lacks what was signed. */
        OVERTAKEN
    }

    /** The store was at {@code seen} and answered from {@code found}. */
    record Regression(long seen, long found, Cause cause) {
        RestoreGate.Stopped told() {
            var reason = inWords()
                    + ", as after a restore; nothing is read or written until an operator accepts the store's present state"
                    + " (banyan-cli cluster accept-restore, or RestoreGate.accept) or brings the newer one back";
            return new RestoreGate.Stopped(reason, seen, found);
        }

        private String inWords() {
            return switch (cause) {
                case OLDER -> "the store went back from revision " + seen + " to " + found;
                case REPLACED -> "the history of the store, which had reached revision " + seen + ", was replaced";
                case OVERTAKEN ->
                    "the store is at revision " + found + " of another history than the one that had reached " + seen;
            };
        }
    }

    /** What an answer says of the store. */
    enum Finding {
        /** It has the history that is known. */
        SAME,
        /** It has not, which nobody knew before this answer. */
        CAUGHT,
        /** It has not, as is known. */
        STOPPED,
        /** It has not, and an operator has decided that it is the truth from now on. */
        DECIDED,
        /** Nothing: the question is from before the newest decision. */
        NOTHING
    }

    private long age;
    private long highest;
    private Set<String> signs;
    private String acceptance;
    private Optional<String> unsettled = Optional.empty(); // a sign that may be there or may come yet
    private OptionalLong signedAt = OptionalLong.empty();
    private Optional<Regression> regression = Optional.empty();

    Watermark(GateMemory.Seen seen) {
        this.highest = seen.newest();
        this.signs = seen.signs();
        this.acceptance = seen.acceptance();
    }

    static Watermark blank() {
        return new Watermark(new GateMemory.Seen(0, Set.of(), ""));
    }

    Mark mark() {
        return new Mark(age, highest, signs);
    }

    /** What is worth keeping. */
    GateMemory.Seen seen() {
        return new GateMemory.Seen(highest, signs, acceptance);
    }

    /** True for what was asked before the newest decision. */
    boolean outdated(Mark mark) {
        return mark.age() != age;
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
        return mark.age() == age && revision < mark.highest() && regress(mark.highest(), revision, Cause.OLDER);
    }

    /** An answer that besides must bear the sign; one from while the sign was changed is judged by its revision alone. */
    Finding judge(Mark mark, Testimony said) {
        if (outdated(mark)) {
            return Finding.NOTHING;
        }
        boolean stranger = mark.signs().equals(signs) && !signs.isEmpty() && !signs.contains(said.sign());
        boolean older = said.revision() < mark.highest();
        boolean caught =
                (older || stranger) && regress(mark.highest(), said.revision(), older ? Cause.OLDER : Cause.OVERTAKEN);
        if (regression.isPresent()) {
            specify(said.revision());
            boolean decided = !said.acceptance().isEmpty() && !said.acceptance().equals(acceptance);
            return decided ? Finding.DECIDED : caught ? Finding.CAUGHT : Finding.STOPPED;
        }
        saw(mark, said.revision());
        acceptance = said.acceptance();
        if (mark.signs().equals(signs)) {
            settle(said);
        }
        return Finding.SAME;
    }

    /** A signature begins on what {@code base} shows; the answer is the text to write. An unsettled one is tried again: it may land yet. */
    String signing(Testimony base, String fresh) {
        var text = unsettled.orElse(fresh);
        unsettled = Optional.of(text);
        signs = both(base.sign());
        return text;
    }

    void signed(Mark mark, String text, long revision) {
        if (!outdated(mark)) {
            signs = Set.of(text);
            signedAt = OptionalLong.of(revision);
            unsettled = Optional.empty();
            saw(mark, revision);
        }
    }

    /** The revision of the newest signature that is certain: whoever compares it writes to this history or not at all. */
    OptionalLong signedAt() {
        return signedAt;
    }

    /** The store says itself that its history was replaced, in a watch that began at {@code mark} after {@code revision}. */
    boolean replaced(Mark mark, long revision) {
        return mark.age() == age && revision <= mark.highest() && regress(highest, revision, Cause.REPLACED);
    }

    /** The operator wants to go on from {@code revision}, in a store of which nothing is signed. */
    void accept(long revision) {
        forget(revision);
        signs = Set.of();
        unsettled = Optional.empty();
    }

    /** The operator's decision {@code newAcceptance} is to go on from what {@code present} shows. */
    void accept(Testimony present, String newAcceptance) {
        forget(present.revision());
        signs = both(present.sign());
        acceptance = newAcceptance;
        settle(present);
    }

    Optional<Regression> regression() {
        return regression;
    }

    private void forget(long revision) {
        age++;
        highest = revision;
        regression = Optional.empty();
        signedAt = OptionalLong.empty();
    }

    /** The sign that is there, and the one that may come yet. */
    private Set<String> both(String present) {
        return unsettled
                .filter(text -> !text.equals(present))
                .map(text -> Set.of(present, text))
                .orElse(Set.of(present));
    }

    private void settle(Testimony said) {
        if (signs.contains(said.sign())) {
            said.signed()
                    .ifPresent(
                            object -> signedAt = OptionalLong.of(object.meta().revision()));
        }
        if (unsettled.equals(Optional.of(said.sign()))) {
            signs = Set.of(said.sign());
            unsettled = Optional.empty();
        }
    }

    /** A watch knows that its history is gone, and not what there is instead. */
    private void specify(long found) {
        regression = regression.map(back -> back.cause() == Cause.REPLACED
                ? new Regression(back.seen(), found, found < back.seen() ? Cause.OLDER : Cause.OVERTAKEN)
                : back);
    }

    private boolean regress(long seen, long found, Cause cause) {
        boolean first = regression.isEmpty();
        if (first) {
            regression = Optional.of(new Regression(seen, found, cause));
        }
        return first;
    }
}
