package dev.banyan.agent.plane;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.plane.rules.Choices;
import dev.banyan.agent.plane.rules.End;
import dev.banyan.agent.plane.rules.Packet;
import dev.banyan.agent.plane.rules.PacketTable;
import dev.banyan.agent.plane.rules.PacketTable.Chain;
import dev.banyan.agent.plane.rules.RuleRun;
import dev.banyan.agent.plane.rules.RuleRun.Sight;
import dev.banyan.agent.plane.rules.RuleRun.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** One packet through one kernel, hook by hook. */
final class Passage {
    /** Flows are looked up after chains of lower priority. */
    private static final int TRACKING = -200;

    private static final String LOOPBACK = "lo";

    /** Where a packet's way ends. */
    sealed interface Arrival {
        /** In a container of {@code kernel}. */
        record AtContainer(ServerKernel kernel, Packet packet) implements Arrival {}

        /** At {@code kernel} itself. */
        record AtServer(ServerKernel kernel, Packet packet) implements Arrival {}

        /** At {@code kernel}, before it got anywhere. */
        record Stopped(Reach told, ServerKernel kernel, Packet packet) implements Arrival {}
    }

    /** What became of the packet here. */
    sealed interface Outcome {
        /** Its way is over. */
        record Ended(Arrival arrival) implements Outcome {}

        /** It is on the wire towards the server with address {@code next}. */
        record Sent(Ipv4Address next, Packet packet) implements Outcome {}
    }

    private record Hooked(PacketTable table, Chain chain) {}

    private final ServerKernel kernel;
    private final Choices choices;
    private final List<Flow> begun;
    private final String in;
    private Packet packet;
    private Flow flow;
    private boolean fresh;
    private boolean back;

    /** {@code begun} are flows that are not the kernel's yet; {@code in} is the link it comes by, empty when it begins here. */
    Passage(ServerKernel kernel, Choices choices, List<Flow> begun, String in, Packet packet) {
        this.kernel = kernel;
        this.choices = choices;
        this.begun = begun;
        this.in = in;
        this.packet = packet;
        this.flow = new Flow(packet);
    }

    Outcome run() {
        return unsendable()
                .or(this::raw)
                .or(() -> {
                    track();
                    return entered();
                })
                .orElseGet(this::routed);
    }

    private boolean beginsHere() {
        return in.isEmpty();
    }

    /** A program is told at once when there is no way to what it asks for, whatever that would be translated to. */
    private Optional<Outcome> unsendable() {
        boolean sent = !beginsHere()
                || kernel.isLocal(packet.to().address())
                || !device(packet.to().address()).isEmpty();
        return sent ? Optional.empty() : Optional.of(ended(new Reach.Unreachable(packet.to())));
    }

    /** The link that leads to {@code address}; empty when none does. */
    private String device(Ipv4Address address) {
        return kernel.route(address).map(Routes.Route::device).orElse("");
    }

    private Optional<Outcome> raw() {
        if (beginsHere()) {
            return Optional.empty();
        }
        return filtered("prerouting", "", chain -> chain.priority() < TRACKING);
    }

    private void track() {
        var known = Stream.concat(kernel.flows().stream(), begun.stream())
                .filter(other -> other.begins(packet) || other.answers(packet))
                .findFirst();
        fresh = known.isEmpty();
        known.ifPresentOrElse(other -> flow = other, () -> begun.add(flow));
        back = !flow.begins(packet);
        if (back) {
            flow.answered();
        }
    }

    /** Up to where its destination is final. */
    private Optional<Outcome> entered() {
        if (fresh) {
            translate(beginsHere() ? "output" : "prerouting", "");
        }
        if (translates()) {
            packet = packet.to(flow.translated(back).to());
        }
        boolean loopback = ServerKernel.isLoopback(packet.from().address())
                || ServerKernel.isLoopback(packet.to().address());
        return !beginsHere() && loopback && !kernel.isSet("net/ipv4/conf/all/route_localnet")
                ? lost("an address of loopback comes by a link")
                : Optional.empty();
    }

    /** The kernel translates addresses, also those of flows it knows, while there is any chain for it. */
    private boolean translates() {
        return hooked(chain -> chain.hook().startsWith("type nat")).findFirst().isPresent();
    }

    private Outcome routed() {
        if (kernel.isLocal(packet.to().address())) {
            return delivered();
        }
        if (!beginsHere() && !kernel.isSet("net/ipv4/ip_forward")) {
            return ended(new Reach.Lost(packet.to(), kernel.name() + " is no router"));
        }
        var route = kernel.route(packet.to().address());
        if (route.isEmpty() || route.get().device().isEmpty()) {
            return ended(
                    beginsHere()
                            ? new Reach.Lost(packet.to(), "it is led where no way leads")
                            : new Reach.Unreachable(packet.to()));
        }
        var out = route.get().device();
        return filtered(beginsHere() ? "output" : "forward", out, chain -> true)
                .orElseGet(() -> leaves(route.get(), out));
    }

