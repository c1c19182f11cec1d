/**
 * Keeps a process honest about its store: what it has cached is compared with the store, and nothing is written to a store that went back
 * to an older state.
 *
 * <p>An {@link dev.banyan.runtime.audit.Auditor} asks the store every few seconds how far it is, so that each cache knows its lag, and
 * compares a random stretch of one cache's keys with the store at the very revision that the cache shows. A difference is reported, and the
 * cache lists again. A {@link dev.banyan.runtime.audit.RestoreGate} stands before the store, below every cache and every controller:
 * {@code etcd -> RestoreGate -> WatchCache -> FencedStore -> controllers}. It remembers the newest revision that any answer has shown; an
 * answer from before it stops all writes until an operator calls {@link dev.banyan.runtime.audit.RestoreGate#accept}.
 *
 * <p><b>Guarantees.</b> Comparing reads at one revision on both sides, so a difference is a difference and no race. <b>Caveats.</b> The
 * auditor samples: it finds a lasting difference sooner or later, and not a short one. The gate knows what this process has seen; a store
 * that went back while the process was down is told to it by {@link dev.banyan.runtime.audit.RestoreGate#seenBefore}.
 */
@NullMarked
package dev.banyan.runtime.audit;

import org.jspecify.annotations.NullMarked;
