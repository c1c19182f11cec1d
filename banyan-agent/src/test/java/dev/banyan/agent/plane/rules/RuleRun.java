package dev.banyan.agent.plane.rules;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.plane.rules.PacketTable.Chain;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Leads one packet through the rules of one table, in nft's words as the agent writes them. */
public final class RuleRun {
    /**
     * A packet as the rules at one hook see it.
     *
     * @param in the link it came by; empty when it begins here
     * @param out the link it leaves by; empty before that is decided
     * @param led whether its flow's destination is translated
     * @param known whether its flow was answered already
     * @param local whether its destination is this server
     * @param asked what the first packet of its flow was for, before all translation
     */
    public record Sight(
            Packet packet, String in, String out, boolean led, boolean known, boolean local, Ipv4Address asked) {
        Sight of(Packet other) {
            return new Sight(other, in, out, led, known, local, asked);
        }
    }

    /** What a chain says of a packet. */
    public sealed interface Verdict {
        /** It goes on. */
        record Accept() implements Verdict {}

        /** It is gone, and nobody is told. */
        record Drop() implements Verdict {}

        /** It is gone, and its sender is told. */
        record Refuse() implements Verdict {}

        /** It goes elsewhere. */
        record Lead(End target) implements Verdict {}

        /** It takes an address of this server. */
        record Masquerade() implements Verdict {}
    }

    private final PacketTable table;
    private final Choices choices;
    private Sight sight;

    /** Of {@code table}; {@code choices} are what chance picks. */
    public RuleRun(PacketTable table, Sight sight, Choices choices) {
        this.table = table;
        this.sight = sight;
        this.choices = choices;
    }

    /** What {@code base} says in the end. */
    public Verdict of(Chain base) {
        return run(base.rules())
                .orElseGet(() -> base.policy().equals("drop") ? new Verdict.Drop() : new Verdict.Accept());
    }

    /** With its marks. */
    public Packet packet() {
        return sight.packet();
    }

    private Optional<Verdict> run(List<PacketTable.Rule> rules) {
        for (var rule : rules) {
            var step = new Statement(rule.text()).run();
            if (step instanceof Step.Say(var verdict)) {
                return Optional.of(verdict);
            }
            if (step instanceof Step.Call(var chain, boolean returns)) {
                var said = run(table.rules(chain));
                if (said.isPresent() || !returns) {
                    return said;
                }
            }
        }
        return Optional.empty();
    }

    /** What one rule comes to. */
    private sealed interface Step {
        record Next() implements Step {}

        record Say(Verdict verdict) implements Step {}

        record Call(String chain, boolean returns) implements Step {}
    }

    /** One rule, read from left to right until something does not match. */
    private final class Statement {
        private final Deque<String> words;

        Statement(String text) {
            this.words = new ArrayDeque<>(List.of(text.split(" ")));
        }

        private String word() {
            return words.removeFirst();
        }

        private boolean at(String word) {
            return Objects.equals(words.peekFirst(), word);
        }

        Step run() {
            while (!words.isEmpty()) {
                var verb = word();
                switch (verb) {
                    case "accept" -> {
                        return new Step.Say(new Verdict.Accept());
                    }
                    case "drop" -> {
                        return new Step.Say(new Verdict.Drop());
                    }
                    case "masquerade" -> {
                        return new Step.Say(new Verdict.Masquerade());
                    }
                    case "reject" -> {
                        return new Step.Say(new Verdict.Refuse());
                    }
                    case "dnat" -> {
                        var target = target();
                        return target.isPresent() ? new Step.Say(new Verdict.Lead(end(target.get()))) : new Step.Next();
                    }
                    case "jump", "goto" -> {
                        return new Step.Call(word(), verb.equals("jump"));
                    }
                    case "counter" -> {}
                    case "tcp" -> {
                        // Of its flags: the packets here begin flows.
                        return new Step.Next();
                    }
                    default -> {
                        var step = matched(verb);
                        if (step.isPresent()) {
                            return step.get();
                        }
                    }
                }
            }
            return new Step.Next();
        }

        /** Empty when the rule goes on. */
        private Optional<Step> matched(String first) {
            if (first.equals("meta") && at("mark") && List.copyOf(words).get(1).equals("set")) {
                mark();
                return Optional.empty();
            }
            var fields = fields(first);
            if (at("vmap")) {
                var ignored = word();
                var verdict = set(word()).content().get(key(fields));
                return Optional.of(
                        verdict == null ? new Step.Next() : new Step.Call(verdict.substring("goto ".length()), false));
            }
            return holds(fields) ? Optional.empty() : Optional.of(new Step.Next());
        }

        /** {@code mark set meta mark | 0x02000000}. */
        private void mark() {
            for (int i = 0; i < 5; i++) {
                words.removeFirst();
            }
            sight = sight.of(sight.packet().marked(Long.decode(word())));
        }

