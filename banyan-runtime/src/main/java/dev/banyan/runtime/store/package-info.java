/**
 * The truth: conditional writes and ordered watches over objects.
 *
 * <p>{@link dev.banyan.runtime.store.Store} is the contract; memory, etcd and a server that speaks for one are its homes, and a controller does not
 * know which one it has. A writer reads objects, decides, and hands a {@link dev.banyan.runtime.store.Commit} of preconditions and
 * writes; it lands whole or not at all and the {@link dev.banyan.runtime.store.WriteOutcome} says which. A reader lists at a revision
 * and watches from there.
 *
 * <p><b>Guarantees.</b> Revisions are those of one totally ordered history. A commit is one revision. A watch delivers every change of
 * its selection after its start, once, in order, all changes of one revision together - or says {@link
 * dev.banyan.runtime.store.WatchBatch.Resync} and ends, never a silent gap. <b>Caveats.</b> A watch may be behind; a lease or lock does
 * not exist here: exclusion is done by preconditions alone.
 */
@NullMarked
package dev.banyan.runtime.store;

import org.jspecify.annotations.NullMarked;
