/**
 * The cluster as commands see it: a store to read, a few verbs, a stream of logs, and passages into containers.
 *
 * <p>A command asks {@link dev.banyan.cli.cluster.ClusterAccess} for a {@link dev.banyan.cli.cluster.ClusterApi} and closes it when it
 * is done. {@link dev.banyan.cli.cluster.RemoteCluster} is the real one, over the client of {@code banyan-api}; whatever else offers a
 * store and the verbs will do for a command.
 *
 * <p>A stream of logs goes on over the end of an engine or the absence of an agent: {@link dev.banyan.cli.cluster.LogProgress} knows how far
 * it is with each task, and whoever has the task's agent then goes on from there.
 *
 * <p>Refusals come as {@link dev.banyan.api.wire.ApiException}, failed reads as {@link dev.banyan.runtime.store.StoreException}. This
 * room keeps no copy of the cluster's state and does not wait for anything to become so.
 */
@NullMarked
package dev.banyan.cli.cluster;

import org.jspecify.annotations.NullMarked;
