package dev.banyan.agent.host.nft;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banyan.agent.host.AddressFamily;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;

/**
 * A table as it shall be.
 *
 * @param family ip or ip6
 * @param sets named sets and verdict maps; names unique
 * @param chains in the order in which they are made; names unique
 */
public record NftTable(String family, String name, List<NftSet> sets, List<NftChain> chains) {
    /** One of family ip. */
    public NftTable(String name, List<NftSet> sets, List<NftChain> chains) {
        this(AddressFamily.IPV4.word(), name, sets, chains);
    }

    /** One of {@code family}, in whose words the sets and rules, made in those of IPv4, are put. */
    public static NftTable of(AddressFamily family, String name, List<NftSet> sets, List<NftChain> chains) {
        return new NftTable(
                family.word(),
                name,
                sets.stream().map(set -> set.spoken(family)).toList(),
                chains.stream().map(chain -> chain.spoken(family)).toList());
    }

    public NftTable {
        if (!family.equals("ip") && !family.equals("ip6")) {
            throw new IllegalArgumentException("not a family: " + family);
        }
        sets = List.copyOf(sets);
        chains = List.copyOf(chains);
        var names = new HashSet<String>();
        if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("not a table name: " + name);
        }
        if (!sets.stream().map(NftSet::name).allMatch(names::add)) {
            throw new IllegalArgumentException("two sets of table " + name + " have one name");
        }
        names.clear();
        if (!chains.stream().map(NftChain::name).allMatch(names::add)) {
            throw new IllegalArgumentException("two chains of table " + name + " have one name");
        }
    }

    /** As statements of nft name it. */
    String path() {
        return family + " " + name;
    }

    /** Sixteen hexadecimal digits that tell texts apart, for names. */
    public static String digest(String text) {
        try {
            var sha = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(sha, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
