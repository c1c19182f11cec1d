package dev.banyan.runtime.simulation.fault;

import java.util.List;

/** What can happen to a process at any moment; asked once a second of simulated time, at a place that is the process's name. */
public final class ProcessFaults {
    /** It is killed. */
    public static final FaultKind KILLED = new FaultKind("killed", 0.2);

    /** It stands still for a while and does not know. */
    public static final FaultKind PAUSED = new FaultKind("paused", 0.2);

    /** All of them. */
    public static final List<FaultKind> ALL = List.of(KILLED, PAUSED);

    private ProcessFaults() {}
}
