/**
 * Where those who watch a process are attached: figures, traces, recordings.
 *
 * <p>There are three places to look from. A controller tells its {@link dev.banyan.runtime.controller.ControllerMetrics} of each reconcile, an
 * informer its {@link dev.banyan.runtime.cache.CacheMetrics} of each listing, and an {@link dev.banyan.runtime.observe.ObservedStore}, put
 * around any store, its {@link dev.banyan.runtime.observe.StoreObserver}s of each commit and each watch that has lost history. Several may look
 * from one place: {@link dev.banyan.runtime.observe.FanOut} makes them one. The rooms {@code micrometer}, {@code opentelemetry} and {@code jfr}
 * are such observers; nothing else knows them.
 *
 * <p><b>Guarantees.</b> An observer that throws disturbs neither the work nor the other observers; it is logged once. Nothing is measured where
 * nobody looks. <b>Caveats.</b> Observers are called on the thread that does the work and must be quick.
 */
@NullMarked
package dev.banyan.runtime.observe;

import org.jspecify.annotations.NullMarked;
