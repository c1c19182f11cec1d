package dev.banyan.api.compose.verdict;

import dev.banyan.api.compose.verdict.Verdict.Honoured;
import dev.banyan.api.compose.verdict.Verdict.Metadata;
import dev.banyan.api.compose.verdict.Verdict.Refused;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Collects verdicts under a prefix of their paths. */
final class VerdictTable {
    private final Map<String, Verdict> entries;
    private final String prefix;

    VerdictTable() {
        this(new HashMap<>(), "");
    }

    private VerdictTable(Map<String, Verdict> entries, String prefix) {
        this.entries = entries;
        this.prefix = prefix;
    }

    /** The same table, for what is below {@code path}. */
    VerdictTable below(String path) {
        return new VerdictTable(entries, prefix + path + ".");
    }

    VerdictTable honoured(String key, String words) {
        return put(key, new Honoured(words));
    }

    VerdictTable metadata(String key, String words) {
        return put(key, new Metadata(words));
    }

    /** Refused until Banyan has {@code capability}. */
    VerdictTable later(String capability, String... keys) {
        for (var key : keys) {
            put(key, refused(true, "it comes with " + capability, Optional.empty()));
        }
        return this;
    }

    /** Like {@link #later(String, String...)}, with what to write meanwhile. */
    VerdictTable laterInstead(String capability, String key, String instead) {
        return put(key, refused(true, "it comes with " + capability, Optional.of(instead)));
    }

    /** Refused for good. */
    VerdictTable never(String key, String reason) {
        return put(key, refused(false, reason, Optional.empty()));
    }

    /** Refused for good, with what to write instead. */
    VerdictTable never(String key, String reason, String instead) {
        return put(key, refused(false, reason, Optional.of(instead)));
    }

    /** With one value the key of an entry asks for nothing. */
    VerdictTable unless(String value, String... keys) {
        for (var key : keys) {
            entries.computeIfPresent(
                    prefix + key,
                    (path, verdict) -> verdict instanceof Refused refused
                            ? new Refused(refused.yet(), refused.words(), refused.instead(), Optional.of(value))
                            : verdict);
        }
        return this;
    }

    Map<String, Verdict> entries() {
        return Map.copyOf(entries);
    }

    private static Refused refused(boolean yet, String words, Optional<String> instead) {
        return new Refused(yet, words, instead, Optional.empty());
    }

    private VerdictTable put(String key, Verdict verdict) {
        if (entries.put(prefix + key, verdict) != null) {
            throw new IllegalStateException("two verdicts for " + prefix + key);
        }
        return this;
    }
}
