package dev.banyan.runtime.jfr;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The events. Their fields are set only while somebody records. */
final class Events {
    private Events() {}

    @Name("dev.banyan.Reconcile")
    @Label("Reconcile")
    @Category("Banyan")
    @StackTrace(false)
    static final class Reconcile extends Event {
        String controller = "";
        String key = "";
        int failures;
        String lane = "";
        String cause = "";

        @Timespan(Timespan.NANOSECONDS)
        long waited;

        String ending = "";
    }

    @Name("dev.banyan.Commit")
    @Label("Commit")
    @Category("Banyan")
    @StackTrace(false)
    static final class Committed extends Event {
        String key = "";
        int writes;
        String outcome = "";
        long revision;
    }

    @Name("dev.banyan.Relist")
    @Label("Relist")
    @Category("Banyan")
    @StackTrace(false)
    static final class Relist extends Event {
        String informer = "";
        String cause = "";
        int objects;

        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    @Name("dev.banyan.WatchBreak")
    @Label("Watch break")
    @Category("Banyan")
    @StackTrace(false)
    static final class WatchBreak extends Event {
        String selection = "";
        String reason = "";
    }

    @Name("dev.banyan.HandOver")
    @Label("Hand-over")
    @Category("Banyan")
    @StackTrace(false)
    static final class HandOver extends Event {
        String group = "";
        boolean acting;
        long token;
    }
}
