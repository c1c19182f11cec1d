/**
 * A model of etcd for simulations: what the real one answers, on simulated time, with everything that can go wrong around it.
 *
 * <p>A {@link dev.banyan.runtime.simulation.etcd.SimulatedEtcd} is a cluster of members that share one history of revisions, each of which
 * has seen a part of it. A client reaches it through an {@link dev.banyan.runtime.store.etcd.EtcdTransport}, so the store's own code runs
 * above it unmodified: its retries, its read-back of unknown outcomes, its resuming of watches. Members stop and start, lag, lose their
 * leader, compact, and go back to an older revision; links are slow, are cut, and lose the answers to commits that landed.
 *
 * <p>The core ({@code Keyspace}, {@code EtcdModel}, {@code WatchDesk}) is pure and speaks etcd's own messages: the same random sequence of
 * requests goes to it and to a real etcd, and the answers are compared field by field.
 *
 * <p><b>Guarantees.</b> A client sees nothing that a real etcd could not have done, and nothing depends on real time. <b>Caveats.</b>
 * Consensus is not simulated: a leader is or is not there, and a history is never forked, only cut back by a restore. Passwords, roles and
 * member changes are not modelled.
 */
@NullMarked
package dev.banyan.runtime.simulation.etcd;

import org.jspecify.annotations.NullMarked;