        private List<Field> fields(String first) {
            var fields = new ArrayList<>(List.of(field(first)));
            while (at(".")) {
                words.removeFirst();
                fields.add(field(word()));
            }
            return fields;
        }

        private Field field(String first) {
            var packet = sight.packet();
            return switch (first) {
                case "iifname" -> new Field("\"" + sight.in() + "\"", Optional.empty());
                case "oifname" -> new Field("\"" + sight.out() + "\"", Optional.empty());
                case "numgen" -> {
                    words.removeFirst();
                    words.removeFirst();
                    yield new Field(Integer.toString(choices.next(Integer.parseInt(word()))), Optional.empty());
                }
                case "fib" -> {
                    words.removeFirst();
                    words.removeFirst();
                    yield new Field(sight.local() ? "local" : "unicast", Optional.empty());
                }
                default ->
                    switch (first + " " + word()) {
                        case "ip saddr" -> Field.of(packet.from().address());
                        case "ip daddr" -> Field.of(packet.to().address());
                        case "meta l4proto" -> new Field(packet.protocol().word(), Optional.empty());
                        case "th dport", "tcp dport", "udp dport" ->
                            new Field(Integer.toString(packet.to().port()), Optional.empty());
                        case "meta mark" -> new Field(Long.toString(packet.mark()), Optional.empty());
                        case "ct status" -> new Field(sight.led() ? "dnat" : "", Optional.empty());
                        case "ct original" -> {
                            words.removeFirst();
                            words.removeFirst();
                            yield Field.of(sight.asked());
                        }
                        case "ct state" -> new Field(sight.known() ? "established" : "new", Optional.empty());
                        default -> throw new IllegalStateException("no such field: " + first);
                    };
            };
        }

        private boolean holds(List<Field> fields) {
            if (at("&")) {
                return masked(Long.parseLong(fields.getFirst().value()));
            }
            boolean not = at("!=");
            if (not) {
                words.removeFirst();
            }
            return not != (at("{") ? anyOf(fields) : is(fields, word()));
        }

        /** {@code & 0x02000000 == 0x02000000}. */
        private boolean masked(long value) {
            words.removeFirst();
            long mask = Long.decode(word());
            words.removeFirst();
            return (value & mask) == Long.decode(word());
        }

        private boolean anyOf(List<Field> fields) {
            boolean found = false;
            words.removeFirst();
            while (!at("}")) {
                found |= is(fields, word().replace(",", ""));
            }
            words.removeFirst();
            return found;
        }

        private boolean is(List<Field> fields, String wanted) {
            if (wanted.startsWith("@")) {
                return set(wanted).content().containsKey(key(fields).replace("\"", ""));
            }
            return fields.getFirst().is(wanted);
        }

        private PacketTable.Elements set(String name) {
            return Objects.requireNonNullElse(
                    table.sets().get(name.substring(1)), new PacketTable.Elements("set", Map.of()));
        }

        /** {@code ip to} an address, with or without a port, or one of a map of them; nothing where the map has none. */
        private Optional<String> target() {
            words.removeFirst();
            words.removeFirst();
            var text = String.join(" ", words);
            if (text.contains(" map @")) {
                return looked();
            }
            words.clear();
            return Optional.of(text.startsWith("numgen") ? drawn(text) : text);
        }

        /** {@code ip daddr . numgen random mod 3 map @slots}. */
        private Optional<String> looked() {
            var key = key(fields(word()));
            words.removeFirst();
            return Optional.ofNullable(set(word()).content().get(key)).map(value -> value.replace(" . ", ":"));
        }

        private static String key(List<Field> fields) {
            return String.join(" . ", fields.stream().map(Field::value).toList());
        }

        /** {@code numgen random mod 10 map { 0-8 : 10.0.0.1 . 80, 9 : 10.0.0.2 . 80 }}: each target is as possible as the others. */
        private String drawn(String text) {
            var targets =
                    text.substring(text.indexOf('{') + 2, text.indexOf(" }")).split(", ");
            var share = targets[choices.next(targets.length)];
            return share.substring(share.indexOf(" : ") + 3).replace(" . ", ":");
        }

        private End end(String text) {
            int colon = text.indexOf(':');
            return colon < 0
                    ? End.of(text, sight.packet().to().port())
                    : End.of(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
        }
    }

    private record Field(String value, Optional<Ipv4Address> address) {
        static Field of(Ipv4Address address) {
            return new Field(address.toString(), Optional.of(address));
        }

        boolean is(String wanted) {
            return address.map(found -> Ipv4Range.parse(wanted).contains(found))
                    .orElseGet(() -> List.of(wanted.split(",")).contains(value));
        }
    }
}
