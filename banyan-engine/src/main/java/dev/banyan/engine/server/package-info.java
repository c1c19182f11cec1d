/**
 * The engine's front door: gRPC over TLS 1.3, on TCP and on a socket in the file system.
 *
 * <p>{@link dev.banyan.engine.server.ApiServer} listens for {@link dev.banyan.engine.server.ApiServices}; every call passes the guard of room {@code call}. {@link
 * dev.banyan.engine.server.ResourceService} offers a store, with each object judged by the table of access, or by the definition of its kind where a
 * user defined that; the other services hand their
 * requests through a {@link dev.banyan.engine.server.Doors door} to the rooms that decide, which this room does not know. Sessions of
 * agents and what travels over them are in room {@code session}.
 *
 * <p>Every call is served by a task of its own, which may block. Streams are sent no faster than they are read, and an idle watch carries
 * a sign of life each second. Nothing here decides what the cluster should do.
 */
@NullMarked
package dev.banyan.engine.server;

import org.jspecify.annotations.NullMarked;
