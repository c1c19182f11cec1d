package dev.banyan.cli.progress;

import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.cli.output.FailureScreen;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.List;

/** Failures in words. Pure. */
public final class Explanation {
    /** Most lines of output on a screen. */
    private static final int LINES_MAX = 10;

    private static final String NO_AGENT = "no agent fits: ";

    private Explanation() {}

    /** A task that does not come up. */
    public static FailureScreen of(Ending.Failed failed, String again) {
        var task = failed.task();
        var status = task.status();
        var why = new ArrayList<String>();
        if (!status.getMessage().isEmpty()) {
            why.add(status.getMessage());
        }
        if (!status.getReason().isEmpty() && !status.getReason().equals("BackOff")) {
            why.add("reason " + status.getReason());
        }
        if (status.getExitCode() != 0) {
            why.add("exit code " + status.getExitCode() + signal(status.getExitCode()));
        }
        var lines = status.getLastOutputList();
        var last = lines.subList(Math.max(0, lines.size() - LINES_MAX), lines.size());
        return new FailureScreen(what(task), why.isEmpty() ? List.of("it does not say") : why, last, now(task, again));
    }

    /** A service that is never begun. */
    public static FailureScreen of(Ending.Blocked blocked, String app, String again) {
        var now = List.of(
                "Mend what it waits for, or write required: false below services." + blocked.service() + ".depends_on.",
                "all output:         banyan-cli logs " + app,
                "after a change:     " + again);
        return new FailureScreen(
                "service " + blocked.service() + " is not begun",
                List.of("it waits for " + blocked.reason()),
                List.of(),
                now);
    }

    /** A task that no agent takes. */
    public static FailureScreen of(Ending.Unplaceable unplaceable, String again) {
        var task = unplaceable.task();
        var reasons = unplaceable.reasons();
        var why = reasons.startsWith(NO_AGENT)
                ? List.of(reasons.substring(NO_AGENT.length()).split("; "))
                : List.of(reasons);
        var now = List.of(
                "The app keeps what runs, and goes on by itself as soon as an agent fits.",
                "see the agents:     banyan-cli agents",
                "or change the file, and then: " + again);
        return new FailureScreen(place(task) + " fits on no agent", why, List.of(), now);
    }

    private static String what(Resource<TaskSpec, TaskStatus> task) {
        var status = task.status();
        var where = task.spec().hasAssignment()
                ? " on " + task.spec().getAssignment().getAgent()
                : "";
        var state = status.getState() == TaskStatus.State.EXITED ? "ended" : "does not come up";
        return place(task) + where + " " + state + " (" + task.name() + ", attempt " + status.getAttempt() + ")";
    }

    private static String place(Resource<TaskSpec, TaskStatus> task) {
        return "service " + task.spec().getService() + ", replica "
                + task.spec().getSlot();
    }

    private static List<String> now(Resource<TaskSpec, TaskStatus> task, String again) {
        var lines = new ArrayList<String>();
        lines.add(advice(task));
        lines.add("all of its output:  banyan-cli logs " + task.spec().getDeployment() + " "
                + task.spec().getService());
        lines.add("after a change:     " + again);
        return lines;
    }

    private static String advice(Resource<TaskSpec, TaskStatus> task) {
        var service = task.spec().getService();
        return switch (task.status().getReason()) {
            case "ImageNotFound" ->
                "Push the image to the cluster's registry, or correct services." + service + ".image.";
            case "ImageDenied" -> "The registry refuses the agent: see the engine's log.";
            case "OutOfMemory" -> "Raise services." + service + ".deploy.resources.limits.memory.";
            case "CannotStart" -> "Correct services." + service + ".command or its image.";
            case "PortTaken" -> "Free the port on the agent, or publish another one.";
            default -> "The cluster keeps trying; nothing was rolled back.";
        };
    }

    private static String signal(int exitCode) {
        return switch (exitCode) {
            case 126 -> " (the command cannot be run)";
            case 127 -> " (the command was not found)";
            case 137 -> " (killed)";
            case 139 -> " (segmentation fault)";
            case 143 -> " (terminated)";
            default -> "";
        };
    }
}
