/**
 * Tables of nftables changed by difference: what is wanted, what the kernel holds, and the one transaction between them.
 *
 * <p>A room of the agent describes its table as an {@link dev.banyan.agent.host.nft.NftTable}. {@link dev.banyan.agent.host.nft.Nftables}
 * reads what the kernel holds ({@link dev.banyan.agent.host.nft.NftListing}), {@link dev.banyan.agent.host.nft.NftDifference} computes
 * the script that makes it so, as a pure function, and {@code nft -f -} commits it. Nothing is written when nothing differs. {@link
 * dev.banyan.agent.host.nft.StandingNft} has short scripts done by one nft that stays, which is the same and takes less time.
 *
 * <p>Guarantees: a change is one transaction of the kernel, so every packet meets either the old table or the new one. One that is amid the
 * rules at that moment goes on by the old rules of each chain and the new elements of each set, so where a key shall lead to a chain that is
 * not there yet, a transaction before makes that chain and changes nothing else. Chains, sets and
 * elements that are right are not touched, so their counters and learned contents live on. Elements of sets and maps are compared one by
 * one, but for sets that packet rules fill: only that they are there is. A rule is recognised by a comment that carries the digest of its
 * text, since the kernel's listing of a rule differs between versions of nft: a rule that was deleted, added or replaced by hand is seen;
 * one rewritten by hand under its old comment is not.
 *
 * <p>This room knows tables of family {@code ip} only, and does not look at tables of others but where a caller names one.
 */
@NullMarked
package dev.banyan.agent.host.nft;

import org.jspecify.annotations.NullMarked;
