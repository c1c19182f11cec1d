/**
 * Has the cluster's packets accepted by a firewall that {@code iptables-legacy} made, whose tables nft neither shows nor changes.
 *
 * <p>{@link dev.banyan.agent.firewall.LegacyLoop} looks once a second, or as often as is cheap, whether the kernel has such a filter table in
 * use. Where it does, {@link dev.banyan.agent.firewall.LegacyFirewall} lists its chains; {@code LegacyChains}, which is pure, says what is
 * missing or too much; the commands that follow are those of the firewall's own program. The marks that one rule asks for are set by the
 * table of {@link dev.banyan.agent.network}, which also puts the same two rules among the chains that iptables has in nft, as
 * {@link dev.banyan.agent.dns} does.
 *
 * <p>Guarantees: a table that is not in use is not brought into use, a chain that accepts everything gets no rule, rules of others stay as they
 * are and in their order, and {@link dev.banyan.agent.firewall.LegacyFirewall#remove()} takes ours away. It does nothing about other chains
 * that drop, such as those of a table that somebody wrote for nft.
 */
@NullMarked
package dev.banyan.agent.firewall;

import org.jspecify.annotations.NullMarked;
