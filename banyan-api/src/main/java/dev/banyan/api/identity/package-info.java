/**
 * Who somebody is: names in certificates, keys on disk, and which peers are believed.
 *
 * <p>Every member of a cluster holds a P-256 key and a certificate of the cluster's own authority whose only name is a {@link
 * dev.banyan.api.identity.SpiffeId}. They live as {@link dev.banyan.api.identity.Credentials} in a {@link
 * dev.banyan.api.identity.CredentialsDirectory}; {@link dev.banyan.api.identity.OwnKey} presents them in handshakes, always the newest,
 * and {@link dev.banyan.api.identity.PeerTrust} decides about the other side by that name and authority - never by host names, which
 * change. A newcomer has a {@link dev.banyan.api.identity.JoinToken} instead, believes the authority whose fingerprint stands in it, and
 * shows by a {@link dev.banyan.api.identity.KeyProof} that it holds the key it wants certified.
 *
 * <p>Nothing here issues certificates: that is the engine's. Private keys are never logged, printed or sent.
 */
@NullMarked
package dev.banyan.api.identity;

import org.jspecify.annotations.NullMarked;
