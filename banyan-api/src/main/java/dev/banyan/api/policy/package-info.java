/**
 * Who reaches whom: networks, peers and rules become an answer for each two services. Pure.
 *
 * <p>A {@link dev.banyan.api.policy.Party} is one service as far as this goes, read from its Service object. {@link
 * dev.banyan.api.policy.Openness} says which ports of one party another one may use and why; {@link dev.banyan.api.policy.PolicyRules}
 * says what is wrong with what a manifest asks for. Agents turn answers into packet rules and names, and the command line shows them: all
 * from this room, so that they agree.
 *
 * <p><b>Guarantees.</b> What is not said to be reached is not: a service that shares no network with another, is no peer's and is let in by
 * no rule has no open port. Rules of an app narrow what services of others may do, and never widen it. <b>Caveats.</b> It knows nothing of
 * addresses, and nothing of published ports, which are open to containers as to anybody.
 */
@NullMarked
package dev.banyan.api.policy;

import org.jspecify.annotations.NullMarked;