    private Outcome delivered() {
        var refused = beginsHere() ? filtered("output", LOOPBACK, chain -> true) : Optional.<Outcome>empty();
        return refused.or(() -> filtered("input", "", chain -> true)).orElseGet(() -> {
            if (translates()) {
                packet = packet.from(flow.translated(back).from());
            }
            return new Outcome.Ended(new Arrival.AtServer(kernel, packet.unmarked()));
        });
    }

    private Outcome leaves(Routes.Route route, String out) {
        boolean loopback = ServerKernel.isLoopback(packet.from().address());
        if (out.equals(LOOPBACK) && !beginsHere()) {
            return ended(
                    new Reach.Unreachable(packet.to())); // it goes round until its sender is told that it is too old
        }
        if (out.equals(LOOPBACK) || loopback && !kernel.isSet("net/ipv4/conf/all/route_localnet")) {
            return ended(new Reach.Lost(packet.to(), "it is led to loopback"));
        }
        if (fresh) {
            translate("postrouting", out);
        }
        if (translates()) {
            packet = packet.from(flow.translated(back).from());
        }
        if (ServerKernel.isLoopback(packet.from().address())) {
            return ended(new Reach.Lost(packet.to(), "it leaves with an address of loopback"));
        }
        return out.equals(ServerKernel.LINK)
                ? new Outcome.Sent(route.via().orElse(packet.to().address()), packet.unmarked())
                : new Outcome.Ended(new Arrival.AtContainer(kernel, packet.unmarked()));
    }

    /** The first packet of a flow decides for all of it. */
    private void translate(String place, String out) {
        for (var hooked : hooked(chain -> chain.isAt("nat", place)).toList()) {
            var run = new RuleRun(hooked.table(), sight(out), choices);
            switch (run.of(hooked.chain())) {
                case Verdict.Lead(var target) -> {
                    flow.leadTo(target);
                    return;
                }
                case Verdict.Masquerade ignored -> {
                    flow.comeFrom(new End(addressOn(out), packet.from().port()));
                    return;
                }
                case Verdict.Accept ignored -> {}
                case Verdict.Drop ignored -> throw new IllegalStateException("a chain of type nat drops");
                case Verdict.Refuse ignored -> throw new IllegalStateException("a chain of type nat refuses");
            }
        }
    }

    private Ipv4Address addressOn(String out) {
        return out.equals(ServerKernel.LINK)
                ? kernel.address()
                : ServerKernel.gateway(packet.to().address());
    }

    private Optional<Outcome> filtered(String place, String out, Predicate<Chain> which) {
        for (var hooked : hooked(chain -> chain.isAt("filter", place) && which.test(chain))
                .toList()) {
            var run = new RuleRun(hooked.table(), sight(out), choices);
            var verdict = run.of(hooked.chain());
            packet = run.packet();
            switch (verdict) {
                case Verdict.Refuse ignored -> {
                    return Optional.of(ended(new Reach.Refused(packet.to())));
                }
                case Verdict.Drop ignored -> {
                    return lost("rules of " + kernel.name() + " drop it");
                }
                case Verdict.Accept ignored -> {}
                case Verdict.Lead ignored -> throw new IllegalStateException("a filter translates");
                case Verdict.Masquerade ignored -> throw new IllegalStateException("a filter masquerades");
            }
        }
        return Optional.empty();
    }

    private Stream<Hooked> hooked(Predicate<Chain> which) {
        return kernel.tables().all().stream()
                .flatMap(table -> table.chains().values().stream().map(chain -> new Hooked(table, chain)))
                .filter(hooked -> !hooked.chain().hook().isEmpty() && which.test(hooked.chain()))
                .sorted(Comparator.comparingInt(hooked -> hooked.chain().priority()));
    }

    private Sight sight(String out) {
        var by = beginsHere() ? LOOPBACK : in;
        boolean local = kernel.isLocal(packet.to().address());
        return new Sight(
                packet,
                by,
                out,
                flow.led(),
                flow.isAnswered(),
                local,
                flow.original().to().address());
    }

    private Optional<Outcome> lost(String why) {
        return Optional.of(ended(new Reach.Lost(packet.to(), why)));
    }

    private Outcome ended(Reach told) {
        return new Outcome.Ended(new Arrival.Stopped(told, kernel, packet.unmarked()));
    }

    /** Flows to be kept, for {@code kernels} that passed packets. */
    static void keep(Map<ServerKernel, List<Flow>> kernels) {
        kernels.forEach((kernel, flows) -> kernel.flows().addAll(flows));
    }
}
