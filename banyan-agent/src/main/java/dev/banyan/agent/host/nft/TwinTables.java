package dev.banyan.agent.host.nft;

import java.util.List;
import java.util.Optional;

/**
 * The tables of one name: that of family ip and, where there is IPv6, the one of family ip6. Both are changed in one transaction, by what
 * differs from what was written last; the kernel is asked where that is not known. For one caller at a time.
 */
public final class TwinTables {
    private static final String IPV6 = "ip6";

    private final String name;
    private final Nftables nftables;

    /** What the kernel holds unless somebody else changed it; empty when that is not known. */
    private Optional<List<NftTable>> written = Optional.empty();

    /** There was no table of family ip6, and none was made. */
    private boolean alone;

    public TwinTables(String name, Nftables nftables) {
        this.name = name;
        this.nftables = nftables;
    }

    /**
     * Makes the kernel hold {@code wanted}, tables of this name: first that of family ip. A twin that is not wanted goes. Returns what was
     * written.
     *
     * <p>A change is written on the strength of what was written last, since listing a large table takes longer than changing it; where the
     * kernel refuses that, or nothing differs, what it really holds decides.
     *
     * @throws dev.banyan.agent.host.HostException when nft refuses; nothing was changed then
     */
    public NftDifference commit(List<NftTable> wanted) throws InterruptedException {
        var last = written;
        written = Optional.empty();
        if (last.isPresent() && last.get().size() == wanted.size()) {
            var step = step(last.get(), wanted);
            if (!step.isEmpty() && nftables.commit(step).succeeded()) {
                written = Optional.of(List.copyOf(wanted));
                return step;
            }
        }
        var difference = held(wanted);
        if (!difference.isEmpty()) {
            nftables.commit(difference).require();
        }
        written = Optional.of(List.copyOf(wanted));
        return difference;
    }

    private static NftDifference step(List<NftTable> before, List<NftTable> after) {
        var step = new NftDifference("", List.of());
        for (int i = 0; i < after.size(); i++) {
            step = step.and(NftDifference.between(before.get(i), after.get(i)));
        }
        return step;
    }

    private NftDifference held(List<NftTable> wanted) throws InterruptedException {
        var difference = new NftDifference("", List.of());
        for (var table : wanted) {
            difference = difference.and(nftables.compare(table));
        }
        boolean single = wanted.stream().noneMatch(table -> table.family().equals(IPV6));
        // A look at what never was there is not for each second.
        if (single && !alone && nftables.list(IPV6, name).isPresent()) {
            return difference.and(without());
        }
        alone = single;
        return difference;
    }

    private NftDifference without() {
        return new NftDifference(
                "delete table " + IPV6 + " " + name + "\n", List.of("IPv6 is off, and its table there"));
    }

    /** What of the last tables the kernel holds no more, in words; says so when nothing was written yet. */
    public List<String> differences() throws InterruptedException {
        return written.isEmpty() ? List.of("it is not known what the kernel holds") : differences(written.get());
    }

    /** What of {@code wanted} the kernel does not hold, in words. */
    public List<String> differences(List<NftTable> wanted) throws InterruptedException {
        var reasons = held(wanted).reasons();
        if (!reasons.isEmpty()) {
            written = Optional.empty();
        }
        return reasons;
    }

    /**
     * Takes them away.
     *
     * @throws dev.banyan.agent.host.HostException when the kernel refuses; again does what is left
     */
    public void remove() throws InterruptedException {
        written = Optional.empty();
        nftables.delete(name);
    }
}
