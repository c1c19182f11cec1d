package dev.banyan.agent.plane;

import dev.banyan.runtime.simulation.fault.FaultKind;
import java.util.List;

/** What goes wrong on an agent's way to its kernel. Places: {@code process>program}, {@code process>bind}, {@code process>setting}. */
public final class PlaneFaults {
    /** A command ends in an error or cannot be started, and changes nothing; a port is not held, a setting not changed. */
    public static final FaultKind COMMAND_FAILS = new FaultKind("command-fails", 0.2);

    /** A command is done, and how it ended is never known. */
    public static final FaultKind COMMAND_UNANSWERED = new FaultKind("command-unanswered", 0.1);

    /** A command takes up to ten seconds. */
    public static final FaultKind COMMAND_SLOW = new FaultKind("command-slow", 0.05);

    /** The agent process dies right before or right after a command. */
    public static final FaultKind AGENT_DIES = new FaultKind("agent-dies-at-command", 0.02);

    /** All of them. */
    public static final List<FaultKind> ALL = List.of(COMMAND_FAILS, COMMAND_UNANSWERED, COMMAND_SLOW, AGENT_DIES);

    private PlaneFaults() {}
}
