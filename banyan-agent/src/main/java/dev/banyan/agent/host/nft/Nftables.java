package dev.banyan.agent.host.nft;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import java.util.List;
import java.util.Optional;

/** The kernel's packet tables of families ip and ip6, by the {@code nft} program. Thread-safe; keeps nothing. */
public final class Nftables {
    private static final List<String> FAMILIES = List.of("ip", "ip6");

    private final CommandRunner commands;

    public Nftables(CommandRunner commands) {
        this.commands = commands;
    }

    /** What table {@code name} of {@code family}, ip or ip6, holds; empty when there is none. */
    public Optional<NftListing> list(String family, String name) throws InterruptedException {
        return json(family, name).map(NftListing::parse);
    }

    /** The chains of a table that somebody else may have made; empty when there is no such table. */
    public Optional<NftListing> listChains(String family, String name) throws InterruptedException {
        return json(family, name).map(NftListing::parseChains);
    }

    private Optional<String> json(String family, String name) throws InterruptedException {
        var listed = commands.run(CommandLine.of("nft", "-j", "list", "table", family, name));
        if (!listed.succeeded() && listed.error().contains("No such file or directory")) {
            return Optional.empty();
        }
        return Optional.of(listed.require());
    }

    /** What lies between the kernel's table and {@code wanted}. */
    public NftDifference compare(NftTable wanted) throws InterruptedException {
        return NftDifference.of(wanted, list(wanted.family(), wanted.name()));
    }

    /** Commits {@code difference}, and what it needs before; what was refused, or the last of both. */
    public CommandResult commit(NftDifference difference) throws InterruptedException {
        if (!difference.preparation().isEmpty()) {
            var prepared = commit(difference.preparation());
            if (!prepared.succeeded()) {
                return prepared;
            }
        }
        return commit(difference.script());
    }

    /** Commits {@code script} as one transaction: on failure nothing of it holds. */
    public CommandResult commit(String script) throws InterruptedException {
        return commands.run(CommandLine.of("nft", "-f", "-").reading(script));
    }

    /**
     * Deletes the tables {@code name} of both families where they are there.
     *
     * @throws HostException when nft refuses
     */
    public void delete(String name) throws InterruptedException {
        for (var family : FAMILIES) {
            if (json(family, name).isPresent()) {
                commit("delete table " + family + " " + name + "\n").require();
            }
        }
    }
}
