package dev.banyan.api.registry;

import dev.banyan.api.registry.RegistryException.Kind;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Moves one image into a registry. For one task; blocks. */
public final class ImageCopy {
    /** Of one image, with all platforms that are kept. */
    public static final long BYTES_MAX = 20L << 30;

    /** Each may fill a link of its own; more would only make each other slow. */
    private static final int AT_ONCE = 3;

    /** How often a blob is begun before it is given up. */
    private static final int ATTEMPTS = 4;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** An index names manifests; those may be indexes once more. */
    private static final int DEPTH_MAX = 2;

    private final ImageSource from;
    private final Target target;
    private final Progress progress;
    private final Env env;

    /** {@code progress} is told how far it is. */
    public ImageCopy(ImageSource from, Target target, Progress progress, Env env) {
        this.from = from;
        this.target = target;
        this.progress = progress;
        this.env = env;
    }

    /**
     * Where to, and what of it.
     *
     * @param platforms those that are wanted; empty for all
     */
    public record Target(Registry registry, String repository, Set<Platform> platforms) {
        public Target {
            platforms = Set.copyOf(platforms);
        }
    }

    /** Is told how far a copy is. Calls come from several tasks. */
    public interface Progress {
        /** So much is to be moved. */
        void expect(long bytes);

        /** So much more was moved; negative when a blob begins again. */
        void moved(long bytes);
    }

    /**
     * What {@link #copy} would leave and move, told by both registries; nothing is changed.
     *
     * @param digest of what the target would have
     * @param bytes that would be moved
     */
    public record Prospect(String digest, long bytes) {}

    /** Foretells {@link #copy}, its refusals too. */
    public Prospect foresee(ImageManifest image) throws InterruptedException {
        var manifests = new LinkedHashMap<String, ImageManifest>();
        var top = gather(image, manifests, 0);
        return new Prospect(top.digest(), bytes(missing(manifests.values())));
    }

    /**
     * Copies {@code image} and gives it these tags. What is there already is not moved again.
     *
     * @return what the registry has now: the image, or its index without the platforms that are not wanted
     */
    public ImageManifest copy(ImageManifest image, List<String> tags) throws InterruptedException {
        var manifests = new LinkedHashMap<String, ImageManifest>();
        var top = gather(image, manifests, 0);
        var missing = missing(manifests.values());
        progress.expect(bytes(missing));
        moveAll(missing);
        publish(manifests.values(), top, tags);
        return top;
    }

    /** A registry may have removed blobs that were there when it was asked, and that no manifest named. */
    private void publish(Iterable<ImageManifest> manifests, ImageManifest top, List<String> tags)
            throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                for (var manifest : manifests) {
                    target.registry().put(target.repository(), manifest.digest(), manifest);
                }
                for (var tag : tags) {
                    target.registry().put(target.repository(), tag, top);
                }
                return;
            } catch (RegistryException failed) {
                if (failed.kind() == Kind.UNAUTHORISED || attempt == ATTEMPTS) {
                    throw failed;
                }
                var ignored = env.signal().await(PAUSE.multipliedBy(attempt));
                moveAll(missing(manifests));
            }
        }
    }

    private static long bytes(List<Descriptor> blobs) {
        long bytes = blobs.stream().mapToLong(Descriptor::size).sum();
        if (bytes > BYTES_MAX) {
            throw new RegistryException(Kind.OTHER, "it has " + bytes + " bytes; an image may have " + BYTES_MAX);
        }
        return bytes;
    }

    /** Parts before what they are part of. */
    private ImageManifest gather(ImageManifest image, Map<String, ImageManifest> manifests, int depth)
            throws InterruptedException {
        if (!image.index()) {
            manifests.put(image.digest(), image);
            return image;
        }
        var kept = wanted(image);
        for (var part : kept.manifests()) {
            if (depth == DEPTH_MAX) {
                throw new RegistryException(Kind.OTHER, "it is an index of indexes of indexes");
            }
            gather(from.manifest(part), manifests, depth + 1);
        }
        manifests.put(kept.digest(), kept);
        return kept;
    }

    private ImageManifest wanted(ImageManifest index) {
        if (target.platforms().isEmpty()) {
            return index;
        }
        var kept = index.keeping(part -> part.platform()
                .map(platform -> target.platforms().stream().anyMatch(wanted -> wanted.takes(platform)))
                .orElse(true));
        if (kept.manifests().isEmpty()) {
            var there = new TreeSet<String>();
            index.manifests().forEach(part -> part.platform().ifPresent(platform -> there.add(platform.toString())));
            throw new RegistryException(
                    Kind.NOT_FOUND, "it is there for " + there + " alone, and wanted for " + target.platforms());
        }
        return kept;
    }

    private List<Descriptor> missing(Iterable<ImageManifest> manifests) throws InterruptedException {
        var blobs = new LinkedHashMap<String, Descriptor>();
        for (var manifest : manifests) {
            manifest.blobs().forEach(blob -> blobs.putIfAbsent(blob.digest(), blob));
        }
        var missing = new ArrayList<Descriptor>();
        for (var blob : blobs.values()) {
            if (!target.registry().has(target.repository(), blob)) {
                missing.add(blob);
            }
        }
        return missing;
    }

    /** The first that fails ends the others. */
    private void moveAll(List<Descriptor> blobs) throws InterruptedException {
        if (blobs.isEmpty()) {
            return;
        }
        Mailbox<Descriptor> waiting = env.mailbox(blobs.size());
        blobs.forEach(waiting::offer);
        Mailbox<Optional<RuntimeException>> outcomes = env.mailbox(blobs.size());
        var workers = new ArrayList<Task>();
        for (int i = 0; i < Math.min(AT_ONCE, blobs.size()); i++) {
            workers.add(env.tasks().spawn("blobs", () -> work(waiting, outcomes)));
        }
        try {
            for (int left = blobs.size(); left > 0; left--) {
                var failure = outcomes.take();
                if (failure.isPresent()) {
                    throw failure.get();
                }
            }
        } finally {
            workers.forEach(Task::cancel);
        }
    }

    private void work(Mailbox<Descriptor> waiting, Mailbox<Optional<RuntimeException>> outcomes)
            throws InterruptedException {
        for (var blob = waiting.poll(Duration.ZERO); blob.isPresent(); blob = waiting.poll(Duration.ZERO)) {
            try {
                move(blob.get());
                outcomes.put(Optional.empty());
            } catch (RuntimeException failed) {
                outcomes.put(Optional.of(failed));
            }
        }
    }

    private void move(Descriptor blob) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            var sent = new Sent();
            try {
                target.registry().upload(target.repository(), blob, from, sent::add);
                return;
            } catch (RegistryException failed) {
                if (failed.kind() != Kind.UNREACHABLE || attempt == ATTEMPTS) {
                    throw failed;
                }
                progress.moved(-sent.bytes());
                var ignored = env.signal().await(PAUSE.multipliedBy(attempt));
            }
        }
    }

    /** How much of one blob went in one attempt; counted by the transport's tasks. */
    private final class Sent {
        private long bytes;

        synchronized void add(long more) {
            bytes += more;
            progress.moved(more);
        }

        synchronized long bytes() {
            return bytes;
        }
    }
}
