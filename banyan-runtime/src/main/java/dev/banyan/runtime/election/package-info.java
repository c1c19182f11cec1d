/**
 * Who belongs to the cluster's engines, and the right to write that follows from it.
 *
 * <p>A member owns an object of kind {@code .engines} and rewrites it all the time. The object {@code .cluster/-/view} lists the members; it
 * is rewritten in the same commit as every join, leave and removal, so its revision numbers the views. {@link
 * dev.banyan.runtime.election.Membership} keeps one member alive and knows the {@link dev.banyan.runtime.election.View}; {@link
 * dev.banyan.runtime.election.FencedStore} puts the view under every commit: a writer that acts under an old view is refused by the store
 * itself, however long it was asleep.
 *
 * <p><b>Expected flow.</b> Join; beat every third of the time to live; look at the others. A member whose object has not changed for the
 * whole time to live, by the observer's own monotonic clock, is removed by whoever sees it first. A removed member notices, joins again and
 * gets a new view. <b>Guarantees.</b> No two commits land under different views at the same revision order: after a view's revision nothing
 * of an older view lands. An observer that was itself asleep, or could not read, judges nobody until it has watched a whole time to live.
 * <b>Caveats.</b> Membership alone excludes nothing: between two looks a member may believe in an old view, and only the fence tells it.
 * No clock is compared with another's; wall clocks are not used.
 */
@NullMarked
package dev.banyan.runtime.election;

import org.jspecify.annotations.NullMarked;
