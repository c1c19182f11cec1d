/**
 * Who calls, what they may, and how answers and failures go out.
 *
 * <p>{@link dev.banyan.engine.server.call.CallGuard} stands before every rpc: it reads the caller from the certificate, asks {@link
 * dev.banyan.engine.server.call.MethodRules} - read from the rpc's own option in the proto - whether that role may call, and denies by
 * default. Where an rpc is about objects of any kind, {@link dev.banyan.engine.server.call.AccessTable} judges each object; it is data, and
 * what it does not allow is denied. {@link dev.banyan.engine.server.call.MemberCalls} knows whose certificates are still good. {@link dev.banyan.engine.server.call.Answers} turns values and failures into replies, and {@link
 * dev.banyan.engine.server.call.Outbound} sends a stream no faster than it is read.
 */
@NullMarked
package dev.banyan.engine.server.call;

import org.jspecify.annotations.NullMarked;
