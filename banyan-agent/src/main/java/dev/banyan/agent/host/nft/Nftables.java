package dev.banyan.agent.host.nft;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import java.util.Optional;

/** The kernel's packet tables of family ip, by the {@code nft} program. Thread-safe; keeps nothing. */
public final class Nftables {
    private final CommandRunner commands;

    public Nftables(CommandRunner commands) {
        this.commands = commands;
    }

    /** What table {@code name} holds; empty when there is none. */
    public Optional<NftListing> list(String name) throws InterruptedException {
        return json(name).map(NftListing::parse);
    }

    /** The chains of table {@code name}, which somebody else may have made; empty when there is no such table. */
    public Optional<NftListing> listChains(String name) throws InterruptedException {
        return json(name).map(NftListing::parseChains);
    }

    private Optional<String> json(String name) throws InterruptedException {
        var listed = commands.run(CommandLine.of("nft", "-j", "list", "table", "ip", name));
        if (!listed.succeeded() && listed.error().contains("No such file or directory")) {
            return Optional.empty();
        }
        return Optional.of(listed.require());
    }

    /** What lies between the kernel's table and {@code wanted}. */
    public NftDifference compare(NftTable wanted) throws InterruptedException {
        return NftDifference.of(wanted, list(wanted.name()));
    }

    /** Commits {@code script} as one transaction: on failure nothing of it holds. */
    public CommandResult commit(String script) throws InterruptedException {
        return commands.run(CommandLine.of("nft", "-f", "-").reading(script));
    }

    /**
     * Deletes table {@code name} if it is there.
     *
     * @throws HostException when nft refuses
     */
    public void delete(String name) throws InterruptedException {
        if (json(name).isPresent()) {
            commit("delete table ip " + name + "\n").require();
        }
    }
}
