/**
 * A whole cluster on one seed: the production code of engines and agents above models of etcd, of machines and of the ways between them.
 *
 * <p>A {@link dev.banyan.simulated.world.World} has one or two {@link dev.banyan.simulated.world.EngineProcess engines}, each the control
 * plane as it is shipped over a store on a simulated etcd of one or three members, and up to five {@link
 * dev.banyan.simulated.world.AgentProcess agents}, each on a {@link dev.banyan.simulated.world.Machine} whose containers and files outlive
 * it. Agents and users reach an engine by an {@link dev.banyan.simulated.world.EngineLink}: a call is done by a task of the engine and is
 * lost, refused or answered. {@link dev.banyan.simulated.world.Fate} strikes where the trial's plan says so. The {@link
 * dev.banyan.simulated.world.Chronicle} sees every revision of the store, and an {@link dev.banyan.simulated.world.Witness} looks after
 * every revision and every deed to a container.
 *
 * <p><b>What is not simulated.</b> The bytes of the wire and the certificates: an agent registers and sends heartbeats by {@link
 * dev.banyan.simulated.world.SimulatedSession}, which does what registration at an engine does. Networks and load balancers of the agents;
 * disks never fail.
 */
@NullMarked
package dev.banyan.simulated.world;

import org.jspecify.annotations.NullMarked;
