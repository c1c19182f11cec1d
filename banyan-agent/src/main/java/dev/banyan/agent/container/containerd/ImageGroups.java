package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.Tuning;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Which numbers the groups of images have, of which CRI knows numbers alone. Thread-safe. */
final class ImageGroups {
    private static final String FILE = "/etc/group";

    /** Some ten thousand groups. */
    private static final int FILE_MAX = 1 << 20;

    /** More than one server runs containers of at a time that name groups. */
    private static final int IMAGES_MAX = 64;

    private final ImageCopies copies;
    private final Path scratch;
    private final ReentrantLock looking = new ReentrantLock(); // one image at a time is shown at the scratch path

    /** What a digest names does not change. */
    private final Map<ImageReference, Map<String, Long>> known = new ConcurrentHashMap<>();

    ImageGroups(ImageCopies copies, Path scratch) {
        this.copies = copies;
        this.scratch = scratch;
    }

    /** The same container with the numbers of the groups that it names; {@code INVALID} when its image has no group of a name. */
    ContainerSpec numbered(ContainerSpec spec) throws InterruptedException {
        var tuning = spec.tuning();
        var manner = tuning.manner();
        if (manner.groupNames().isEmpty()) {
            return spec;
        }
        var groups = of(spec.image());
        var numbers =
                manner.groupNames().stream().map(name -> number(groups, name)).toList();
        var all = Stream.concat(manner.groups().stream(), numbers.stream())
                .distinct()
                .toList();
        var named = new Tuning.Manner(all, manner.init(), manner.tty(), manner.stdin());
        return spec.withTuning(
                new Tuning(named, tuning.shares(), tuning.powers(), tuning.isolation(), tuning.devices()));
    }

    private static long number(Map<String, Long> groups, String name) {
        var number = groups.get(name);
        if (number == null) {
            throw new ContainerException(
                    Kind.INVALID, "the image has no group \"" + name + "\" in " + FILE + "; correct group_add");
        }
        return number;
    }

    private Map<String, Long> of(ImageReference image) throws InterruptedException {
        var found = known.get(image);
        return found == null ? read(image) : found;
    }

    private Map<String, Long> read(ImageReference image) throws InterruptedException {
        looking.lockInterruptibly();
        try {
            var groups = parse(copies.text(image, FILE, scratch, FILE_MAX).orElse(""));
            if (known.size() >= IMAGES_MAX) {
                known.clear();
            }
            known.put(image, groups);
            return groups;
        } finally {
            looking.unlock();
        }
    }

    /** By name; lines that are none are passed over, and the first of a name counts, as the C library has it. */
    static Map<String, Long> parse(String file) {
        var groups = new HashMap<String, Long>();
        for (var line : List.of(file.split("\n"))) {
            var fields = line.split(":", -1);
            if (fields.length >= 3 && fields[2].matches("[0-9]{1,10}")) {
                groups.putIfAbsent(fields[0], Long.parseLong(fields[2]));
            }
        }
        return groups;
    }
}
