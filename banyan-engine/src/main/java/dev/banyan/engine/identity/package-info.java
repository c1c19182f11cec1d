/**
 * Who belongs to the cluster: its certificate authority, join tokens, and how a newcomer becomes a member.
 *
 * <p>{@link dev.banyan.engine.identity.ClusterAuthority} is made once, at {@code init}; its key stays in the engine's directory. An admin
 * asks {@link dev.banyan.engine.identity.Enrollment} for a token; the newcomer shows the token's secret and proves that it holds the key
 * it wants certified; the token is deleted in the same commit that makes the agent known, so it is spent once. Members renew over their
 * present certificate. A controller joins under the name that its token was made for, and may read what was granted with it. A certificate's only name is a {@link dev.banyan.api.identity.SpiffeId}.
 *
 * <p>Of a token's secret only the digest is stored. This room speaks no protocol: the server hands requests in and sends answers out. It
 * does not revoke: a removed agent keeps its certificate until it ends, and is refused by name where it registers.
 */
@NullMarked
package dev.banyan.engine.identity;

import org.jspecify.annotations.NullMarked;
