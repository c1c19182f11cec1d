/**
 * An agent's tie to its cluster over a real connection: the agent's session, relay and renewal against the engine's front door.
 *
 * <p>{@link dev.banyan.session.LocalEngine} is the front door alone, on loopback, over a store in memory that outlives it. Nothing here
 * needs root or a server of its own.
 */
@NullMarked
package dev.banyan.session;

import org.jspecify.annotations.NullMarked;
