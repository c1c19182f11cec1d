/**
 * Who belongs to a cluster of processes, which of them does what, and the right to write that follows from it.
 *
 * <p>A member owns an object of kind {@code .engines} and rewrites it all the time. The object {@code .cluster/-/view} lists the members; it
 * is rewritten in the same commit as every join, leave and removal, so its revision numbers the views. {@link
 * dev.banyan.runtime.election.Membership} keeps one member alive and knows the {@link dev.banyan.runtime.election.View}; {@link
 * dev.banyan.runtime.election.FencedStore} puts the view under every commit: a writer that acts under an old view is refused by the store
 * itself, however long it was asleep. {@link dev.banyan.runtime.election.Shards} lets all members work, each on its share of the keys; {@link
 * dev.banyan.runtime.election.LeaderElector} lets one of them work.
 *
 * <p><b>Expected flow.</b> Join; beat every third of the time to live; look at the others. A member whose object has not changed for the
 * whole time to live, by the observer's own monotonic clock, is removed by whoever sees it first. A removed member notices, joins again and
 * gets a new view. A view is turned into a share by hashing alone, so all who know the view agree; controllers made by {@code Shards} or
 * {@code LeaderElector} look at what they gain as soon as their caches show the view's revision. A watch makes all this quick; looking now
 * and then makes it certain.
 *
 * <p><b>Guarantees.</b> After a view's revision nothing of an older view lands. What a sharded controller or a leader's controller begins it
 * also ends under the same view or token, or not at all. A new owner has seen all that former owners wrote. An observer that was itself
 * asleep, or could not read, judges nobody until it has watched a whole time to live. At rest nothing is written but beats.
 *
 * <p><b>Caveats.</b> Membership alone excludes nothing: between two looks a member may believe in an old view, and only the fence tells it.
 * No clock is compared with another's; wall clocks are not used. What a reconciler does outside the store is not fenced.
 */
@NullMarked
package dev.banyan.runtime.election;

import org.jspecify.annotations.NullMarked;
