package dev.banyan.agent.plane;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.host.PortHold.Transport;
import dev.banyan.agent.plane.rules.Packet;
import dev.banyan.agent.plane.rules.PacketTables;
import dev.banyan.agent.plane.rules.TableListing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The kernel of one server: all of it outlives every agent, and a reboot forgets all of it. For simulations: not thread-safe. */
public final class ServerKernel {
    /** The server's one link to others. */
    static final String LINK = "eth0";

    private static final Ipv4Range LOOPBACK = Ipv4Range.parse("127.0.0.0/8");

    /** Who has a port; {@code serves} when requests to it are answered. */
    private record Socket(String holder, boolean serves) {}

    private final String name;
    private final Ipv4Address address;
    private final Supplier<List<String>> containers;
    private final PacketTables tables = new PacketTables();
    private final Routes routes;
    private final Consumer<String> notes;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, Socket> sockets = new LinkedHashMap<>();
    private final List<Flow> flows = new ArrayList<>();
    private final Map<String, Ipv4Address> parsed = new HashMap<>(); // reading one again and again takes long
    private boolean plugged = true;
    private long changes;

    ServerKernel(
            String name,
            Ipv4Address address,
            Routes routes,
            Supplier<List<String>> containers,
            Consumer<String> notes) {
        this.name = name;
        this.address = address;
        this.containers = containers;
        this.routes = routes;
        this.notes = notes;
        boot();
    }

    /** The server's name. */
    public String name() {
        return name;
    }

    /** The address that others reach it by. */
    public Ipv4Address address() {
        return address;
    }

    /** Counts what was changed here, by whomever. */
    public long changes() {
        return changes;
    }

    private void changed(String how) {
        changes++;
        notes.accept(how);
    }

    /** All is forgotten: tables, routes, flows, settings, and the ports of programs, which have all ended. */
    public void reboot() {
        changed("reboots");
        tables.forgetAll();
        routes.forgetAll();
        flows.clear();
        sockets.clear();
        settings.clear();
        boot();
    }

    private void boot() {
        settings.put("net/ipv4/ip_forward", "0");
        settings.put("net/ipv4/conf/all/route_localnet", "0");
        settings.put("net/ipv4/conf/all/send_redirects", "1");
        settings.put("net/ipv4/conf/" + LINK + "/send_redirects", "1");
    }

    /** Somebody removes all packet tables by hand. */
    public void flush() {
        changed("has its rules flushed");
        tables.forgetAll();
    }

    /** Somebody removes every route that commands made. */
    public void dropRoutes() {
        changed("has its routes dropped");
        routes.forgetAll();
    }

    /** Somebody has a firewall of iptables that drops what it does not know. */
    public void dropForwarded() {
        changed("has a firewall");
        var refused = tables.commit(
                """
                add table ip filter
                add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }
                """);
        if (refused.isPresent()) {
            throw new IllegalStateException(refused.get());
        }
    }

    /** Whether its link is up. */
    public void plug(boolean in) {
        changed(in ? "is plugged in" : "is unplugged");
        plugged = in;
    }

    boolean plugged() {
        return plugged;
    }

    /** A program of the server begins to serve a port, unless somebody has it: then false. */
    public boolean serve(Transport transport, int port, String program) {
        return socket(transport, port, new Socket(program, true));
    }

    /** A process holds a port; false when somebody has it. */
    boolean bind(Transport transport, int port, String process) {
        return socket(transport, port, new Socket(process, false));
    }

    private boolean socket(Transport transport, int port, Socket socket) {
        boolean free = sockets.putIfAbsent(transport + " " + port, socket) == null;
        if (free) {
            changed("gives " + transport + " port " + port + " to " + socket.holder());
        }
        return free;
    }

    /** {@code program} lets a port go; nothing happens when it does not have it. */
    public void free(Transport transport, int port, String program) {
        var socket = sockets.get(transport + " " + port);
        if (socket != null && socket.holder().equals(program)) {
            sockets.remove(transport + " " + port);
            changed("has " + transport + " port " + port + " free again");
        }
    }

    /** Who has a port. */
    public Optional<String> holder(Transport transport, int port) {
        return Optional.ofNullable(sockets.get(transport + " " + port)).map(Socket::holder);
    }

    boolean serves(Transport transport, int port) {
        var socket = sockets.get(transport + " " + port);
        return socket != null && socket.serves();
    }

    Optional<String> setting(String setting) {
        return Optional.ofNullable(settings.get(setting));
    }

    boolean isSet(String setting) {
        return setting(setting).equals(Optional.of("1"));
    }

    void set(String setting, String value) {
        changed("has " + setting + " set to " + value);
        settings.put(setting, value);
    }

    PacketTables tables() {
        return tables;
    }

    List<Flow> flows() {
        return flows;
    }

