package dev.banyan.runtime.simulation;

import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.stream.Collectors;

/** Says in a few words what was done. */
final class Words {
    private static final int WRITES_NAMED = 4;

    private Words() {}

    static String of(Commit commit, WriteOutcome outcome) {
        var named = commit.writes().stream().limit(WRITES_NAMED).map(Words::of).collect(Collectors.joining(", "));
        int more = commit.writes().size() - WRITES_NAMED;
        return named + (more > 0 ? " and " + more + " more" : "") + ": " + of(outcome);
    }

    private static String of(Write write) {
        return write.getClass().getSimpleName() + " " + write.key();
    }

    private static String of(WriteOutcome outcome) {
        return outcome instanceof WriteOutcome.Written written
                ? "revision " + written.revision()
                : outcome.getClass().getSimpleName();
    }
}
