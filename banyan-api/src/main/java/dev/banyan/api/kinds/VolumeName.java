package dev.banyan.api.kinds;

import dev.banyan.api.v1.VolumeManifest;
import java.util.Locale;

/** The name of a Volume: the app's and the volume's key, as {@code shop.data}, unless the app names it otherwise. */
public final class VolumeName {
    /** Keeps a Volume until its agent has deleted the data: set by scheduling, removed by the agent. */
    public static final String FINALIZER = "dev.banyan/volume-data";

    private VolumeName() {}

    /** Under which the volume of a deployment is stored. Keys differ in more than upper and lower case. */
    public static String of(String deployment, VolumeManifest volume) {
        return volume.getName().isEmpty()
                ? deployment + "." + volume.getKey().toLowerCase(Locale.ROOT)
                : volume.getName();
    }
}
