/**
 * A model of the network between simulated hosts: connections that keep order, datagrams that keep nothing, and links that fail one way.
 *
 * <p>A {@link dev.banyan.runtime.simulation.network.SimulatedNetwork} has a way from each host to each other. A message waits there for its
 * latency and then arrives, if the way is open and both hosts are awake. A {@link dev.banyan.runtime.simulation.network.Connection} is what TCP
 * gives: what is lost is sent again, so a cut only delays until one side gives up; a process that dies has its kernel say so, a host without
 * power says nothing, and its peer learns by sending. {@link dev.banyan.runtime.simulation.network.DatagramPort} loses, doubles and overtakes.
 *
 * <p>Other models ask for {@link dev.banyan.runtime.simulation.network.SimulatedNetwork#isOpen} and {@link
 * dev.banyan.runtime.simulation.network.SimulatedNetwork#delay} and travel by themselves, so one cut is a cut for all.
 *
 * <p><b>Guarantees.</b> Order and wholeness of a connection's messages until it ends. All faults are strikes of one {@link
 * dev.banyan.runtime.simulation.fault.FaultPlan}. <b>Caveats.</b> Messages are values that are not copied: do not change what was sent.
 * Acknowledgements are not modelled, so a connection does not notice that only the way back is cut; bandwidth is not either.
 */
@NullMarked
package dev.banyan.runtime.simulation.network;

import org.jspecify.annotations.NullMarked;
