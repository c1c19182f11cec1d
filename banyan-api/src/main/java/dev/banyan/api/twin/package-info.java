/**
 * The IPv6 addresses of a cluster: each IPv4 address of containers and services has one twin.
 *
 * <p>{@link dev.banyan.api.twin.TwinPrefix} computes one from the other, so that nothing about IPv6 is allocated, stored or told beside
 * what is said of IPv4, and rules for both cannot come apart. {@link dev.banyan.api.twin.ServerAddresses} finds the addresses of either
 * family that a server itself has.
 */
@NullMarked
package dev.banyan.api.twin;

import org.jspecify.annotations.NullMarked;
