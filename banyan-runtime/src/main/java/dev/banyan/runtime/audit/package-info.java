/**
 * Keeps a process honest about its store: what it has cached is compared with the store, and nothing is written to a store that went back
 * to an older state.
 *
 * <p>An {@link dev.banyan.runtime.audit.Auditor} asks the store every few seconds how far it is, so that each cache knows its lag, and
 * compares a random stretch of one cache's keys with the store at the very revision that the cache shows. A difference is reported, and the
 * cache lists again. A {@link dev.banyan.runtime.audit.RestoreGate} stands before the store, below every cache and every controller:
 * {@code etcd -> RestoreGate -> WatchCache -> FencedStore -> controllers}. It closes when an answer shows that the store has not the history
 * that this process has seen, and stays closed for reads and writes until an operator calls {@link
 * dev.banyan.runtime.audit.RestoreGate#accept}: caches above go on showing what they had, and nothing is done for a state nobody has chosen.
 *
 * <p><b>What proves a history.</b> A revision below one that was seen; a watch that cannot go on; and a sign: a text that only this gate
 * knows, in an object that only it writes, renewed every ten seconds, remembered on disk before it is written, and compared in every commit.
 * An acceptance is itself an object in the store, so that one decision holds for all gates, and it brings the revision beyond what was seen,
 * so that no reader takes a revision of the lost history for one of the new.
 *
 * <p><b>Guarantees.</b> Comparing reads at one revision on both sides, so a difference is a difference and no race. No commit lands in a
 * history that lacks the gate's last sign. <b>Caveats.</b> The auditor samples: it finds a lasting difference sooner or later, and not a
 * short one. A store restored to a state younger than the last sign is known by its revision alone: it is missed if others have written more
 * than was lost before this process looks again.
 */
@NullMarked
package dev.banyan.runtime.audit;

import org.jspecify.annotations.NullMarked;
