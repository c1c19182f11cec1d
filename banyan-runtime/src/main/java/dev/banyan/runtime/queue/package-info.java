/**
 * Which key is due, once, and never twice at the same time.
 *
 * <p>A key enters by {@link dev.banyan.runtime.queue.WorkQueue#add add} (something changed), by {@link
 * dev.banyan.runtime.queue.WorkQueue#addAfter addAfter} (come again later) or by {@link dev.banyan.runtime.queue.WorkQueue#retry retry}
 * (it failed). It leaves by {@link dev.banyan.runtime.queue.WorkQueue#take take} and is running until {@link
 * dev.banyan.runtime.queue.WorkQueue#done done}. What arrives meanwhile is remembered once and makes the key due again afterwards.
 *
 * <p><b>Guarantees.</b> No key is lost; none is running twice; of several due times the earliest wins; fresh changes go before retries
 * and retries before resyncs, yet a waiting key moves up a lane with age, so none starves. Memory grows with the distinct keys that wait,
 * run or are failing, not with calls. <b>Assumptions.</b> The queue has no thread, no lock and no clock: whoever drives it holds its own
 * lock and passes monotonic nanoseconds.
 */
@NullMarked
package dev.banyan.runtime.queue;

import org.jspecify.annotations.NullMarked;
