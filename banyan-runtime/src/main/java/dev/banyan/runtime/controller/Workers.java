package dev.banyan.runtime.controller;

import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running reconciles, and the tasks that ask conditions. Changed by the dispatcher's task, looked at by any. */
final class Workers {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    /** Calls of a stuck reconcile that health shows: the innermost, and then those that are not the JDK's. */
    private static final int FRAMES_SHOWN = 12;

    private static final Pattern JDK = Pattern.compile("(java|jdk|sun)\\.");

    private final Map<ObjectKey, Task> tasks = new ConcurrentHashMap<>();
    private final Map<Integer, Task> askers = new ConcurrentHashMap<>();

    void add(ObjectKey key, Task task) {
        tasks.put(key, task);
    }

    /** Forgets those that have ended. */
    void tidy() {
        tasks.values().removeIf(Task::done);
        askers.values().removeIf(Task::done);
    }

    void addAsker(int asker, Task task) {
        askers.put(asker, task);
    }

    void interruptAsker(int asker) {
        Optional.ofNullable(askers.get(asker)).ifPresent(Task::cancel);
    }

    void interrupt(ObjectKey key) {
        Optional.ofNullable(tasks.get(key)).ifPresent(Task::cancel);
    }

    /** What a reconcile is doing; empty when it has ended. */
    List<StackTraceElement> stack(ObjectKey key) {
        return Optional.ofNullable(tasks.get(key)).map(Task::stack).orElse(List.of());
    }

    /** Where a reconcile is, for people. */
    static String shown(List<StackTraceElement> stack) {
        return Stream.concat(stack.stream().limit(1), stack.stream().skip(1).filter(frame -> !JDK.matcher(
                                frame.getClassName())
                        .lookingAt()))
                .limit(FRAMES_SHOWN)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }

    /** All get the grace together; those that need longer are interrupted and, together again, waited for a little. */
    void finish(Supplier<Duration> graceLeft, Supplier<Duration> interruptLeft) throws InterruptedException {
        askers.values().forEach(Task::cancel);
        for (var task : tasks.values()) {
            if (!task.join(graceLeft.get())) {
                task.cancel();
            }
        }
        for (var task : tasks.values()) {
            if (!task.join(interruptLeft.get())) {
                LOG.atWarn().addKeyValue("task", task.name()).log("reconcile does not end");
            }
        }
    }
}
