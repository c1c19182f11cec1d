package dev.banyan.engine.image.shelf;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.registry.ImageName;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which images are named by releases, those that are kept of the past too, or by tasks.
 *
 * @param apps that name an image, by {@link Holding#name}
 */
record Needs(Map<String, SortedSet<String>> apps) {
    private static final String PREFIX = ImageName.CLUSTER + "/";

    static Needs of(Store store) {
        var apps = new TreeMap<String, SortedSet<String>>();
        for (var object :
                store.list(Selection.of(Kinds.RELEASES.name()), ReadAt.LATEST).objects()) {
            var release = Kinds.RELEASES.decode(object).spec();
            release.getImagesMap().values().forEach(image -> add(apps, image, release.getDeployment()));
        }
        for (var object :
                store.list(Selection.of(Kinds.TASKS.name()), ReadAt.LATEST).objects()) {
            var task = Kinds.TASKS.decode(object).spec();
            add(apps, task.getContainer().getImage(), task.getDeployment());
        }
        return new Needs(apps);
    }

    private static void add(Map<String, SortedSet<String>> apps, String image, String app) {
        if (image.startsWith(PREFIX)) {
            apps.computeIfAbsent(image.substring(PREFIX.length()), name -> new TreeSet<>())
                    .add(app);
        }
    }

    SortedSet<String> of(Holding holding) {
        return apps.getOrDefault(holding.name(), new TreeSet<>());
    }
}
