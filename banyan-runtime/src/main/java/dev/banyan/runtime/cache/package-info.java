/**
 * A local, indexed copy of objects, kept up to date by a watch, and a cache that serves the watches of others.
 *
 * <p>An {@link dev.banyan.runtime.cache.Informer} is one such copy: its reflector lists the selection, watches from there, and hands both to
 * the informer's own task. That task decodes, computes the next immutable snapshot, publishes it by one write, and then calls the {@link
 * dev.banyan.runtime.cache.ResourceHandler}s with what changed. Readers ask a {@link dev.banyan.runtime.cache.Lister} and never wait.
 *
 * <p><b>Guarantees.</b> A snapshot is the store's selection at one revision, which never goes back while the store's history lasts; all
 * changes of one revision appear together. Handlers see every object that comes, changes or goes, in order, also over a lost watch: then
 * the difference to a new listing is told, with the last known value of what went. An object deleted and created again under its name is
 * told as two. <b>Caveats.</b> States between two listings may be skipped: handlers are level-triggered. An object that cannot be decoded
 * or indexed is quarantined: it is reported and left out, and never told as deleted. Only an informer's own task changes its snapshot. An
 * informer may be given what an earlier life of its process kept: that is shown, as stale, only while the store cannot be reached at all.
 */
@NullMarked
package dev.banyan.runtime.cache;

import org.jspecify.annotations.NullMarked;
