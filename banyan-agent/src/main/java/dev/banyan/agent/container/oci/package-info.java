/**
 * What CRI has no words for, written into the OCI spec that a container runtime made.
 *
 * <p>{@link dev.banyan.agent.container.oci.SpecPatch} writes limits, shares, rules for devices and namespaces, cut down to what the server
 * itself is bound by ({@link dev.banyan.agent.container.oci.HostLimits}). {@link dev.banyan.agent.container.oci.SeccompPatch} writes a filter of
 * system calls that a service brings, in the form of Docker's profiles: its rules hold on some machines, kernels or containers alone, which is
 * decided for this {@link dev.banyan.agent.container.oci.Server} and for the capabilities that the container has.
 *
 * <p>Whoever asked for something gets it or no container: what is not understood is never left out. Nothing here asks the runtime.
 */
@NullMarked
package dev.banyan.agent.container.oci;

import org.jspecify.annotations.NullMarked;
