package dev.banyan.agent.plane;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.host.PortHold.Transport;
import dev.banyan.agent.plane.Passage.Arrival;
import dev.banyan.agent.plane.rules.Choices;
import dev.banyan.agent.plane.rules.End;
import dev.banyan.agent.plane.rules.Packet;
import dev.banyan.agent.proxy.Protocol;
import dev.banyan.runtime.env.RandomSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Servers on one link, and where packets between them end: decided by the tables of their kernels at that instant, and by nothing else. For
 * simulations: not thread-safe.
 */
public final class Wire {
    /** More than any way here has. */
    private static final int HOPS_MAX = 8;

    /** More choices than a way has. */
    private static final int CHOICES = 4;

    private static final Ipv4Address LOCALHOST = Ipv4Address.parse("127.0.0.1");

    private final Ipv4Range link;
    private final Consumer<String> notes;
    private final Map<String, ServerKernel> servers = new LinkedHashMap<>();
    private int lastPort;

    /** With servers whose addresses are in {@code link}, such as {@code 192.0.2.0/24}; {@code notes} is told of every change. */
    public Wire(String link, Consumer<String> notes) {
        this.link = Ipv4Range.parse(link);
        this.notes = notes;
    }

    /**
     * Adds a server; one without an agent is whoever else is on the link.
     *
     * @param containers tells the addresses of the containers that are attached to it at that instant
     */
    public ServerKernel server(String name, String address, Supplier<List<String>> containers) {
        var kernel = new ServerKernel(
                name,
                Ipv4Address.parse(address),
                new Routes(link),
                containers,
                note -> notes.accept(name + " " + note));
        if (!link.contains(kernel.address()) || servers.putIfAbsent(name, kernel) != null) {
            throw new IllegalArgumentException(name + " with " + address + " does not fit on this wire");
        }
        return kernel;
    }

    /** The server of that name. */
    public ServerKernel server(String name) {
        return Objects.requireNonNull(servers.get(name), name);
    }

    /** Counts what was changed in any kernel. */
    public long changes() {
        return servers.values().stream().mapToLong(ServerKernel::changes).sum();
    }

    /** Every end that a new flow may have now; nothing remains of the question. */
    public Set<Reach> reach(Asker asker, Protocol protocol, String to, int port) {
        var found = new LinkedHashSet<Reach>();
        Optional<Choices> choices = Optional.of(new Choices(List.of()));
        while (choices.isPresent()) {
            found.add(new Walk(choices.get()).ask(asker, first(asker, protocol, End.of(to, port))));
            choices = choices.get().after();
        }
        return found;
    }

    /** Begins a flow that lasts until it is closed; {@code random} picks one of its possible ends. */
    public Connection connect(Asker asker, Protocol protocol, End to, RandomSource random) {
        var drawn = new ArrayList<Integer>();
        for (int i = 0; i < CHOICES; i++) {
            drawn.add(random.nextInt(1_000_000));
        }
        var first = first(asker, protocol, to);
        var walk = new Walk(new Choices(drawn));
        var began = walk.ask(asker, first);
        walk.keep();
        return new Connection(this, asker, first, began);
    }

    Reach next(Asker asker, Packet first) {
        var walk = new Walk(new Choices(List.of()));
        var now = walk.ask(asker, first);
        walk.keep();
        return now;
    }

    void forget(int port) {
        servers.values().forEach(server -> server.flows()
                .removeIf(flow -> flow.original().from().port() == port));
    }

    private Packet first(Asker asker, Protocol protocol, End to) {
        lastPort++;
        return new Packet(protocol, new End(source(asker, to.address()), lastPort), to);
    }

    /** The address that the kernel gives to a program's packets. */
    private Ipv4Address source(Asker asker, Ipv4Address to) {
        if (asker instanceof Asker.Container(var ignored, var address)) {
            return address;
        }
        var kernel = server(asker.server());
        if (kernel.isLocal(to)) {
            return to;
        }
        return switch (kernel.route(to).map(Routes.Route::device).orElse("")) {
            case "lo" -> LOCALHOST;
            case ServerKernel.LINK, "" -> kernel.address();
            default -> ServerKernel.gateway(to);
        };
    }

    private Optional<ServerKernel> at(Ipv4Address address) {
        return servers.values().stream()
                .filter(server -> server.plugged() && server.address().equals(address))
                .findFirst();
    }

