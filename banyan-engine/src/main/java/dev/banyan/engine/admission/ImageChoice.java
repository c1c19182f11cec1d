package dev.banyan.engine.admission;

import dev.banyan.api.registry.ImageName;
import dev.banyan.engine.admission.ImageResolver.Resolution;
import java.util.Map;

/**
 * Which content each image of one application is.
 *
 * @param told digests of what the caller has just brought into the cluster, by the names in the manifest
 * @param foreseen digests of what the caller would bring, which is not there to be asked for; empty texts where they are not known yet
 */
record ImageChoice(ImageResolver images, Map<String, String> told, Map<String, String> foreseen) {
    /** In the place of a digest that is not known yet. No content has it, so no task has it either. */
    private static final String UNKNOWN = "sha256:" + "0".repeat(64);

    ImageChoice {
        told = Map.copyOf(told);
        foreseen = Map.copyOf(foreseen);
    }

    Resolution resolve(String image) {
        var digest = foreseen.get(image);
        return digest == null ? images.resolve(exact(image)) : imagined(image, digest);
    }

    /** A digest that was told takes the place of one that was written, which is of the image's own registry. */
    private String exact(String image) {
        var digest = told.get(image);
        return digest == null ? image : image.split("@", 2)[0] + "@" + digest;
    }

    private static Resolution imagined(String image, String digest) {
        try {
            var content = digest.isEmpty() ? UNKNOWN : digest;
            var named = ImageName.parse(image.split("@", 2)[0] + "@" + content);
            return new Resolution.Resolved(named.inCluster(content));
        } catch (IllegalArgumentException malformed) {
            return new Resolution.Failed(String.valueOf(malformed.getMessage()));
        }
    }
}
