package dev.banyan.runtime.controller;

import dev.banyan.runtime.queue.Cause;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Why a key runs, or does not, as of one moment. {@link #toString} says it in one line.
 *
 * @param phase where it is
 * @param lane how urgent it is; empty when nobody asked for it
 * @param cause why it was last asked for; empty when nobody did
 * @param lasting how long it has been in its phase; zero for an idle or stalled one
 * @param next when it is due at the latest, as seen from now: its time comes, or its hold ends; empty when only an event or its turn decides
 * @param failures failures in a row
 * @param trouble how the latest of those failures ended, or why it stalled
 * @param note what else keeps it: what it awaits, that it runs hot or is past its deadline; empty for nothing
 */
public record KeyState(
        ObjectKey key,
        Phase phase,
        Optional<Lane> lane,
        Optional<Cause> cause,
        Duration lasting,
        Optional<Duration> next,
        int failures,
        Optional<String> trouble,
        String note) {
    /** Where a key is. */
    public enum Phase {
        /** Not asked for. */
        IDLE,
        /** Due later: its backoff, or the delay that it asked for. */
        WAITING,
        /** Not to run before the caches show a revision or a condition holds. */
        HELD,
        /** Due, and waiting for its turn. */
        READY,
        /** Its reconciler works on it. */
        RUNNING,
        /** Its reconciler works on it for longer than it may, and was told to stop. */
        STUCK,
        /** It cannot go on until something changes. */
        STALLED
    }

    public KeyState {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(note, "note");
    }

    /** One line for people. */
    @Override
    public String toString() {
        var line = new StringBuilder(phase.name());
        if (!lasting.isZero()) {
            line.append(" for ").append(lasting);
        }
        cause.ifPresent(why -> line.append(lane.map(urgent -> ", " + urgent).orElse(""))
                .append(" by ")
                .append(why));
        next.ifPresent(due -> line.append(", due in ").append(due));
        line.append(note.isEmpty() ? "" : ", " + note);
        if (failures > 0) {
            line.append(", after ").append(failures).append(" failures");
        }
        trouble.ifPresent(what -> line.append(": ").append(what));
        return line.toString();
    }
}
