/**
 * A Compose project becomes a manifest, or a list of everything that is wrong with it.
 *
 * <p>{@link dev.banyan.api.compose.ComposeLoader} lets the room {@code project} make one tree of all files, refuses what of it Banyan
 * does not support, decodes each service, and checks what holds between services in a cluster: names, dependencies, ports. What comes
 * out is a normalised {@link dev.banyan.api.v1.Manifest}: every default filled in, services sorted, so that two projects that mean the
 * same give equal manifests.
 *
 * <p>Below: {@code node} is the tree, {@code template} fills in variables, {@code dotenv} reads files of variables, {@code schema} is
 * the table of keys, {@code merge} joins files, {@code project} loads them all, {@code verdict} says which keys are honoured.
 *
 * <p><b>Guarantees.</b> No key is taken and ignored: one that is not supported is refused by name, with its place, unless its
 * author accepts that by name. Keys that begin with {@code x-} are the author's own, as the Compose Specification says, but for those
 * that begin with {@code x-banyan-}. {@link dev.banyan.api.compose.Locations} finds the place
 * of a field that somebody else, such as admission, refuses later. <b>Caveats.</b> A service without {@code restart} is always
 * restarted, unlike in Compose, unless another one waits for it to complete. A port without a published one is reachable inside the
 * cluster only. This room does no I/O.
 */
@NullMarked
package dev.banyan.api.compose;

import org.jspecify.annotations.NullMarked;
