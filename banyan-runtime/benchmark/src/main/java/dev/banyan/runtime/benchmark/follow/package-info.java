/**
 * One program that follows 100,000 objects, and what that costs: the time to list them, the heap they take, the events and reconciles a
 * second afterwards. {@link dev.banyan.runtime.benchmark.follow.Subject} is the little that all programs have in common: Banyan's informer
 * and controller, fabric8's informer, the official Java client's informer and controller, java-operator-sdk's controller, and raw readers
 * that show how fast the servers are.
 *
 * <p><b>What is alike.</b> 1,024 bytes of payload that end as a text in a typed object; the same events, one an object; a source that has
 * all of them ready before the clock starts, and nobody who writes meanwhile; cores, heap limit and collector. <b>What is not.</b> Banyan
 * reads an etcd by gRPC, 50 changes a revision, the others JSON by HTTP from a server that stands for an API server and does none of its
 * work; nobody reads what another one reads, since neither speaks the other's protocol.
 */
@NullMarked
package dev.banyan.runtime.benchmark.follow;

import org.jspecify.annotations.NullMarked;
