package dev.banyan.agent;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.workload.BootClock;
import dev.banyan.api.kinds.settings.Features;
import dev.banyan.api.twin.ServerAddresses;
import dev.banyan.api.v1.ResourceAmounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the kernel says of this server. */
final class HostFacts implements BootClock {
    /** Kept for the agent, containerd and the system. */
    private static final long RESERVED_MEMORY_BYTES = 256L << 20;

    private static final long RESERVED_CPU_MILLI = 100;
    private static final int HOSTS_BYTES_MAX = 1 << 20;
    private static final int ETHERNET_MTU = 1_500;
    private static final Path CONTROL_GROUPS = Path.of("/sys/fs/cgroup");
    private static final Path IPV6_OFF = Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6");
    private static final Path HOSTS = Path.of("/etc/hosts");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final Path MEMORY = Path.of("/proc/meminfo");

    @Override
    public long millis() {
        // Counts through suspends, and from boot whatever the wall clock does.
        var seconds = read(UPTIME).split(" ")[0];
        return Math.round(Double.parseDouble(seconds) * 1_000);
    }

    @Override
    public String bootId() {
        return read(BOOT_ID).strip();
    }

    String hostName() {
        return read(Path.of("/proc/sys/kernel/hostname")).strip().toLowerCase(Locale.ROOT);
    }

    /** This server's own hosts file; empty when it has none. */
    static String hosts() {
        if (!Files.exists(HOSTS)) {
            return "";
        }
        try (var file = Files.newInputStream(HOSTS)) {
            return new String(file.readNBytes(HOSTS_BYTES_MAX), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException("could not read " + HOSTS, failed);
        }
    }

    String kernel() {
        return System.getProperty("os.version", "");
    }

    String platform() {
        var machine = System.getProperty("os.arch", "");
        return "linux/" + (machine.equals("aarch64") ? "arm64" : machine);
    }

    /** What is offered to tasks: the machine less a reserve, unless amounts are told. */
    ResourceAmounts capacity(String cpuMilli, String memoryBytes) {
        long cpu = cpuMilli.isEmpty()
                ? Runtime.getRuntime().availableProcessors() * 1_000L - RESERVED_CPU_MILLI
                : Long.parseLong(cpuMilli);
        long memory = memoryBytes.isEmpty() ? totalMemoryBytes() - RESERVED_MEMORY_BYTES : Long.parseLong(memoryBytes);
        return ResourceAmounts.newBuilder()
                .setCpuMilli(cpu)
                .setMemoryBytes(memory)
                .build();
    }

    /** The address of this server on the way to another; nothing is sent. */
    String addressTowards(String host, int port) {
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), port));
            return socket.getLocalAddress().getHostAddress();
        } catch (IOException unknown) {
            throw new UncheckedIOException(
                    "no way to " + host + "; name this server's address with --address", unknown);
        }
    }

    /** Addresses of this server by which others may reach it, but for those of containers' links; sorted. */
    List<String> addresses(ClusterRanges ranges) {
        return ServerAddresses.now().stream()
                .filter(address -> ranges.families().stream().noneMatch(family -> family.read(address)
                        .filter(ranges.containers()::contains)
                        .isPresent()))
                .toList();
    }

    /** The addresses of {@code hosts} as they are found now; none of those that are not. */
    static List<String> resolved(List<String> hosts) {
        var addresses = new TreeSet<String>();
        for (var host : hosts) {
            try {
                Stream.of(InetAddress.getAllByName(host))
                        .flatMap(address -> ServerAddresses.text(address).stream())
                        .forEach(addresses::add);
            } catch (UnknownHostException unknown) {
                // It is looked up again with the next look.
            }
        }
        return List.copyOf(addresses);
    }

    /** Whether the kernel speaks IPv6. */
    boolean hasIpv6() {
        return Files.exists(IPV6_OFF) && read(IPV6_OFF).strip().equals("0");
    }

    /** Largest packet of the link that has {@code address}; 1500 where none has it, such as before a NAT. */
    int linkMtu(String address) {
        try {
            var link = NetworkInterface.getByInetAddress(InetAddress.getByName(address));
            return link == null || link.isLoopback() ? ETHERNET_MTU : link.getMTU();
        } catch (IOException unknown) {
            throw new UncheckedIOException("cannot look at the link of " + address, unknown);
        }
    }

    /** What tasks may ask for here, with IPv6 or without; sorted. */
    List<String> features(boolean ipv6) {
        var features = new TreeSet<>(Features.KNOWN);
        if (ipv6) {
            features.add(Features.IPV6);
        }
        if (countsSwap(CONTROL_GROUPS)) {
            features.add(Features.SWAP);
        }
        features.addAll(ofDisks(CONTROL_GROUPS));
        return List.copyOf(features);
    }

    /** Whether the kernel can limit swap: by the files of its control groups, of which the topmost of version 2 has none. */
    static boolean countsSwap(Path groups) {
        if (Files.exists(groups.resolve("memory/memory.memsw.limit_in_bytes"))) {
            return true;
        }
        return has(groups, "memory.swap.max");
    }

    /** What the kernel can do about disks: by the files of its control groups, of which the topmost lack most. */
    static List<String> ofDisks(Path groups) {
        var former = groups.resolve("blkio");
        var features = new TreeSet<String>();
        if (Files.exists(former.resolve("blkio.throttle.read_bps_device")) || has(groups, "io.max")) {
            features.add(Features.BLOCK_IO);
        }
        boolean weighs = has(former, "blkio.bfq.weight") || has(former, "blkio.weight");
        if (weighs || has(groups, "io.bfq.weight") || has(groups, "io.weight")) {
            features.add(Features.BLOCK_WEIGHT);
        }
        boolean weighsEach = has(former, "blkio.bfq.weight_device") || has(former, "blkio.weight_device");
        if (weighsEach || has(groups, "io.bfq.weight")) {
            features.add(Features.DISK_WEIGHT);
        }
        return List.copyOf(features);
    }

    private static boolean has(Path groups, String file) {
        try (var below = Files.list(groups)) {
            return below.anyMatch(group -> Files.exists(group.resolve(file)));
        } catch (IOException without) {
            return false;
        }
    }

    private static long totalMemoryBytes() {
        return read(MEMORY)
                .lines()
                .filter(line -> line.startsWith("MemTotal:"))
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(MEMORY + " has no MemTotal"));
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + path, unreadable);
        }
    }
}
