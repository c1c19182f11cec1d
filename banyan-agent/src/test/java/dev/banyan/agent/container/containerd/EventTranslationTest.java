package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
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
import org.junit.jupiter.api.Test;

class EventTranslationTest {
    private static final Container APP = container("app", "container");
    private static final Container SANDBOX = container("box", "sandbox");

    private final EventTranslation translation = new EventTranslation();

    @Test
    void tellsStartsAndEndsOfContainers() {
        assertThat(translation.of(start("app"), APP)).contains(new ContainerEvent.Started("app"));
        assertThat(translation.of(exit("app", "app", 3), APP))
                .contains(new ContainerEvent.Exited("app", new ContainerExit(3, Instant.ofEpochSecond(10, 5), false)));
    }

    @Test
    void tellsTheEndOfASandboxButNotItsStart() {
        assertThat(translation.of(start("box"), SANDBOX)).isEmpty();
        assertThat(translation.of(exit("box", "box", 137), SANDBOX)).contains(new ContainerEvent.SandboxExited("box"));
    }

    @Test
    void ignoresTheEndsOfCommandsRunInside() {
        assertThat(translation.subject(exit("app", "check-1", 0))).isEmpty();
        assertThat(translation.subject(exit("app", "app", 0))).contains("app");
    }

    @Test
    void blamesTheMemoryForAKillThatFollows() {
        translation.of(outOfMemory("app"), APP);

        assertThat(translation.of(exit("app", "app", 137), APP))
                .get()
                .isInstanceOfSatisfying(
                        ContainerEvent.Exited.class,
                        exited -> assertThat(exited.exit().oomKilled()).isTrue());
    }

    @Test
    void doesNotBlameTheMemoryForAnOrdinaryEndOrForAnotherContainers() {
        translation.of(outOfMemory("app"), APP);

        assertThat(oomKilled(exit("other", "other", 137), container("other", "container")))
                .isFalse();
        assertThat(oomKilled(exit("app", "app", 1), APP)).isFalse();
    }

    @Test
    void forgetsTheOldestOfTooManyThatLivedOn() {
        translation.of(outOfMemory("app"), APP);
        for (int i = 0; i < 1024; i++) {
            translation.of(outOfMemory("c" + i), container("c" + i, "container"));
        }

        assertThat(oomKilled(exit("app", "app", 137), APP)).isFalse();
        assertThat(oomKilled(exit("c0", "c0", 137), container("c0", "container")))
                .isTrue();
    }

    @Test
    void saysThatItCouldNotReadAnEvent() {
        var broken = Envelope.newBuilder()
                .setTopic("/tasks/exit")
                .setEvent(Any.newBuilder().setValue(ByteString.copyFromUtf8("\u0001\u0001")))
                .build();

        assertThatThrownBy(() -> translation.subject(broken))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("/tasks/exit");
    }

    private boolean oomKilled(Envelope envelope, Container container) {
        var event = translation.of(envelope, container).orElseThrow();
        return ((ContainerEvent.Exited) event).exit().oomKilled();
    }

    private static Container container(String id, String kind) {
        return Container.newBuilder()
                .setId(id)
                .putLabels("io.cri-containerd.kind", kind)
                .build();
    }

    private static Envelope start(String id) {
        return envelope(
                "/tasks/start", TaskStart.newBuilder().setContainerId(id).build());
    }

    private static Envelope outOfMemory(String id) {
        return envelope("/tasks/oom", TaskOOM.newBuilder().setContainerId(id).build());
    }

    private static Envelope exit(String containerId, String processId, int code) {
        return envelope(
                "/tasks/exit",
                TaskExit.newBuilder()
                        .setContainerId(containerId)
                        .setId(processId)
                        .setExitStatus(code)
                        .setExitedAt(Timestamp.newBuilder().setSeconds(10).setNanos(5))
                        .build());
    }

    private static Envelope envelope(String topic, MessageLite event) {
        return Envelope.newBuilder()
                .setTopic(topic)
                .setEvent(Any.newBuilder().setValue(event.toByteString()))
                .build();
    }
}
