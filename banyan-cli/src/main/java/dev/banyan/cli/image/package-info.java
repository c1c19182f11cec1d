/**
 * What has to happen on the user's machine before a cluster can run a project's images.
 *
 * <p>{@link dev.banyan.cli.image.Preparation} takes what each service needs, builds what is to be built with the builder of this machine, sends the
 * result to the cluster's registry, and orders from the engine what other registries have, with the logins that this user keeps for them. It ends
 * with the digests of all of these, which go with the manifest.
 *
 * <p><b>Guarantees.</b> Only logins for registries that the project names are read, and only those are sent, each with its own order. What fails is
 * told service by service. <b>Caveats.</b> At most two builds and four transfers at once. What was brought into the registry stays there when the
 * manifest is refused afterwards.
 */
@NullMarked
package dev.banyan.cli.image;

import org.jspecify.annotations.NullMarked;
