/**
 * Pure functions that more than one controller needs: which agents can take a task and why the others cannot, and which is best.
 *
 * <p>A {@link dev.banyan.engine.planning.Candidate} is an agent as seen at one moment, with the reservations it carries. {@link
 * dev.banyan.engine.planning.Placing} runs every {@link dev.banyan.engine.planning.Filter} over every candidate and scores those that
 * pass. Scheduling binds by it; the deployment controller and admission explain by it, so that they cannot disagree.
 *
 * <p>Nothing here reads a store, a clock or a random number.
 */
@NullMarked
package dev.banyan.engine.planning;

import org.jspecify.annotations.NullMarked;
