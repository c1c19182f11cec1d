/**
 * Packet tables of nftables without a kernel: what changes them, how they are listed, and what their rules say of a packet.
 *
 * <p>{@link dev.banyan.agent.plane.rules.PacketTables} takes the scripts that the agent writes, whole or not at all; {@link
 * dev.banyan.agent.plane.rules.TableListing} tells what is held as nft's JSON; {@link dev.banyan.agent.plane.rules.RuleRun} leads one
 * packet through one chain. Words that the agent does not write are refused loudly.
 */
@NullMarked
package dev.banyan.agent.plane.rules;

import org.jspecify.annotations.NullMarked;
