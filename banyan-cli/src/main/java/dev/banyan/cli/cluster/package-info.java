/**
 * The cluster as commands see it: a store to read, a few verbs, a stream of logs, and passages into containers.
 *
 * <p>A command asks {@link dev.banyan.cli.cluster.ClusterAccess} for a {@link dev.banyan.cli.cluster.ClusterApi} and closes it when it
 * is done. {@link dev.banyan.cli.cluster.RemoteCluster} is the real one, over the client of {@code banyan-api}; whatever else offers a
 * store and the verbs will do for a command.
 *
 * <p>Refusals come as {@link dev.banyan.api.wire.ApiException}, failed reads as {@link dev.banyan.runtime.store.StoreException}. This
 * room keeps no copy of the cluster's state and does not wait for anything to become so.
 */
@NullMarked
package dev.banyan.cli.cluster;

import org.jspecify.annotations.NullMarked;
