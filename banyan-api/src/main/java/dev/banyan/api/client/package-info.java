/**
 * The engine's API as Java calls, and as a {@link dev.banyan.runtime.store.Store}.
 *
 * <p>A {@link dev.banyan.api.client.BanyanClient} holds one connection to one of several {@link dev.banyan.api.client.Endpoint}s and
 * moves to the next when that one does not answer. Reads and watches move silently; a watch goes on at the revision that it had reached.
 * A commit moves only while it is certain that nothing was sent; otherwise its outcome is unknown and says so. {@link
 * dev.banyan.api.client.RemoteStore} keeps the contract of the store over all that. {@link dev.banyan.api.client.Duplex} is a stream in
 * either direction, and {@link dev.banyan.api.client.Joining} turns a token into credentials.
 *
 * <p>Every call blocks its caller's task through {@link dev.banyan.runtime.env.Env} and has a deadline. Callbacks of the transport do
 * nothing but fill mailboxes of bounded size; what does not fit is not asked for.
 */
@NullMarked
package dev.banyan.api.client;

import org.jspecify.annotations.NullMarked;
