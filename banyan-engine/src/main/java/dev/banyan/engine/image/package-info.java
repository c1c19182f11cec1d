/**
 * Images of other registries, brought into the cluster's own.
 *
 * <p>An {@link dev.banyan.engine.image.Order} comes from somebody who is about to run an app. {@link dev.banyan.engine.image.Mirror} looks what the
 * cluster has under the image's name, asks the image's own registry when the order's policy says so, and copies what is missing, for the platforms
 * of the cluster's agents. Who waits sees how far it is; several who order the same wait for one {@link dev.banyan.engine.image.Transfer}, which ends
 * when the last of them goes away. {@link dev.banyan.engine.image.ClusterImages} tells admission which content a name means in the cluster.
 *
 * <p><b>Guarantees.</b> A login is used for one transfer, in memory, and never written or logged. A name in the cluster's registry leads to a
 * whole image at any time. What is there already is not moved again.
 *
 * <p><b>Caveats.</b> Who may mirror may have what somebody else's login has brought. The registry is this engine's own: what another engine's
 * has is fetched again. Nothing decides here what a release uses; what nothing names is removed by
 * the room {@code shelf}, which is told of each question.
 */
@NullMarked
package dev.banyan.engine.image;

import org.jspecify.annotations.NullMarked;
