package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.agent.wire.TestServers;
import dev.banyan.runtime.env.SystemEnv;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand changes of endpoints on a real kernel, while the agent dies before and after its transactions, is cut off from the store,
 * and others change its table. What the kernel would do is read from its own listing, by a reader that knows nothing of how rules are made.
 */
@Tag("servers")
class ChurnServersTest {
    private static final int CHANGES = 10_000;
    private static final int SERVICES = 40;
    private static final int REPLICAS = 12;
    private static final Pattern LED = Pattern.compile("(10\\.99\\.128\\.\\d+) : goto (\\S+?),? ");
    private static final Pattern BACKEND = Pattern.compile("(10\\.99\\.6[56]\\.\\d+)");
    private static final Pattern DRAWN = Pattern.compile("ip daddr \\. numgen random mod (\\d+) map @(\\S+)");

    private final Random random = new Random(20_261_122);
    private final Map<Integer, TreeSet<Integer>> store = new TreeMap<>();
    private TestServers all;
    private Namespace server;
    private Path folder = Path.of("");
    private NftablesProxy proxy;
    private int deaths;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        all = TestServers.start();
        server = all.server("a1", 11);
        folder = directory;
        proxy = born(all.commands());
    }

    @AfterEach
    void stop() throws Exception {
        TestServers.close(all);
    }

    private NftablesProxy born(CommandRunner commands) {
        return new NftablesProxy(new SystemEnv().tasks(), "abcdef0", commands, folder);
    }

    /** The agent dies at its next transaction: before the kernel has it, or after, when nothing of it was written to the disk. */
    private CommandRunner dying(boolean after) {
        var commands = all.commands();
        return line -> {
            if (line.input().isEmpty()) {
                return commands.run(line);
            }
            if (after) {
                commands.run(line).require();
            }
            throw new HostException("killed");
        };
    }

    @Test
    void leavesNoEndpointStaleOrMissingOnceASetIsConfirmed() throws Exception {
        int changes = 0;
        int checked = 0;
        for (long revision = 1; changes < CHANGES; revision++) {
            // What comes in one burst is one set; a cut from the store makes the burst longer.
            int burst = random.nextInt(25) == 0 ? 120 : 1 + random.nextInt(20);
            for (int i = 0; i < burst; i++) {
                changeOne();
            }
            changes += burst;
            disturb();
            if (confirmed(revision) && (revision % 5 == 0 || changes >= CHANGES)) {
                assertThat(kernel()).as("revision " + revision).isEqualTo(wanted());
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(100);
        assertThat(deaths).isGreaterThan(20);
    }

    private void changeOne() {
        var replicas = store.computeIfAbsent(1 + random.nextInt(SERVICES), key -> new TreeSet<>());
        int replica = 2 + random.nextInt(REPLICAS);
        if (!replicas.remove(replica)) {
            replicas.add(replica);
        }
    }

    private void disturb() throws Exception {
        switch (random.nextInt(30)) {
            case 0 -> die(false);
            case 1 -> die(true);
            case 2 -> restart();
            case 3 -> {
                var ignored = server.run("nft", "flush", "ruleset");
                mend();
            }
            default -> {}
        }
    }

    private void die(boolean after) throws Exception {
        deaths++;
        var last = born(dying(after));
        var ignored = server.call(last::resume);
        var outcome = server.call(() -> last.apply(set(0)));
        assertThat(outcome).isInstanceOfAny(ProxyOutcome.Failed.class, ProxyOutcome.Applied.class);
        restart();
    }

    private void restart() throws Exception {
        proxy = born(all.commands());
        var ignored = server.call(proxy::resume);
    }

    /** As the loop does when a look finds a difference. */
    private void mend() throws Exception {
        if (server.call(proxy::verify) instanceof ProxyCheck.Different) {
            assertThat(confirmed(0)).isTrue();
        }
    }

    private boolean confirmed(long revision) throws Exception {
        return server.call(() -> proxy.apply(set(revision))) instanceof ProxyOutcome.Applied;
    }

    private ProxySet set(long revision) {
        var services = new ArrayList<VirtualService>();
        store.forEach((service, replicas) -> services.add(new VirtualService(
                Ipv4Address.parse("10.99.128." + service),
                replicas.stream()
                        .map(ChurnServersTest::address)
                        .map(Ipv4Address::parse)
                        .toList())));
        return new ProxySet(revision, TwoServers.FIRST, List.of(), services);
    }

    /** Every second one is of another server. */
    private static String address(int replica) {
        return "10.99.6" + (5 + replica % 2) + "." + replica;
    }

    private Map<String, TreeSet<String>> wanted() {
        var wanted = new TreeMap<String, TreeSet<String>>();
        store.forEach((service, replicas) -> {
            if (!replicas.isEmpty()) {
                var addresses = new TreeSet<String>();
                replicas.forEach(replica -> addresses.add(address(replica)));
                wanted.put("10.99.128." + service, addresses);
            }
        });
        return wanted;
    }

    /**
     * Where each virtual address leads: the addresses in the chain that its element of a map goes to, or in the map that this chain looks
     * into, where it has to have as many as the chain draws from.
     */
    private Map<String, TreeSet<String>> kernel() throws Exception {
        var listing = server.run("nft", "-s", "list", "ruleset");
        var found = new TreeMap<String, TreeSet<String>>();
        var led = LED.matcher(listing.replaceAll("\\s+", " "));
        while (led.find()) {
            found.put(led.group(1), addresses(listing, led.group(1), led.group(2)));
        }
        return found;
    }

    private static TreeSet<String> addresses(String listing, String virtual, String chain) {
        var body = block(listing, "chain " + chain);
        var drawn = DRAWN.matcher(body);
        if (drawn.find()) {
            return slots(block(listing, "map " + drawn.group(2)), virtual, Integer.parseInt(drawn.group(1)));
        }
        var addresses = new TreeSet<String>();
        var matcher = BACKEND.matcher(body);
        while (matcher.find()) {
            addresses.add(matcher.group());
        }
        return addresses;
    }

    private static TreeSet<String> slots(String map, String virtual, int count) {
        var addresses = new TreeMap<Integer, String>();
        var slot = Pattern.compile(Pattern.quote(virtual) + " \\. (\\d+) : " + BACKEND)
                .matcher(map);
        while (slot.find()) {
            addresses.put(Integer.parseInt(slot.group(1)), slot.group(2));
        }
        assertThat(addresses.keySet())
                .as(virtual)
                .isEqualTo(IntStream.range(0, count).boxed().collect(Collectors.toSet()));
        return new TreeSet<>(addresses.values());
    }

    private static String block(String listing, String name) {
        int begin = listing.indexOf(name + " {");
        assertThat(begin).as(name).isNotNegative();
        return listing.substring(begin, listing.indexOf("\n\t}", begin));
    }
}
