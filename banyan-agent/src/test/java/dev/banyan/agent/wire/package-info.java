/**
 * Servers for tests: network namespaces on one wire, with containers as further namespaces behind routed links.
 *
 * <p>Code under test runs in this process, on a thread that has entered the namespace of a server; so do echo servers and clients. Nothing
 * is started, and {@link dev.banyan.agent.wire.TestServers} removes every namespace at the end.
 */
@NullMarked
package dev.banyan.agent.wire;

import org.jspecify.annotations.NullMarked;
