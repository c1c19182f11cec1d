/**
 * Every service of an app has a stable virtual address and, as one set, the replicas that may receive its traffic.
 *
 * <p>One request is one Deployment. The first half makes the app's Services equal to its release: a new Service is created together with
 * the claim of its address, in one commit, so that no two can have the same. The second half writes each Service's Endpoints as a whole
 * set: the tasks that run, are healthy, are wanted, and sit on an agent that is not silent. Agents apply these sets; nothing here knows
 * how.
 */
@NullMarked
package dev.banyan.engine.endpoints;

import org.jspecify.annotations.NullMarked;
