/**
 * Networks, peers and rules of a Compose project become connections of its services.
 *
 * <p>{@link dev.banyan.api.compose.network.NetworkDecoder} reads the top of the project once and each service in turn. A service that asks
 * for nothing is in the network {@code default}, as the Compose Specification says. A network with a name of its own, or an external one,
 * is shared with the apps that name it. What its keys mean is decided in the room {@code policy}; what they may hold was checked before.
 */
@NullMarked
package dev.banyan.api.compose.network;

import org.jspecify.annotations.NullMarked;
