/**
 * Events become requests, requests become reconciles.
 *
 * <p>An event of an informer is compared part by part into a {@link dev.banyan.runtime.controller.ChangeSet}, passes an {@link
 * dev.banyan.runtime.controller.EventFilter}, and then an {@link dev.banyan.runtime.controller.EventMapper}, which names the keys to look at.
 * The {@link dev.banyan.runtime.controller.Controller} queues them, and for each due key starts a task that calls the {@link
 * dev.banyan.runtime.controller.Reconciler} with a {@link dev.banyan.runtime.controller.Request}: a name, not a change, since a reconciler
 * looks at the whole state each time. Its {@link dev.banyan.runtime.controller.Result} says what next.
 *
 * <p><b>Guarantees.</b> One key never runs twice at a time; an event that comes while its key runs makes it run again; a failing key is tried
 * again for ever, ever more slowly; every key is looked at once per resync even if nothing happened; deletions and finalizers pass every
 * filter. A key whose reconciler writes through its controller does not run again before the caches show what it wrote, and only that key
 * waits. What a reconciler, mapper or filter throws, or where it hangs, delays its own key alone; a key that runs for nothing is slowed down.
 * <b>Assumptions.</b> A reconciler is idempotent, reads listers that may be behind, and lets the preconditions of its commits say so.
 * <b>Caveats.</b> Events may be merged. Nothing here elects: a controller acts wherever it runs, on whatever keys it is told to take; the
 * election room runs one on its share.
 */
@NullMarked
package dev.banyan.runtime.controller;

import org.jspecify.annotations.NullMarked;
