package dev.banyan.api.compose.verdict;

import java.util.Optional;

/** What Banyan does with a key. */
public sealed interface Verdict {
    /** A few words on what that means, as in a table. */
    String words();

    /** It does what the Compose Specification says, but for what the words say. */
    record Honoured(String words) implements Verdict {}

    /** It is read, and no run depends on it: it speaks to people or to other tools. */
    record Metadata(String words) implements Verdict {}

    /**
     * A project that has it is refused.
     *
     * @param yet it shall be honoured one day
     * @param words why: what is missing
     * @param instead a sentence that says what to write instead
     * @param harmless the value with which nothing else is asked for than without the key
     */
    record Refused(boolean yet, String words, Optional<String> instead, Optional<String> harmless) implements Verdict {
        /** As a complaint about {@code key}. */
        String complaint(String key) {
            return "\"" + key + "\" is not supported" + (yet ? " yet: " : ": ") + words;
        }
    }
}
