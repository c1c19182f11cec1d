/**
 * Pure functions that more than one controller needs: which agents can take a task and why the others cannot, and which is best.
 *
 * <p>A {@link dev.banyan.engine.planning.Candidate} is an agent as seen at one moment, with the reservations it carries. {@link
 * dev.banyan.engine.planning.Placing} runs every {@link dev.banyan.engine.planning.Filter} over every candidate and scores those that
 * pass. Scheduling binds by it; the deployment controller and admission explain by it, so that they cannot disagree.
 *
 * <p>What an agent is (tags, name, labels, platform) decides whether it suits; how it is at the moment, whether it can take a task now. A
 * service on every agent has a task on each that suits. {@code Tally} counts the replicas of a service, those that are being replaced once.
 *
 * <p>Nothing here reads a store, a clock or a random number.
 */
@NullMarked
package dev.banyan.engine.planning;

import org.jspecify.annotations.NullMarked;
