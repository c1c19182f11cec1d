/**
 * An app has the tasks that its release asks for.
 *
 * <p>The reconciler reads a Deployment, its wanted Release, the Services and Tasks of the app, and makes a {@link
 * dev.banyan.engine.deployment.DeploymentPlan}: tasks to create (by slot, under deterministic names, in the order that {@code
 * depends_on} allows), to stop and to forget, and the status to report. A task that is what the release asks for is kept, whatever
 * release made it; a changed service gets its new tasks first and loses the old ones once the new are ready.
 *
 * <p>A service has {@code Seats}: so many, or one on every agent that suits. A {@code Rollout} says who holds them, {@code Dependencies}
 * whether a service may start, and what can never be met. {@link dev.banyan.engine.deployment.Forecast} plays the same planner forward
 * without a store, for those who want to know before.
 *
 * <p>Removal: a Deployment that is being deleted has all its tasks stopped; once none is left its finalizer goes, and with it the
 * object and all it owns. Where a task runs is not decided here.
 */
@NullMarked
package dev.banyan.engine.deployment;

import org.jspecify.annotations.NullMarked;
