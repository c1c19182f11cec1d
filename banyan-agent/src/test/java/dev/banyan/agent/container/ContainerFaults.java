package dev.banyan.agent.container;

import dev.banyan.runtime.simulation.fault.FaultKind;
import java.util.List;

/** What goes wrong of itself on a {@link FakeServer}, and on a {@link SimulatedRuntime}'s way to it. */
public final class ContainerFaults {
    /** A call is refused and nothing is done. Place: {@code process>call}. */
    public static final FaultKind CALL_REFUSED = new FaultKind("container-call-refused", 0.05);

    /** A call is done and its answer is lost. Place: {@code process>call}. */
    public static final FaultKind ANSWER_LOST = new FaultKind("container-answer-lost", 0.05);

    /** The agent process dies right before or right after a call. Place: {@code process>call}. */
    public static final FaultKind AGENT_DIES = new FaultKind("agent-dies-at-container-call", 0.02);

    /** The daemon dies at a call, before or after it did what it was asked, and is back a while later. Place: {@code server>call}. */
    public static final FaultKind DAEMON_DIES = new FaultKind("container-daemon-dies", 0.02);

    /** A pull ends in a refusal. Place: {@code server}. */
    public static final FaultKind PULL_FAILS = new FaultKind("pull-fails", 0.3);

    /** A pull takes up to a minute. Place: {@code server}. */
    public static final FaultKind PULL_SLOW = new FaultKind("pull-slow", 0.3);

    /** A sandbox fails and its name stays reserved. Place: {@code server}. */
    public static final FaultKind SANDBOX_FAILS = new FaultKind("sandbox-fails", 0.2);

    /** A container cannot be started, or its command cannot be executed. Place: {@code server}. */
    public static final FaultKind START_FAILS = new FaultKind("start-fails", 0.2);

    /** A started program ends by itself within a minute, or exceeds its memory. Place: {@code server}. */
    public static final FaultKind PROCESS_ENDS = new FaultKind("process-ends", 0.4);

    /** The daemon's listing shows an end only some time after its events told it. Place: {@code server}. */
    public static final FaultKind LATE_NOTICE = new FaultKind("late-notice", 0.5);

    /** All of the server itself. */
    public static final List<FaultKind> OF_SERVER =
            List.of(DAEMON_DIES, PULL_FAILS, PULL_SLOW, SANDBOX_FAILS, START_FAILS, PROCESS_ENDS, LATE_NOTICE);

    /** All of an agent's way to it. */
    public static final List<FaultKind> OF_CALLS = List.of(CALL_REFUSED, ANSWER_LOST, AGENT_DIES);

    private ContainerFaults() {}
}
