package dev.banyan.engine.admission;

/** Turns the name of an image into its content's address. Implementations do I/O and are thread-safe. */
public interface ImageResolver {
    /** What became of a name. */
    sealed interface Resolution {
        /** {@code registry.banyan/<repository>@sha256:<digest>}. */
        record Resolved(String reference) implements Resolution {}

        /** No such image, or its registry could not be asked; {@code reason} names both. */
        record Failed(String reason) implements Resolution {}
    }

    Resolution resolve(String image);
}
