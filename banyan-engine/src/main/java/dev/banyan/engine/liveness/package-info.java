/**
 * Silent agents become suspect, then lost.
 *
 * <p>The engine that holds an agent's session hears its heartbeats; they are soft state and never written to the store. What is written
 * is the judgement, and only when it changes: an agent that was not heard for 2 s is suspect (no new work, no traffic), one not heard for
 * 7 s is lost (its tasks are replaced elsewhere), one that is heard again is ready at once.
 *
 * <p>An engine that was itself paused judges nobody for one period: what it did not hear it may have slept through. Ready is only who was
 * heard: a lost agent stays lost while an engine awaits it that was asleep or has just become responsible. The wall clock decides nothing
 * here.
 */
@NullMarked
package dev.banyan.engine.liveness;

import org.jspecify.annotations.NullMarked;
