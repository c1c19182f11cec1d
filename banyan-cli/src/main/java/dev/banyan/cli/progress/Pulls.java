package dev.banyan.cli.progress;

import dev.banyan.api.registry.ImageName;
import dev.banyan.api.source.Visible;
import dev.banyan.api.v1.PullStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.resource.Resource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Images on their way to agents, in words. Pure. */
public final class Pulls {
    private static final double MEGABYTE = 1_000_000.0;

    /** From here on nobody asks for tenths of a megabyte. */
    private static final long LARGE = 10_000_000;

    private Pulls() {}

    /** As {@code pulling nginx: 38 of 120 MB}; empty when its image is not on the way. */
    public static Optional<String> words(TaskStatus status) {
        return Optional.of(status).filter(TaskStatus::hasPull).map(pulling -> words(pulling.getPull()));
    }

    private static String words(PullStatus pull) {
        var form = pull.getBytesTotal() < LARGE ? "%.1f" : "%.0f";
        return "pulling " + Visible.text(ImageName.familiar(pull.getImage())) + ": "
                + megabytes(form, pull.getBytesDone()) + " of " + megabytes(form, pull.getBytesTotal()) + " MB";
    }

    /** Of the tasks of a service, what the one says whose image is furthest behind, and where that is; empty when none is on the way. */
    static Optional<String> slowest(String service, List<Resource<TaskSpec, TaskStatus>> tasks) {
        return tasks.stream()
                .filter(task -> task.spec().getService().equals(service)
                        && task.status().hasPull())
                .min(Comparator.comparingDouble(Pulls::share))
                .flatMap(task -> words(task.status())
                        .map(words ->
                                words + " on " + task.spec().getAssignment().getAgent()));
    }

    private static double share(Resource<TaskSpec, TaskStatus> task) {
        var pull = task.status().getPull();
        return pull.getBytesDone() / (double) Math.max(1, pull.getBytesTotal());
    }

    private static String megabytes(String form, long bytes) {
        return String.format(Locale.ROOT, form, bytes / MEGABYTE);
    }
}
