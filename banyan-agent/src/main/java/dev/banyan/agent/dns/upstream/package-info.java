/**
 * Other name servers, which are asked for names that are not the cluster's.
 *
 * <p>{@link dev.banyan.agent.dns.upstream.Upstreams} knows which ones: those of the server's own resolv.conf, read again when it changes.
 * {@link dev.banyan.agent.dns.upstream.Forwarder} asks them one after the other; an {@code Exchange} is one question to one of them, from a
 * port and under a number of its own.
 * {@link dev.banyan.agent.dns.upstream.AnswerCache} remembers what they said for a little while, and {@link
 * dev.banyan.agent.dns.upstream.ForwardLimits} says how many questions may be under way at once.
 *
 * <p>It does not check signatures: who asks for them gets them and may.
 */
@NullMarked
package dev.banyan.agent.dns.upstream;

import org.jspecify.annotations.NullMarked;
