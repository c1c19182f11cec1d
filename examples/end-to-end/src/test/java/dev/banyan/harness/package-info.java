/**
 * Whole servers for tests: real processes on network namespaces of this machine, which a test may start, stop, kill, pause
 * and cut off, and which are gone when the test is, however it ends.
 *
 * <p><b>Expected flow.</b> {@link dev.banyan.harness.TestServers#create} makes a set of {@link dev.banyan.harness.Server}s on a
 * common wire; {@link dev.banyan.harness.Server#start} runs a {@link dev.banyan.harness.Daemon} on one of them, its output goes to a
 * file; {@link dev.banyan.harness.Await} waits for what must come true. {@link dev.banyan.harness.Cluster} puts an engine, agents
 * and a CLI of the build tree on such servers, as a {@link dev.banyan.harness.ClusterPlan} says; {@link dev.banyan.harness.HostContainer}
 * and {@link dev.banyan.harness.Requests} look at what runs and answers there, {@link dev.banyan.harness.Leftovers} at what should be
 * gone. {@link dev.banyan.harness.LocalEtcd} needs no servers and no root.
 *
 * <p><b>Guarantees.</b> {@code bin/servers} makes and removes the servers; a keeper of it removes them when this process dies,
 * by {@code kill -9} too, and what even the keeper left is removed before the next set is made. Sets of several processes do
 * not disturb each other. No request for a server's address leaves the machine.
 *
 * <p><b>Assumptions.</b> Root, the packages of {@code bin/install-packages verify}, for {@code Cluster} also built jars. Tests that
 * use servers carry the tag {@code servers}.
 *
 * <p>Nothing here sleeps but {@code Await}, and nothing decides what is right: that is the tests' business.
 */
@NullMarked
package dev.banyan.harness;

import org.jspecify.annotations.NullMarked;
