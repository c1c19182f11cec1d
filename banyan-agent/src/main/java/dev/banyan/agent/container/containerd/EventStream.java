package dev.banyan.agent.container.containerd;

import com.google.protobuf.Any;
import dev.banyan.agent.container.ContainerEvent;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.containerd.containers.v1.Container;
import dev.banyan.agent.container.containerd.containers.v1.GetContainerRequest;
import dev.banyan.agent.container.containerd.events.v1.Envelope;
import dev.banyan.agent.container.containerd.events.v1.PublishRequest;
import dev.banyan.agent.container.containerd.events.v1.SubscribeRequest;
import dev.banyan.agent.container.cri.v1.VersionRequest;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * containerd's events as ours, for as long as the task lives.
 *
 * <p>containerd does not say when a subscription has begun, and what happens before it is lost. So a marker is published until it comes
 * back through the stream: only then is the listener told to resynchronise.
 */
final class EventStream {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final String MARKER_TOPIC = "/banyan/subscribed";
    private static final Duration MARKER_INTERVAL = Duration.ofMillis(50);

    /** Between attempts to subscribe while containerd refuses; while it is away gRPC waits by itself. */
    private static final Duration RETRY_INTERVAL = Duration.ofMillis(200);

    private final Connection connection;
    private final Env env;
    private final Owner owner;

    EventStream(Connection connection, Env env, Owner owner) {
        this.connection = connection;
        this.env = env;
        this.owner = owner;
    }

    void deliver(Consumer<ContainerEvent> listener) throws InterruptedException {
        var reason = "subscribed";
        while (true) {
            try {
                subscribeOnce(reason, listener);
                reason = "containerd ended the event stream";
            } catch (StatusRuntimeException broken) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("cancelled: watch events");
                }
                reason = "the event stream broke: " + Refusals.sentence(broken);
            }
            LOG.atInfo().addKeyValue("reason", reason).log("subscribing to containerd's events again");
            env.signal().await(RETRY_INTERVAL);
        }
    }

    private void subscribeOnce(String reason, Consumer<ContainerEvent> listener) throws InterruptedException {
        var topic = MARKER_TOPIC + "/" + env.entropy().uid();
        var seen = env.signal();
        var translation = new EventTranslation();
        // Cancelled on the way out, so that a listener that throws leaves no stream behind.
        var scope = Context.current().withCancellation();
        var marker = env.tasks().spawn("containerd-event-marker", () -> publishUntil(seen, topic));
        var previous = scope.attach();
        try {
            var stream = connection.eventStream().subscribe(filters(topic));
            while (stream.hasNext()) {
                var envelope = stream.next();
                if (envelope.getTopic().equals(topic)) {
                    if (!marker.done()) {
                        seen.raise();
                        marker.join();
                        listener.accept(new ContainerEvent.Resynchronise(reason));
                    }
                } else {
                    translate(translation, envelope, listener);
                }
            }
        } finally {
            scope.detachAndCancel(previous, null);
            marker.cancel();
        }
    }

    private void translate(EventTranslation translation, Envelope envelope, Consumer<ContainerEvent> listener) {
        translation
                .subject(envelope)
                .flatMap(this::owned)
                .flatMap(container -> translation.of(envelope, container))
                .ifPresent(listener);
    }

    /** One that is gone already is nobody's concern: whoever removed it knows. A refusal breaks the stream, which then starts anew. */
    private Optional<Container> owned(String id) {
        try {
            var container = connection
                    .containers()
                    .get(GetContainerRequest.newBuilder().setId(id).build())
                    .getContainer();
            return Optional.of(container).filter(found -> owner.owns(found.getLabelsMap()));
        } catch (StatusRuntimeException refusal) {
            if (refusal.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return Optional.empty();
            }
            throw refusal;
        }
    }

    private void publishUntil(Signal seen, String topic) throws InterruptedException {
        var request = PublishRequest.newBuilder()
                .setTopic(topic)
                .setEvent(Any.newBuilder().setTypeUrl("dev.banyan/marker"))
                .build();
        while (!seen.await(MARKER_INTERVAL)) {
            try {
                // CRI is ready later than events are; a listener that is told to list must find it ready.
                connection.call(
                        "ask for the version",
                        () -> connection.runtime(Connection.SHORT).version(VersionRequest.getDefaultInstance()));
                connection.call(
                        "publish an event", () -> connection.eventCalls().publish(request));
            } catch (ContainerException refusal) {
                LOG.atDebug().setCause(refusal).log("event marker not published");
            }
        }
    }

    private static SubscribeRequest filters(String marker) {
        var request = SubscribeRequest.newBuilder();
        for (var topic : EventTranslation.TOPICS) {
            request.addFilters("topic==\"" + topic + "\",namespace==" + Connection.NAMESPACE);
        }
        return request.addFilters("topic==\"" + marker + "\"").build();
    }
}