    /** Addresses of containers that are attached. */
    List<Ipv4Address> attached() {
        return containers.get().stream()
                .map(text -> parsed.computeIfAbsent(text, Ipv4Address::parse))
                .toList();
    }

    boolean isLocal(Ipv4Address other) {
        return other.equals(address)
                || LOOPBACK.contains(other)
                || attached().stream().anyMatch(container -> gateway(container).equals(other));
    }

    static boolean isLoopback(Ipv4Address other) {
        return LOOPBACK.contains(other);
    }

    /** The address on the server's end of a container's link. */
    static Ipv4Address gateway(Ipv4Address container) {
        return new Ipv4Address((container.bits() & ~255) | 1);
    }

    Optional<Routes.Route> route(Ipv4Address destination) {
        return routes.towards(destination, attached());
    }

    /** Runs one of the programs that an agent runs. */
    public CommandResult run(CommandLine line) {
        var words = line.arguments();
        return switch (words.getFirst()) {
            case "nft" -> nft(line, words);
            case "ip" -> ip(line, words);
            case "conntrack" ->
                words.get(1).equals("-L")
                        ? new CommandResult(line, 0, flowListing(words.contains("-p")), "")
                        : forget(line, words);
            case "ss" -> new CommandResult(line, 0, owners(words), "");
            default -> new CommandResult(line, 127, "", words.getFirst() + ": not found");
        };
    }

    private CommandResult nft(CommandLine line, List<String> words) {
        if (words.contains("list")) {
            // It has IPv4 alone.
            return tables.named(words.getLast())
                    .filter(table -> words.contains("ip"))
                    .map(table -> new CommandResult(line, 0, TableListing.of(table), ""))
                    .orElseGet(() -> new CommandResult(line, 1, "", "Error: No such file or directory"));
        }
        return ended(line, 1, tables.commit(line.input()));
    }

    private CommandResult ip(CommandLine line, List<String> words) {
        return words.contains("show")
                ? new CommandResult(line, 0, routes.listing(attached()), "")
                : ended(line, 2, routes.change(words.subList(3, words.size())));
    }

    private CommandResult ended(CommandLine line, int status, Optional<String> complaint) {
        if (complaint.isEmpty()) {
            changed("is changed by " + line.arguments().getFirst());
        }
        return new CommandResult(line, complaint.isEmpty() ? 0 : status, "", complaint.orElse(""));
    }

    /** {@code conntrack -L}, or {@code conntrack -L -p udp}. */
    private String flowListing(boolean datagrams) {
        var text = new StringBuilder();
        for (var flow : flows) {
            var word = flow.original().protocol().word();
            if (word.equals("udp") || !datagrams) {
                text.append(word.equals("udp") ? "udp      17 29 " : "tcp      6 431999 ESTABLISHED ")
                        .append(half(flow.original()))
                        .append(half(flow.answer()))
                        .append("mark=0 use=1\n");
            }
        }
        return text.toString();
    }

    private static String half(Packet packet) {
        return "src=" + packet.from().address() + " dst=" + packet.to().address() + " sport="
                + packet.from().port() + " dport=" + packet.to().port() + " ";
    }

    /** {@code conntrack -D} with pairs of options and values. */
    private CommandResult forget(CommandLine line, List<String> words) {
        int before = flows.size();
        flows.removeIf(flow -> {
            for (int i = 2; i < words.size(); i += 2) {
                if (!has(flow, words.get(i), words.get(i + 1))) {
                    return false;
                }
            }
            return true;
        });
        int gone = before - flows.size();
        if (gone > 0) {
            changed("forgets " + gone + " flows");
        }
        var said = "conntrack v1.4.7 (conntrack-tools): " + gone + " flow entries have been deleted.";
        return new CommandResult(line, gone == 0 ? 1 : 0, "", said);
    }

    private static boolean has(Flow flow, String option, String value) {
        return switch (option) {
            case "-p" -> flow.original().protocol().word().equals(value);
            case "--orig-src" -> flow.original().from().address().toString().equals(value);
            case "--orig-dst" -> flow.original().to().address().toString().equals(value);
            case "--orig-port-dst" -> flow.original().to().port() == Integer.parseInt(value);
            case "--reply-src" -> flow.answer().from().address().toString().equals(value);
            case "--reply-port-src" -> flow.answer().from().port() == Integer.parseInt(value);
            default -> throw new IllegalStateException("conntrack has no option " + option);
        };
    }

    /** {@code ss … sport = :80}. */
    private String owners(List<String> words) {
        var transport = words.contains("-u") ? Transport.UDP : Transport.TCP;
        int port = Integer.parseInt(words.getLast().substring("sport = :".length()));
        return holder(transport, port)
                .map(holder -> "UNCONN 0 0 0.0.0.0:" + port + " 0.0.0.0:* users:((\"" + holder + "\",pid=612,fd=3))\n")
                .orElse("");
    }
}
