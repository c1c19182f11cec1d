package dev.banyan.agent.network.wireguard;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The interface on this server. Programs are run in the network namespace of the caller, which must be the same each time. For one caller
 * at a time.
 *
 * <p>Caveat: a wireguard-go that was killed takes its interface with it, and all routes through it; {@link #ensure} makes both ends speak
 * again at once.
 */
public final class Tunnel {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);

    /** A wireguard-go that stands still answers nothing; it must not hold up its caller for long. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private static final String INSTALL =
            "install it with: apt-get install --no-install-recommends wireguard-tools wireguard-go";

    private final String link;
    private final CommandRunner commands;
    private final Path mark;
    private Map<PublicKey, String> endpoints = Map.of();

    /**
     * @param link name of the interface, unique on this machine even among namespaces, since wireguard-go's sockets are files of that name
     * @param state the folder where it is remembered that the interface was made here
     */
    public Tunnel(String link, CommandRunner commands, Path state) {
        if (!link.matches("[a-z][a-z0-9]{0,14}")) {
            throw new IllegalArgumentException("not a name of an interface: " + link);
        }
        this.link = link;
        this.commands = commands;
        this.mark = state.resolve("wireguard-link");
    }

    /** The interface's name. */
    public String link() {
        return link;
    }

    /**
     * Makes the interface what {@code plan} says.
     *
     * @param nowSeconds after 1970
     * @return peers that could not be made right, each with what was tried
     * @throws HostException when there is no interface that works: nothing goes to any peer then
     */
    public List<String> ensure(TunnelPlan plan, long nowSeconds) throws InterruptedException {
        var state = present();
        // Peers come last: one that is made while the interface is down shakes no hands.
        var change = TunnelChange.of(plan, state, TunnelChange.moved(plan, endpoints), nowSeconds);
        if (!change.own().isEmpty()) {
            set(change.own()).require();
        }
        for (var command : look().orElseThrow(() -> new HostException("interface " + link + " is gone again"))
                .commands(link, plan)) {
            run(command).require();
        }
        var problems = new ArrayList<String>();
        for (var command : change.peers()) {
            var done = set(command);
            if (!done.succeeded()) {
                problems.add(done.describe());
            }
        }
        if (!change.isEmpty()) {
            LOG.atDebug()
                    .addKeyValue("link", link)
                    .addKeyValue("why", change.reasons())
                    .log("tunnel changed");
        }
        endpoints = endpoints(plan);
        return problems;
    }

    /** What differs from {@code plan}, in words; changes nothing. */
    public Look compare(TunnelPlan plan, long nowSeconds) throws InterruptedException {
        var seen = look();
        if (seen.isEmpty()) {
            return new Look(List.of("interface " + link + " is missing"), List.of());
        }
        var dump = show();
        if (!dump.succeeded()) {
            return new Look(List.of("interface " + link + " does not answer: " + dump.describe()), List.of());
        }
        var state = TunnelState.parse(dump.output());
        var reasons = new ArrayList<>(
                TunnelChange.of(plan, state, Set.of(), nowSeconds).reasons());
        seen.get().commands(link, plan).forEach(command -> reasons.add(String.join(" ", command)));
        return new Look(reasons, state.peers());
    }

    /**
     * What one look found.
     *
     * @param differences empty when the interface is as planned
     */
    public record Look(List<String> differences, List<PeerSight> peers) {
        public Look {
            differences = List.copyOf(differences);
            peers = List.copyOf(peers);
        }
    }

    /** Takes the interface away if it was ever made here; its program ends with it. */
    public void remove() throws InterruptedException {
        if (!Files.exists(mark)) {
            return;
        }
        if (look().isPresent()) {
            run(List.of("ip", "link", "del", "dev", link)).require();
        }
        endpoints = Map.of();
        try {
            Files.deleteIfExists(mark);
        } catch (IOException e) {
            throw new HostException("could not delete " + mark, e);
        }
    }

    /** The interface that is there, or a new one. */
    private TunnelState present() throws InterruptedException {
        if (look().isPresent()) {
            var dump = show();
            if (dump.succeeded()) {
                return TunnelState.parse(dump.output());
            }
            LOG.atWarn()
                    .addKeyValue("link", link)
                    .addKeyValue("said", dump.error())
                    .log("tunnel answers no more");
            run(List.of("ip", "link", "del", "dev", link)).require();
        }
        create();
        return TunnelState.parse(show().require());
    }

    private void create() throws InterruptedException {
        WholeFile.replace(mark, link + "\n");
        try {
            run(List.of("wg", "--version")).require();
        } catch (HostException absent) {
            throw new HostException("WireGuard is missing on this server: " + absent.reason() + "; " + INSTALL, absent);
        }
        var inKernel = run(List.of("ip", "link", "add", "dev", link, "type", "wireguard"));
        if (inKernel.succeeded()) {
            LOG.atInfo().addKeyValue("link", link).log("tunnel made by the kernel");
            return;
        }
        // A session of its own, so that what ends this process does not end it.
        var program = run(List.of("setsid", "wireguard-go", link));
        if (!program.succeeded()) {
            throw new HostException("WireGuard is missing on this server: the kernel has none ("
                    + inKernel.error().strip() + ") and the program did not start (" + lastLine(program.error())
                    + "); " + INSTALL);
        }
        LOG.atInfo().addKeyValue("link", link).log("tunnel made by wireguard-go");
    }

    /** The program greets with a box of text. */
    private static String lastLine(String text) {
        return text.strip().lines().reduce("", (earlier, later) -> later);
    }

    private Optional<LinkState> look() throws InterruptedException {
        var listed = run(List.of("ip", "-j", "addr", "show", "dev", link));
        if (!listed.succeeded() && listed.error().contains("does not exist")) {
            return Optional.empty();
        }
        return LinkState.find(link, listed.require());
    }

    private CommandResult show() throws InterruptedException {
        return run(List.of("wg", "show", link, "dump"));
    }

    private CommandResult set(List<String> words) throws InterruptedException {
        return run(Stream.concat(Stream.of("wg", "set", link), words.stream()).toList());
    }

    private CommandResult run(List<String> words) throws InterruptedException {
        return commands.run(CommandLine.of(words.toArray(String[]::new)).within(ANSWER));
    }

    private static Map<PublicKey, String> endpoints(TunnelPlan plan) {
        var planned = new HashMap<PublicKey, String>();
        plan.peers().forEach(peer -> planned.put(peer.key(), peer.endpoint()));
        return Map.copyOf(planned);
    }
}
