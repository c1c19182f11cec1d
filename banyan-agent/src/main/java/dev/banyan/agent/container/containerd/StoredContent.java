package dev.banyan.agent.container.containerd;

import com.google.protobuf.ByteString;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.containerd.content.v1.InfoRequest;
import dev.banyan.agent.container.containerd.content.v1.ListStatusesRequest;
import dev.banyan.agent.container.containerd.content.v1.ReadContentRequest;
import dev.banyan.agent.container.containerd.content.v1.Status;
import dev.banyan.agent.container.containerd.pull.PullContent;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Blobs by their digests, in containerd's store. Thread-safe. */
final class StoredContent implements PullContent {
    private final Connection connection;

    StoredContent(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Optional<String> text(String digest, int limit) throws InterruptedException {
        var request = ReadContentRequest.newBuilder().setDigest(digest).build();
        return found(() -> connection.call("read " + digest, () -> text(request, limit)));
    }

    private String text(ReadContentRequest request, int limit) {
        var bytes = ByteString.newOutput();
        var parts = connection.content().read(request);
        while (parts.hasNext() && bytes.size() < limit) {
            parts.next().getData().forEach(bytes::write);
        }
        return bytes.toByteString().toStringUtf8();
    }

    @Override
    public boolean has(String digest) throws InterruptedException {
        var request = InfoRequest.newBuilder().setDigest(digest).build();
        return found(() -> connection.call(
                        "look for " + digest, () -> connection.content().info(request)))
                .isPresent();
    }

    @Override
    public Map<String, Long> underWay() throws InterruptedException {
        var request = ListStatusesRequest.getDefaultInstance();
        var answer = connection.call(
                "look for what is being written", () -> connection.content().listStatuses(request));
        return answer.getStatusesList().stream()
                .collect(Collectors.toMap(Status::getRef, Status::getOffset, Math::max));
    }

    @FunctionalInterface
    private interface Look<T> {
        T make() throws InterruptedException;
    }

    private static <T> Optional<T> found(Look<T> look) throws InterruptedException {
        try {
            return Optional.of(look.make());
        } catch (ContainerException refusal) {
            if (refusal.kind() == ContainerException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw refusal;
        }
    }
}
