/**
 * What a user of a cluster is promised when things go wrong, held against real engines, agents, etcd, containerd and registries.
 *
 * <p><b>Expected flow.</b> A test class starts one {@link dev.banyan.harness.Cluster} for all of its tests and puts a small
 * {@link dev.banyan.e2e.WebApp} on it. A test then breaks something - kills a {@link dev.banyan.e2e.Victim}, cuts a link, takes a server
 * away, hands over nonsense - and looks at what anybody outside can see: answers to requests, processes on the servers, what the CLI
 * says and how it ends, and the objects behind the API.
 *
 * <p><b>Guarantees.</b> Containers are looked for among the processes of the machine and never only in a status, which could be wrong.
 * Each test begins from a cluster that works, and none depends on the order of the others.
 *
 * <p><b>Assumptions.</b> As {@link dev.banyan.harness}. Nothing here waits for time: it waits for what must come true.
 */
@NullMarked
package dev.banyan.e2e;

import org.jspecify.annotations.NullMarked;
