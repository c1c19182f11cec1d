package dev.banyan.runtime.simulation.fault;

import java.util.List;

/**
 * What can go wrong between a process and a store, at the place {@code process>store}. Calls are reads, lists, openings of watches and
 * commits; the rest is about what a watch delivers.
 */
public final class StoreFaults {
    /** A call does not arrive: a read fails, a commit is answered as unavailable. */
    public static final FaultKind LOST_REQUEST = new FaultKind("lost-request", 0.1);

    /** An answer does not arrive: a read fails; a commit has landed and is answered as unknown. */
    public static final FaultKind LOST_REPLY = new FaultKind("lost-reply", 0.1);

    /** The process dies right before a call has its effect. */
    public static final FaultKind CRASH_BEFORE_CALL = new FaultKind("crash-before-call", 0.1);

    /** The process dies right after a call has had its effect, without having seen the answer. */
    public static final FaultKind CRASH_AFTER_CALL = new FaultKind("crash-after-call", 0.1);

    /** A read that allows it is answered by a member that lags: with an older revision than the newest. */
    public static final FaultKind LAGGING_READ = new FaultKind("lagging-read", 0.5);

    /** A batch is very late, so that its reader acts on what it knew before its own writes. */
    public static final FaultKind LATE_BATCH = new FaultKind("late-batch", 0.5);

    /** A change of an object is not shown until a later one supersedes it, or for half a minute: the two come as one. */
    public static final FaultKind HIDDEN_EVENT = new FaultKind("hidden-event", 0.3);

    /** A watch repeats what it has delivered already, as one that resumes from an older revision does. */
    public static final FaultKind REPEATED_BATCH = new FaultKind("repeated-batch", 0.3);

    /** A watch breaks instead of delivering; its reader opens another where it was. */
    public static final FaultKind WATCH_CUT = new FaultKind("watch-cut", 0.2);

    /** A watch says that history is missing, as after a compaction; its reader lists again. */
    public static final FaultKind FORCED_RELIST = new FaultKind("forced-relist", 0.2);

    /** All of them. */
    public static final List<FaultKind> ALL = List.of(
            LOST_REQUEST,
            LOST_REPLY,
            CRASH_BEFORE_CALL,
            CRASH_AFTER_CALL,
            LAGGING_READ,
            LATE_BATCH,
            HIDDEN_EVENT,
            REPEATED_BATCH,
            WATCH_CUT,
            FORCED_RELIST);

    private StoreFaults() {}
}
