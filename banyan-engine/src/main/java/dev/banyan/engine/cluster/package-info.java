/**
 * An engine works on the store of its own cluster, and on none that is newer than itself.
 *
 * <p>The objects {@code .cluster/-/id} and {@code .cluster/-/level} say whose a store is and which level of fields and kinds may be in it;
 * both hold plain text. {@link dev.banyan.engine.cluster.ClusterGuard} reads them before anything else is written: an empty store becomes
 * this cluster's, another cluster's or a newer level's is refused. The level rises when an engine that understands more is the only
 * member, which is when nobody is left who would not understand. After the engine has become a member it looks once more, since the level
 * may have risen in between.
 */
@NullMarked
package dev.banyan.engine.cluster;

import org.jspecify.annotations.NullMarked;
