package dev.banyan.agent.upkeep;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ObservedImage;
import dev.banyan.runtime.env.TimeSource;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes unused images while the disk is too full. For one caller. */
final class ImageSweep {
    /** From here on images are removed: the rest is room for what containers write until the next look. */
    static final int START_PERCENT = 80;

    /** Down to here, so that not every further image removes another. */
    static final int ENOUGH_PERCENT = 70;

    private static final Logger LOG = LoggerFactory.getLogger(ImageSweep.class);

    private final ContainerRuntime runtime;
    private final Disk disk;
    private final ImageUse use;
    private final TimeSource time;
    private final String registry;
    private boolean warned; // of the present shortage

    /** Only images of {@code registry}, such as {@code registry.banyan}, are this agent's to remove. */
    ImageSweep(ContainerRuntime runtime, Disk disk, ImageUse use, TimeSource time, String registry) {
        this.runtime = runtime;
        this.disk = disk;
        this.use = use;
        this.time = time;
        this.registry = registry;
    }

    void sweep(Needs needs) throws InterruptedException {
        // In this order: what is fetched in between is fetched for a task that is known by then.
        var present = runtime.images().stream().filter(this::ours).toList();
        var needed = needs.now();
        if (needed.isEmpty()) {
            return;
        }
        use.note(present, needed.get().images(), time.now());
        if (disk.percentUsed() < START_PERCENT) {
            warned = false;
            return;
        }
        for (var image : use.oldestUnused(present)) {
            if (disk.percentUsed() <= ENOUGH_PERCENT) {
                return;
            }
            remove(image, needs);
        }
        if (!warned && disk.percentUsed() > ENOUGH_PERCENT) {
            warned = true;
            LOG.atWarn()
                    .addKeyValue("percentUsed", disk.percentUsed())
                    .log("disk is filling, and no unused image is left");
        }
    }

    /** A removal takes seconds, in which a task may have come that needs the next image. */
    private void remove(ObservedImage image, Needs needs) throws InterruptedException {
        var needed = needs.now();
        if (needed.isEmpty() || uses(needed.get().images(), image)) {
            return;
        }
        runtime.removeImage(image.id());
        LOG.atInfo()
                .addKeyValue("image", image.references())
                .addKeyValue("bytes", image.sizeBytes())
                .log("unused image removed, the disk is filling");
    }

    private static boolean uses(Set<String> needed, ObservedImage image) {
        return image.references().stream().anyMatch(needed::contains);
    }

    private boolean ours(ObservedImage image) {
        return !image.references().isEmpty()
                && image.references().stream().allMatch(reference -> reference.startsWith(registry + "/"));
    }
}
