package dev.banyan.api.registry;

import java.io.IOException;
import java.io.InputStream;

/** Where one image is taken from. */
public interface ImageSource {
    /**
     * A part of the image that is a manifest.
     *
     * @throws RegistryException when it is not there, or not what its digest says
     */
    ImageManifest manifest(Descriptor part) throws InterruptedException;

    /** The bytes of another part, from the beginning at each call; the caller closes them. */
    InputStream blob(Descriptor part) throws IOException, InterruptedException;
}
