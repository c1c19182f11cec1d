/**
 * A Compose file becomes a manifest, or a list of everything that is wrong with it.
 *
 * <p>{@link dev.banyan.api.compose.ComposeLoader} reads the text into a tree, fills in variables, decodes each service by one small
 * decoder for each group of keys, and checks what holds between services: names, dependencies, ports. Everything that is wrong is
 * reported in one pass. What comes out is a normalised {@link dev.banyan.api.v1.Manifest}: every default filled in, services sorted,
 * so that two files that mean the same give equal manifests.
 *
 * <p><b>Guarantees.</b> No key is taken and ignored: one that is not supported is refused by name, with its place. Keys that begin
 * with {@code x-} are the author's own, as the Compose Specification says. {@link dev.banyan.api.compose.Locations} finds the place
 * of a field that somebody else, such as admission, refuses later. <b>Caveats.</b> A service without {@code restart} is always
 * restarted, unlike in Compose, unless another one waits for it to complete. A port without a published one is reachable inside the
 * cluster only. This room does no I/O: other files come through {@link dev.banyan.api.compose.Surroundings}.
 */
@NullMarked
package dev.banyan.api.compose;

import org.jspecify.annotations.NullMarked;
