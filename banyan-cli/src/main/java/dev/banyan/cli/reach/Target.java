package dev.banyan.cli.reach;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.source.Suggestions;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.app.Apps;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whose container a person means.
 *
 * @param words as they were written: {@code SERVICE}, {@code APP/SERVICE}, either with {@code .SLOT}, or the name of a task
 */
record Target(String words, OptionalInt index) {
    /** A service of an app, and a replica of it. */
    private record Wanted(Optional<String> app, String service, OptionalInt slot) {}

    Target {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a service is needed");
        }
    }

    /**
     * The task that is meant: of several replicas the first that is ready, or else runs.
     *
     * @throws ApiException NOT_FOUND, with what there is instead
     */
    Resource<TaskSpec, TaskStatus> find(Store store) {
        var tasks = store.list(Selection.of(Kinds.TASKS.name()).in(Apps.NAMESPACE), ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .toList();
        var named = tasks.stream().filter(task -> task.name().equals(words)).findFirst();
        if (named.isPresent()) {
            return named.get();
        }
        var wanted = wanted();
        var ofService = tasks.stream().filter(task -> matches(task, wanted)).toList();
        if (ofService.isEmpty()) {
            throw unknown(wanted, tasks);
        }
        var apps = ofService.stream()
                .map(task -> task.spec().getDeployment())
                .distinct()
                .sorted()
                .toList();
        if (apps.size() > 1) {
            throw new ApiException(
                    Reason.NOT_FOUND,
                    "several apps have a service \"" + wanted.service() + "\"; write "
                            + String.join(
                                    " or ",
                                    apps.stream().map(app -> app + "/" + words).toList()));
        }
        return ofService.stream()
                .filter(task -> wanted.slot().isEmpty()
                        || task.spec().getSlot() == wanted.slot().getAsInt())
                .filter(task -> task.status().getState() == TaskStatus.State.RUNNING)
                .max(Comparator.<Resource<TaskSpec, TaskStatus>, Boolean>comparing(
                                task -> task.status().getReady())
                        .thenComparing(task -> task.spec().getDesired() == TaskSpec.Desired.RUN)
                        .thenComparing(task -> -task.spec().getSlot())
                        .thenComparing(task -> task.spec().getRelease())
                        .thenComparing(task -> task.spec().getOrdinal()))
                .orElseThrow(() -> new ApiException(
                        Reason.NOT_FOUND,
                        "no replica of \"" + words + "\" runs now; banyan-cli ps " + apps.getFirst() + " says why"));
    }

    private Wanted wanted() {
        int slash = words.indexOf('/');
        var app = slash < 0 ? Optional.<String>empty() : Optional.of(words.substring(0, slash));
        var rest = words.substring(slash + 1);
        int dot = rest.lastIndexOf('.');
        if (dot > 0 && rest.substring(dot + 1).matches("[0-9]{1,6}")) {
            return new Wanted(app, rest.substring(0, dot), OptionalInt.of(Integer.parseInt(rest.substring(dot + 1))));
        }
        return new Wanted(app, rest, index);
    }

    private static boolean matches(Resource<TaskSpec, TaskStatus> task, Wanted wanted) {
        return task.spec().getService().equals(wanted.service())
                && wanted.app()
                        .filter(app -> !app.equals(task.spec().getDeployment()))
                        .isEmpty();
    }

    private static ApiException unknown(Wanted wanted, List<Resource<TaskSpec, TaskStatus>> tasks) {
        var there = tasks.stream()
                .filter(task -> wanted.app()
                        .filter(app -> !app.equals(task.spec().getDeployment()))
                        .isEmpty())
                .map(task -> task.spec().getService())
                .distinct()
                .sorted()
                .toList();
        var where = wanted.app().map(app -> " in app \"" + app + "\"").orElse("");
        var guess = Suggestions.didYouMean(wanted.service(), there)
                .orElse(there.isEmpty() ? "nothing runs there" : "there are: " + String.join(", ", there));
        return new ApiException(
                Reason.NOT_FOUND, "there is no task of service \"" + wanted.service() + "\"" + where + "; " + guess);
    }
}
