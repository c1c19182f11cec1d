/**
 * The store's values on the wire, and how failures travel.
 *
 * <p>{@link dev.banyan.api.wire.WireObjects} and {@link dev.banyan.api.wire.WireCommits} map the runtime's values to the messages of
 * {@code resources.proto} and back, without loss. {@link dev.banyan.api.wire.WireErrors} maps outcomes to gRPC statuses that carry a
 * {@code google.rpc.ErrorInfo}, and back: a {@link dev.banyan.runtime.store.WriteOutcome} is the same value at both ends. {@link
 * dev.banyan.api.wire.Reason} is the one table of failures; programs switch on it, never on texts.
 *
 * <p>Pure functions. A message that breaks the grammar of keys or sizes is an {@link java.lang.IllegalArgumentException} that names the
 * part.
 */
@NullMarked
package dev.banyan.api.wire;

import org.jspecify.annotations.NullMarked;
