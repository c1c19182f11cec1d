/**
 * Bytes that travel in parts, as streams.
 *
 * <p>A session with a container carries messages, and tar reads and writes streams. {@link dev.banyan.api.parts.PartInput} is what comes, one
 * part after the other, to its end; {@link dev.banyan.api.parts.PartOutput} sends what is written in parts that are full. Both sides of a
 * session use them, each with its own way to the other.
 *
 * <p>Who is cancelled while it waits stays cancelled, and reads or writes an {@link java.io.InterruptedIOException}. Nothing is kept but one
 * part.
 */
@NullMarked
package dev.banyan.api.parts;

import org.jspecify.annotations.NullMarked;
