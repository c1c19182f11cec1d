package dev.banyan.runtime.simulation.disk;

import dev.banyan.runtime.simulation.fault.FaultKind;
import java.util.List;

/** What can go wrong with a disk. Places are written {@code host:/path}, by the name a file was made with. */
public final class DiskFaults {
    /** A loss of power takes some of what was not forced; without it all of it happens to be on the disk. */
    public static final FaultKind UNFORCED_LOST = new FaultKind("disk-unforced-lost", 0.8);

    /** An operation fails with "Input/output error". */
    public static final FaultKind ERROR = new FaultKind("disk-error", 0.02);

    /** A write finds no space. */
    public static final FaultKind FULL = new FaultKind("disk-full", 0.02);

    /** An operation takes up to ten seconds. */
    public static final FaultKind SLOW = new FaultKind("disk-slow", 0.02);

    /** All of them. */
    public static final List<FaultKind> ALL = List.of(UNFORCED_LOST, ERROR, FULL, SLOW);

    private DiskFaults() {}
}
