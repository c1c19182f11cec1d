package dev.banyan.engine.image;

import dev.banyan.api.registry.ImageName;
import dev.banyan.api.registry.Registry;
import dev.banyan.api.registry.RegistryException;
import dev.banyan.engine.image.shelf.Demand;

/** Which content a name means in the cluster's registry. Thread-safe; calls block. */
public final class ClusterImages {
    private final Registry registry;
    private final Demand demand;
    private final int port;

    /**
     * Asks {@code registry}.
     *
     * @param demand told what is asked for
     * @param port where people push
     */
    public ClusterImages(Registry registry, Demand demand, int port) {
        this.registry = registry;
        this.demand = demand;
        this.port = port;
    }

    /** What became of a question. */
    public sealed interface Answer {
        /** {@code registry.banyan/<repository>@<digest>}. */
        record Found(String reference) implements Answer {}

        /** Why not, in words for the one who asked for the image. */
        record NotFound(String reason) implements Answer {}
    }

    /** Looks up an image by its name as written in a manifest, or by that name and the digest of a content that the cluster has. */
    public Answer resolve(String image) {
        try {
            return ask(image, ImageName.parse(image));
        } catch (IllegalArgumentException malformed) {
            return new Answer.NotFound(String.valueOf(malformed.getMessage()));
        } catch (RegistryException failed) {
            return new Answer.NotFound("asking for " + image + " failed: " + failed.getMessage());
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            return new Answer.NotFound("asking the registry for " + image + " was cancelled");
        }
    }

    private Answer ask(String image, ImageName name) throws InterruptedException {
        var repository = name.clusterRepository();
        demand.ask(repository);
        if (name.digest().isPresent()
                && registry.digest(repository, name.reference()).isPresent()) {
            return new Answer.Found(name.inCluster(name.reference()));
        }
        // A digest of another registry may be of more platforms than the cluster keeps; its tag leads to what is kept.
        boolean tagged = name.digest().isEmpty() || !name.inCluster();
        var found = tagged
                ? registry.digest(repository, name.clusterTag())
                : name.digest().filter(digest -> false);
        return found.<Answer>map(digest -> new Answer.Found(name.inCluster(digest)))
                .orElseGet(() ->
                        new Answer.NotFound(name.inCluster() ? pushed(image, name, "ENGINE:" + port) : fetched(image)));
    }

    /** What to do about an image of the cluster's own registry that is not there. */
    static String pushed(String image, ImageName name, String registry) {
        return image + " is not in the cluster's registry; push it first, as with: "
                + "skopeo copy --dest-cert-dir ~/.config/banyan/credentials/default/registry SOURCE docker://"
                + registry + "/" + name.repository() + ":" + name.tag().orElse("latest");
    }

    private static String fetched(String image) {
        return image + " is not in the cluster's registry, from where alone agents pull; "
                + "banyan-cli up brings it there, with a banyan-cli that is as new as the engine";
    }
}
