package dev.banyan.cli.image;

import java.util.Optional;

/** What those who work tell the one who shows. */
sealed interface News {
    /** A builder says something. */
    record Line(String service, String text) implements News {}

    /** So far is the transfer of an image. */
    record Moved(String image, String verb, long bytes, long total) implements News {}

    /** An image is in the cluster; without a digest when it is only named. */
    record Done(String image, Optional<String> digest) implements News {}

    /** A service gets no image. */
    record Failed(String service, String words) implements News {}
}
