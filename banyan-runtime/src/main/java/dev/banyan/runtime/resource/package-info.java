/**
 * What is stored: identity, metadata, wanted state and observed state.
 *
 * <p>A value travels in two forms. {@link dev.banyan.runtime.resource.StoredObject} is the form of stores and wires: metadata plus
 * two byte strings, spec and status, encoded apart so that a status write cannot touch the spec. A {@link
 * dev.banyan.runtime.resource.Kind} turns it into a typed {@link dev.banyan.runtime.resource.Resource} and back through its {@link
 * dev.banyan.runtime.resource.Codec}s.
 *
 * <p>Everything here is an immutable value that may be shared between threads without copies, and so must specs and statuses be; {@link
 * dev.banyan.runtime.resource.SharedTypes} finds the usual mistakes. Nothing here reads a clock, draws a
 * random number or knows a store.
 */
@NullMarked
package dev.banyan.runtime.resource;

import org.jspecify.annotations.NullMarked;
