package dev.banyan.cli.app;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.List;

/** Where the volumes of an app are. */
public final class AppVolumes {
    private AppVolumes() {}

    /** Each in words, such as {@code volume shop.data is on a-1}; those that are being removed are left out. */
    public static List<String> words(Store store, String app) {
        var selection = Selection.of(Kinds.VOLUMES.name())
                .in(Apps.NAMESPACE)
                .labelled(LabelSelector.of(Labels.DEPLOYMENT, app));
        return store.list(selection, ReadAt.LATEST).objects().stream()
                .filter(object -> !object.meta().deleting())
                .map(Kinds.VOLUMES::decode)
                .map(volume ->
                        "volume " + volume.name() + " is on " + volume.spec().getAgent())
                .toList();
    }
}
