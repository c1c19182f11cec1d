/**
 * Events become requests, requests become reconciles.
 *
 * <p>An event of an informer passes an {@link dev.banyan.runtime.controller.EventMapper}, which names the keys to look at. The {@link
 * dev.banyan.runtime.controller.Controller} queues them, and for each due key starts a task that calls the {@link
 * dev.banyan.runtime.controller.Reconciler} with a {@link dev.banyan.runtime.controller.Request}: a name, not a change, since a reconciler
 * looks at the whole state each time. Its {@link dev.banyan.runtime.controller.Result} says what next.
 *
 * <p><b>Guarantees.</b> One key never runs twice at a time; an event that comes while its key runs makes it run again; a failing key is tried
 * again for ever, ever more slowly; every key is looked at once per resync even if nothing happened. <b>Assumptions.</b> A reconciler is
 * idempotent, reads listers that may be behind, and lets the preconditions of its commits say so. <b>Caveats.</b> Events may be merged.
 * Nothing here elects: a controller acts wherever it runs, on whatever keys it is told to take; the election room runs one on its share.
 */
@NullMarked
package dev.banyan.runtime.controller;

import org.jspecify.annotations.NullMarked;
