package dev.banyan.cli.image;

/** What those who work tell the one who shows. */
sealed interface News {
    /** A builder says something. */
    record Line(String service, String text) implements News {}

    /** So far is the transfer of an image. */
    record Moved(String image, String verb, long bytes, long total) implements News {}

    /** An image is in the cluster, or it is known how it would come there. */
    record Done(Provision provision) implements News {}

    /** No engine answers, or something is wrong that is nothing about one image. */
    record Broken(RuntimeException failure) implements News {}

    /** A service gets no image. */
    record Failed(String service, String words) implements News {}
}
