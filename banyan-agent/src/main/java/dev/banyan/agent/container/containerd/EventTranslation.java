package dev.banyan.agent.container.containerd;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.banyan.agent.container.ContainerEvent;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerExit;
import dev.banyan.agent.container.containerd.containers.v1.Container;
import dev.banyan.agent.container.containerd.events.v1.Envelope;
import dev.banyan.agent.container.containerd.taskevents.v1.TaskExit;
import dev.banyan.agent.container.containerd.taskevents.v1.TaskOOM;
import dev.banyan.agent.container.containerd.taskevents.v1.TaskStart;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** containerd's task events in our words. Remembers who ran out of memory, because the end that follows does not say so. Not thread-safe. */
final class EventTranslation {
    static final List<String> TOPICS = List.of("/tasks/start", "/tasks/exit", "/tasks/oom");

    private static final String KIND_LABEL = "io.cri-containerd.kind";
    private static final String SANDBOX = "sandbox";
    private static final int KILLED = 137;

    /** An end follows its out-of-memory event within milliseconds; containers that lived on are forgotten beyond this many. */
    private static final int REMEMBERED = 1024;

    private final LinkedHashSet<String> outOfMemory = new LinkedHashSet<>();

    /** The container that an event speaks of; empty for events of commands run inside one, and for other topics. */
    Optional<String> subject(Envelope envelope) {
        try {
            return switch (envelope.getTopic()) {
                case "/tasks/start" -> Optional.of(start(envelope).getContainerId());
                case "/tasks/oom" -> Optional.of(oom(envelope).getContainerId());
                case "/tasks/exit" ->
                    Optional.of(exit(envelope))
                            .filter(event -> event.getId().equals(event.getContainerId()))
                            .map(TaskExit::getContainerId);
                default -> Optional.empty();
            };
        } catch (InvalidProtocolBufferException broken) {
            throw new ContainerException(
                    ContainerException.Kind.FAILED, "could not read an event of " + envelope.getTopic(), broken);
        }
    }

    /** What the listener is told of an event whose {@link #subject} is {@code container}. */
    Optional<ContainerEvent> of(Envelope envelope, Container container) {
        boolean sandbox = SANDBOX.equals(container.getLabelsMap().get(KIND_LABEL));
        try {
            return switch (envelope.getTopic()) {
                case "/tasks/start" ->
                    sandbox ? Optional.empty() : Optional.of(new ContainerEvent.Started(container.getId()));
                case "/tasks/oom" -> Optional.of(rememberOutOfMemory(container.getId()));
                case "/tasks/exit" -> Optional.of(ended(exit(envelope), sandbox));
                default -> Optional.empty();
            };
        } catch (InvalidProtocolBufferException broken) {
            throw new ContainerException(
                    ContainerException.Kind.FAILED, "could not read an event of " + envelope.getTopic(), broken);
        }
    }

    private ContainerEvent ended(TaskExit exit, boolean sandbox) {
        if (sandbox) {
            return new ContainerEvent.SandboxExited(exit.getContainerId());
        }
        boolean oomKilled = outOfMemory.remove(exit.getContainerId()) && exit.getExitStatus() == KILLED;
        return new ContainerEvent.Exited(
                exit.getContainerId(), new ContainerExit(exit.getExitStatus(), instant(exit.getExitedAt()), oomKilled));
    }

    private ContainerEvent rememberOutOfMemory(String id) {
        outOfMemory.add(id);
        if (outOfMemory.size() > REMEMBERED) {
            Iterator<String> oldest = outOfMemory.iterator();
            oldest.next();
            oldest.remove();
        }
        return new ContainerEvent.OutOfMemory(id);
    }

    private static TaskStart start(Envelope envelope) throws InvalidProtocolBufferException {
        return TaskStart.parseFrom(envelope.getEvent().getValue());
    }

    private static TaskExit exit(Envelope envelope) throws InvalidProtocolBufferException {
        return TaskExit.parseFrom(envelope.getEvent().getValue());
    }

    private static TaskOOM oom(Envelope envelope) throws InvalidProtocolBufferException {
        return TaskOOM.parseFrom(envelope.getEvent().getValue());
    }

    private static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
