/**
 * A local, indexed copy of objects, kept up to date by a watch, and a cache that serves the watches of others.
 *
 * <p>An {@link dev.banyan.runtime.cache.Informer} is one such copy, an {@link dev.banyan.runtime.cache.InformerGroup} several on one
 * watch. A reflector lists the selection, watches from there, and hands both to the informer's own task. That task decodes, keeps of each
 * object what the projection leaves, computes the next immutable snapshot with its {@link dev.banyan.runtime.cache.Index}es, and publishes
 * it by one write. Then it calls the direct {@link dev.banyan.runtime.cache.ResourceHandler}s and puts the difference into the buffer of
 * each other one, which has a task for itself. Readers ask a {@link dev.banyan.runtime.cache.Lister} and never wait.
 *
 * <p><b>Guarantees.</b> A snapshot is the store's selection at one revision, which never goes back while the store's history lasts; all
 * changes of one revision appear together, in a group over all its kinds. A direct handler sees every object that comes, changes or goes,
 * in order; a buffered one sees the difference to what it knew, however slow it is, and never a part of a revision. Both hold over a lost
 * watch: then the difference to a new listing is told, with the last known value of what went. An object deleted and created again under
 * its name is told as two. A write is visible once {@code awaitRevision} of its revision says so. Memory is what the copy keeps, one
 * entry a key for each slow handler, and a bounded number of batches on their way.
 *
 * <p><b>Quarantine.</b> An object that cannot be decoded, projected or filed is reported and left out, and never told as deleted; nothing
 * may be decided from its absence. <b>Values</b> are shared by all readers without copies, so they must be immutable: records of immutable
 * parts. Arrays, bare collections and classes with setters are refused.
 *
 * <p><b>Caveats.</b> States between two listings may be skipped: handlers are level-triggered. The copy is as old as {@code lag} says, and
 * an auditor ({@code runtime.audit}) is what makes that true and finds what a watch has lost. An informer may be given what an earlier life
 * of its process kept: that is shown, as stale, only while the store cannot be reached at all.
 */
@NullMarked
package dev.banyan.runtime.cache;

import org.jspecify.annotations.NullMarked;
