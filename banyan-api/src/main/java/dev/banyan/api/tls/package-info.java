/**
 * How bytes between members are protected, for gRPC over Netty.
 *
 * <p>{@link dev.banyan.api.tls.MutualTls} makes contexts from a key and a trust of {@code api.identity}; client and engine give them to
 * their transports. They are BoringSSL's if the program has netty-tcnative among its libraries and it can be loaded, and the JDK's
 * otherwise: the two speak to each other, and ask the same key and trust. A daemon calls {@link dev.banyan.api.tls.NativeTls} at its start.
 *
 * <p>Nothing here decides who is believed, and nothing of it concerns HTTP to registries, which is the JDK's.
 */
@NullMarked
package dev.banyan.api.tls;

import org.jspecify.annotations.NullMarked;
