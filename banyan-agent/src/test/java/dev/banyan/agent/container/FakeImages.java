package dev.banyan.agent.container;

import dev.banyan.agent.container.PullOutcome.Cause;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The images that a registry has, those that a server has, and the content on its disk. A layer counts once however many images have it. A
 * pull that the daemon's death interrupts leaves whole layers behind, which no image names and the next pull finds; they go when their
 * lease has ended and an image is removed. Guarded by its server's lock.
 */
final class FakeImages {
    /** As long as containerd keeps what an interrupted pull has fetched. */
    private static final Duration LEASE = Duration.ofHours(24);

    /** A layer of an image. */
    record Layer(String digest, long bytes) {}

    private record Image(ImageConfig config, List<Layer> layers) {
        long bytes() {
            return layers.stream().mapToLong(Layer::bytes).sum();
        }
    }

    /** Content on the disk; kept without an image until its lease ends. */
    private record Content(long bytes, long leasedUntil) {}

    private final Map<ImageReference, Image> registry = new HashMap<>();
    private final Map<ImageReference, Image> present = new LinkedHashMap<>();
    private final Map<ImageReference, Deque<PullOutcome.Failed>> refusals = new HashMap<>();
    private final Map<String, Content> content = new TreeMap<>();
    private final Map<ImageReference, Map<String, String>> contents = new HashMap<>();
    private long capacity = Long.MAX_VALUE;
    private Duration pullTime = Duration.ZERO;

    void offer(ImageReference image, ImageConfig config, List<Layer> layers) {
        registry.put(image, new Image(config, List.copyOf(layers)));
    }

    /** Text files that an image has, by absolute path. */
    void contains(ImageReference image, Map<String, String> files) {
        contents.put(image, Map.copyOf(files));
    }

    /** Files of a directory of an image, by their path below it. */
    Map<String, String> below(ImageReference image, String directory) {
        var found = new TreeMap<String, String>();
        contents.getOrDefault(image, Map.of()).forEach((path, text) -> {
            if (path.startsWith(directory + "/")) {
                found.put(path.substring(directory.length() + 1), text);
            }
        });
        return found;
    }

    void pullsTake(Duration time) {
        pullTime = time;
    }

    Duration pullTime() {
        return pullTime;
    }

    void capacity(long bytes) {
        capacity = bytes;
    }

    boolean full() {
        return used() >= capacity;
    }

    long used() {
        return content.values().stream().mapToLong(Content::bytes).sum();
    }

    void refuseNext(ImageReference image, PullOutcome.Failed refusal) {
        refusals.computeIfAbsent(image, unused -> new ArrayDeque<>()).add(refusal);
    }

    /** What the registry says, if that is the end of it. */
    Optional<PullOutcome.Failed> refusal(ImageReference image) {
        var refused = refusals.getOrDefault(image, new ArrayDeque<>()).poll();
        if (refused != null) {
            return Optional.of(refused);
        }
        return registry.containsKey(image)
                ? Optional.empty()
                : Optional.of(new PullOutcome.Failed(Cause.NOT_FOUND, image + ": not found"));
    }

    boolean isPresent(ImageReference image) {
        return present.containsKey(image);
    }

    Optional<ImageConfig> config(ImageReference image) {
        return Optional.ofNullable(present.get(image)).map(Image::config);
    }

    /** Layers of {@code image} that the disk does not have. */
    List<Layer> missing(ImageReference image) {
        return known(image).layers().stream()
                .filter(layer -> !content.containsKey(layer.digest()))
                .toList();
    }

    /** How much of {@code image} the disk has. */
    PullProgress progress(ImageReference image) {
        var all = known(image);
        var missing = missing(image);
        long left = missing.stream().mapToLong(Layer::bytes).sum();
        int layers = all.layers().size();
        return new PullProgress(all.bytes() - left, all.bytes(), layers - missing.size(), layers);
    }

    /** Writes a layer; how that failed, if it did. */
    Optional<PullOutcome.Failed> write(Layer layer, long now) {
        if (used() + layer.bytes() > capacity) {
            return Optional.of(new PullOutcome.Failed(
                    Cause.OTHER, "failed to copy: write " + layer.digest() + ": no space left on device"));
        }
        content.put(layer.digest(), new Content(layer.bytes(), now + LEASE.toNanos()));
        return Optional.empty();
    }

    /** All layers are there: the image is. */
    PullOutcome complete(ImageReference image, Duration took) {
        var fetched = known(image);
        present.put(image, fetched);
        release(image);
        return new PullOutcome.Pulled(fetched.bytes(), took);
    }

    List<ObservedImage> list() {
        var byId = new LinkedHashMap<String, ObservedImage>();
        present.forEach((reference, image) -> byId.merge(
                id(reference),
                new ObservedImage(id(reference), List.of(reference.toString()), image.bytes()),
                FakeImages::both));
        return List.copyOf(byId.values());
    }

    void remove(String id, long now) {
        present.keySet().removeIf(image -> id(image).equals(id));
        content.entrySet()
                .removeIf(entry -> !named(entry.getKey()) && entry.getValue().leasedUntil() <= now);
    }

    /** A pull that came to its end, whichever, holds no lease. */
    void release(ImageReference image) {
        for (var layer : known(image).layers()) {
            content.computeIfPresent(layer.digest(), (digest, kept) -> new Content(kept.bytes(), 0));
        }
    }

    private boolean named(String layer) {
        return present.values().stream()
                .flatMap(image -> image.layers().stream())
                .anyMatch(other -> other.digest().equals(layer));
    }

    private Image known(ImageReference image) {
        return Optional.ofNullable(registry.get(image)).orElseThrow();
    }

    private static ObservedImage both(ObservedImage one, ObservedImage other) {
        var references = new ArrayList<>(one.references());
        references.addAll(other.references());
        return new ObservedImage(one.id(), references, one.sizeBytes());
    }

    private static String id(ImageReference image) {
        return "id-of-" + image.digest();
    }
}
