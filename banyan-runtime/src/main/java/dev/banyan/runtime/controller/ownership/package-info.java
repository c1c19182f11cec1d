/**
 * What goes when, and what goes with it: finalizers, owners, and the collector of what nobody owns.
 *
 * <p>A controller that makes dependents holds their owner by a {@link dev.banyan.runtime.controller.ownership.Finalizer} in the commit of the
 * first and lets go in the commit of the last, so there is no moment in which one exists without the other. Each dependent names its owner by
 * key and uid; {@link dev.banyan.runtime.controller.ownership.Ownership} changes hands under both revisions. Whoever deletes says by a {@link
 * dev.banyan.runtime.controller.ownership.DeletionPolicy} whether dependents go after their owner, before it, or stay; the {@link
 * dev.banyan.runtime.controller.ownership.GarbageCollector} does it.
 *
 * <p><b>Guarantees.</b> An object is collected only after the store itself, and not a cache, has said that none of its owners exists, and
 * only as it was read then. An owner deleted in the foreground outlives its dependents; owners that own each other do not wait for each
 * other for ever. <b>Assumptions.</b> Kinds of owners and dependents are all known to the collector. <b>Caveats.</b> A dependent created
 * without looking at its owner may come after the collector has looked; it is collected once the owner is gone.
 */
@NullMarked
package dev.banyan.runtime.controller.ownership;

import org.jspecify.annotations.NullMarked;
