/**
 * Which key is due, once, and never twice at the same time.
 *
 * <p>A key enters by {@link dev.banyan.runtime.queue.WorkQueue#add add} (something changed), by {@link
 * dev.banyan.runtime.queue.WorkQueue#addAfter addAfter} (come again later) or by {@link dev.banyan.runtime.queue.WorkQueue#retry retry}
 * (it failed). It leaves by {@link dev.banyan.runtime.queue.WorkQueue#take take} and is running until {@link
 * dev.banyan.runtime.queue.WorkQueue#done done}. What arrives meanwhile is remembered once and makes the key due again afterwards. Which of
 * several due keys is next follows from {@link dev.banyan.runtime.queue.QueueOptions}: lanes share the service, owners take turns within a
 * lane, what has waited too long goes first on every second take, and rates hold back.
 *
 * <p><b>Guarantees.</b> No key is lost; none is running twice; of several due times the earliest wins; fresh changes go before retries,
 * retries before what a start found, and that before resyncs, yet none starves and the longest wait is stated. Memory grows with the
 * distinct keys that wait, run or are failing, not with calls. {@link dev.banyan.runtime.queue.WorkQueue#describe describe} says of every
 * key where it is, why and since when. <b>Assumptions.</b> The queue has no thread, no lock and no clock: whoever drives it holds its own
 * lock and passes monotonic nanoseconds; {@link dev.banyan.runtime.queue.SharedWorkQueue} is that for those who want one. <b>Caveats.</b>
 * Nothing is persistent: after a restart whoever reads the store adds the keys again.
 */
@NullMarked
package dev.banyan.runtime.queue;

import org.jspecify.annotations.NullMarked;
