package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.containerd.snapshots.v1.RemoveSnapshotRequest;
import dev.banyan.agent.container.containerd.snapshots.v1.SnapshotMount;
import dev.banyan.agent.container.containerd.snapshots.v1.ViewSnapshotRequest;
import dev.banyan.agent.container.mounts.MountedCopy;
import dev.banyan.agent.host.HostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Copies out of images, of which containerd shows snapshots. What a copy that was cut off has left is removed by the next one into the same
 * directory. Thread-safe for different directories.
 */
final class ImageCopies {
    private static final String SNAPSHOTTER = "overlayfs";

    /** containerd collects what nothing refers to, unless it is told that it is one of the roots. */
    private static final String ROOT_LABEL = "containerd.io/gc.root";

    private final Connection connection;
    private final Images images;
    private final MountedCopy copies;

    ImageCopies(Connection connection, Images images, MountedCopy copies) {
        this.connection = connection;
        this.images = images;
        this.copies = copies;
    }

    boolean copy(ImageReference image, String path, Path into) throws InterruptedException {
        return shown(image, path, into, source -> copies.copy(source, path, into));
    }

    /** What a file of the image says, at most {@code limit} bytes; empty when there is none. {@code beside} is a path that is nobody's. */
    Optional<String> text(ImageReference image, String path, Path beside, int limit) throws InterruptedException {
        return shown(image, path, beside, source -> copies.text(source, path, beside, limit));
    }

    private interface Look<T> {
        T at(MountedCopy.Source source) throws InterruptedException;
    }

    private <T> T shown(ImageReference image, String path, Path into, Look<T> look) throws InterruptedException {
        var key = "banyan-copy" + into.toString().replace('/', '-');
        try {
            copies.end(into);
            forget(key);
            for (var mount : view(images.chain(image), key)) {
                return look.at(new MountedCopy.Source(mount.getType(), mount.getSource(), mount.getOptionsList()));
            }
            throw new ContainerException(Kind.FAILED, "containerd shows nothing of image " + image);
        } catch (HostException failed) {
            throw new ContainerException(
                    Kind.FAILED, "could not copy " + path + " of image " + image + ": " + failed.getMessage(), failed);
        } finally {
            copies.end(into);
            forget(key);
        }
    }

    /** In containerd's words, of which one mount is enough. */
    private List<SnapshotMount> view(String chain, String key) throws InterruptedException {
        var request = ViewSnapshotRequest.newBuilder()
                .setSnapshotter(SNAPSHOTTER)
                .setKey(key)
                .setParent(chain)
                .putLabels(ROOT_LABEL, "banyan")
                .build();
        return connection
                .call(
                        "look into an image",
                        () -> connection.snapshots(Connection.SHORT).view(request))
                .getMountsList();
    }

    private void forget(String key) throws InterruptedException {
        var request = RemoveSnapshotRequest.newBuilder()
                .setSnapshotter(SNAPSHOTTER)
                .setKey(key)
                .build();
        try {
            var ignored = connection.call(
                    "forget a snapshot",
                    () -> connection.snapshots(Connection.SHORT).remove(request));
        } catch (ContainerException refused) {
            if (refused.kind() != Kind.NOT_FOUND) {
                throw refused;
            }
        }
    }
}
