package dev.banyan.engine.planning;

import dev.banyan.api.v1.TaskSpec;
import java.util.Optional;

/** One rule that may refuse an agent for a task, and says why in words with numbers. Pure. */
@FunctionalInterface
interface Filter {
    /** Empty when the agent may take the task. */
    Optional<String> refusal(TaskSpec task, Candidate agent);
}
