package dev.banyan.engine.deployment;

import dev.banyan.api.v1.Dependency;
import dev.banyan.engine.planning.Placing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether a service may start, judged by the services it depends on. Pure. */
final class Dependencies {
    private final Map<String, Rollout> rollouts;
    private final Placing agents;

    /** {@code rollouts} are those of all services of the release, by name. */
    Dependencies(Map<String, Rollout> rollouts, Placing agents) {
        this.rollouts = rollouts;
        this.agents = agents;
    }

    /**
     * What holds a service back.
     *
     * @param waitsFor the first dependency that is not met, in words
     * @param failure why that can never be met; empty while it may
     * @param waived why it goes on without dependencies that are not required
     */
    record Block(Optional<String> waitsFor, String failure, List<String> waived) {
        Block {
            waived = List.copyOf(waived);
        }
    }

    Block of(Rollout dependent) {
        // A service that has been rolled out once needs no dependency of the newest content to have a lost replica
        // replaced.
        boolean first = !dependent.begun();
        var waived = new ArrayList<String>();
        for (var dependency : dependent.service().getDependsOnList()) {
            var rollout = rollouts.get(dependency.getService());
            if (rollout == null || met(dependency, rollout, first)) {
                continue;
            }
            var failure = failure(dependency, rollout);
            if (dependency.getOptional() && failure.or(() -> trouble(rollout)).isPresent()) {
                waived.add("goes on without " + inWords(dependency) + ": "
                        + failure.or(() -> trouble(rollout)).orElseThrow());
                continue;
            }
            var words = inWords(dependency)
                    + failure.map(why -> ", which never will: " + why).orElse("");
            return new Block(Optional.of(words), failure.map(why -> words).orElse(""), waived);
        }
        return new Block(Optional.empty(), "", waived);
    }

    static String inWords(Dependency dependency) {
        return switch (dependency.getCondition()) {
            case HEALTHY -> dependency.getService() + " to be healthy";
            case COMPLETED_SUCCESSFULLY -> dependency.getService() + " to complete";
            case STARTED, CONDITION_UNSPECIFIED, UNRECOGNIZED -> dependency.getService() + " to start";
        };
    }

    /** A service that is to have no replica is not waited for. */
    private static boolean met(Dependency dependency, Rollout rollout, boolean first) {
        var tasks = first ? rollout.holders() : rollout.tasks();
        return rollout.wanted() == 0
                || switch (dependency.getCondition()) {
                    case HEALTHY -> tasks.stream().anyMatch(TaskView::ready);
                    case COMPLETED_SUCCESSFULLY -> tasks.stream().anyMatch(TaskView::completedSuccessfully);
                    case STARTED, CONDITION_UNSPECIFIED, UNRECOGNIZED ->
                        tasks.stream().anyMatch(t -> t.running() || t.settled());
                };
    }

    /** Why the dependency can never be met: all of it has ended for good, and not as it was waited for. */
    private static Optional<String> failure(Dependency dependency, Rollout rollout) {
        var holders = rollout.holders();
        boolean over = !holders.isEmpty()
                && holders.size() == rollout.wanted()
                && holders.stream().allMatch(TaskView::settled);
        if (!over || dependency.getCondition() == Dependency.Condition.STARTED) {
            return Optional.empty();
        }
        var last = holders.getFirst();
        return Optional.of(
                last.task().name() + " ended with exit code " + last.status().getExitCode());
    }

    /** Why the service may not come up, although it is still tried. */
    private Optional<String> trouble(Rollout rollout) {
        return rollout.current().stream()
                .flatMap(task -> trouble(task).stream())
                .findFirst();
    }

    private Optional<String> trouble(TaskView task) {
        if (task.wanted() && !task.assigned()) {
            return agents.choose(task.spec()) instanceof Placing.Choice.Nowhere nowhere
                    ? Optional.of(nowhere.summary())
                    : Optional.empty();
        }
        boolean failed = !task.ready() && !task.status().getReason().isEmpty();
        return failed ? Optional.of(task.task().name() + ": " + task.status().getReason()) : Optional.empty();
    }
}
