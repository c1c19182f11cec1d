/**
 * Recorded events become objects that people can read.
 *
 * <p>A daemon makes one {@link dev.banyan.runtime.controller.EventRecorder} with an {@link dev.banyan.api.events.EventLog} as its sink and
 * gives the recorder to its controllers. What they record is counted there and arrives here a few at a time: a new series is a new object, a
 * series that grew is the same object written again. Writes that a store could not take are left to the recorder, which tells them again.
 *
 * <p>Events are for people. Nothing is decided from them, and nothing here deletes them: the engine keeps them for an hour.
 */
@NullMarked
package dev.banyan.api.events;

import org.jspecify.annotations.NullMarked;