    /** One packet and its answer. */
    private final class Walk {
        private final Choices choices;
        private final Map<ServerKernel, List<Flow>> begun = new HashMap<>();

        Walk(Choices choices) {
            this.choices = choices;
        }

        void keep() {
            Passage.keep(begun);
        }

        Reach ask(Asker asker, Packet first) {
            var kernel = server(asker.server());
            var in = asker instanceof Asker.Container(var ignored, var address) ? Routes.device(address) : "";
            return switch (travel(first, kernel, in)) {
                case Arrival.Stopped(var told, var at, var packet) -> {
                    var heard = told instanceof Reach.Lost ? told : heard(asker, first, told, at, packet);
                    begun.clear();
                    yield heard;
                }
                case Arrival.AtServer(var at, var packet) -> {
                    boolean serves =
                            at.serves(transport(packet.protocol()), packet.to().port());
                    yield serves
                            ? answered(asker, first, packet, travel(packet.answer(), at, ""), at)
                            : unserved(asker, first, at, packet);
                }
                case Arrival.AtContainer(var at, var packet) ->
                    packet.from().address().equals(packet.to().address())
                            ? new Reach.Lost(packet.to(), "it takes its own address for forged")
                            : answered(
                                    asker,
                                    first,
                                    packet,
                                    travel(
                                            packet.answer(),
                                            at,
                                            Routes.device(packet.to().address())),
                                    at);
            };
        }

        /** A socket that holds a port refuses connections, and takes datagrams that nobody reads. */
        private Reach unserved(Asker asker, Packet first, ServerKernel at, Packet packet) {
            boolean held = at.holder(Transport.UDP, packet.to().port()).isPresent();
            return packet.protocol() == Protocol.UDP && held
                    ? new Reach.Lost(packet.to(), "nobody reads it")
                    : heard(asker, first, new Reach.Refused(packet.to()), at, packet);
        }

        /** What a server tells must find its way back, as an answer must. */
        private Reach heard(Asker asker, Packet first, Reach told, ServerKernel at, Packet packet) {
            boolean heard = asker.equals(new Asker.Program(at.name()))
                    || comesBack(asker, first, travel(packet.answer(), at, ""));
            return heard ? told : new Reach.Lost(packet.to(), "nobody hears that it is refused");
        }

        private Reach answered(Asker asker, Packet first, Packet arrived, Arrival answer, ServerKernel at) {
            return comesBack(asker, first, answer)
                    ? new Reach.Reached(at.name(), arrived.to(), arrived.from().address())
                    : new Reach.Lost(arrived.to(), "its answer does not come back");
        }

        private boolean comesBack(Asker asker, Packet first, Arrival answer) {
            return switch (answer) {
                case Arrival.Stopped stopped -> false;
                case Arrival.AtServer(var kernel, var packet) ->
                    asker.equals(new Asker.Program(kernel.name())) && packet.equals(first.answer());
                case Arrival.AtContainer(var kernel, var packet) ->
                    asker.equals(new Asker.Container(kernel.name(), packet.to().address()))
                            && packet.equals(first.answer());
            };
        }

        private Arrival travel(Packet packet, ServerKernel from, String link) {
            var kernel = from;
            var in = link;
            var now = packet;
            for (int hop = 0; hop < HOPS_MAX; hop++) {
                var flows = begun.computeIfAbsent(kernel, unused -> new ArrayList<>());
                switch (new Passage(kernel, choices, flows, in, now).run()) {
                    case Passage.Outcome.Ended(var arrival) -> {
                        return arrival;
                    }
                    case Passage.Outcome.Sent(var next, var sent) -> {
                        var server = kernel.plugged() ? at(next) : Optional.<ServerKernel>empty();
                        if (server.isEmpty()) {
                            return new Arrival.Stopped(new Reach.Lost(sent.to(), "nobody has " + next), kernel, sent);
                        }
                        kernel = server.get();
                        in = ServerKernel.LINK;
                        now = sent;
                    }
                }
            }
            return new Arrival.Stopped(new Reach.Lost(now.to(), "it goes round and round"), kernel, now);
        }
    }

    private static Transport transport(Protocol protocol) {
        return switch (protocol) {
            case TCP -> Transport.TCP;
            case UDP -> Transport.UDP;
        };
    }
}
