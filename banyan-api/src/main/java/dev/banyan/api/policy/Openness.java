package dev.banyan.api.policy;

import dev.banyan.api.v1.PolicyPort;
import dev.banyan.api.v1.PolicyRule;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What of one service is open to another one.
 *
 * @param rest whether ports are open that are not in {@code ports}, and protocols that have none
 * @param ports whether these are, where that is not as with the rest
 * @param why a few words for people
 */
public record Openness(boolean rest, SortedMap<Port, Boolean> ports, String why) {
    /** A port of a protocol; {@code number} from 1 to 65535. */
    public record Port(int number, boolean udp) implements Comparable<Port> {
        private static final Comparator<Port> ORDER =
                Comparator.comparingInt(Port::number).thenComparing(Port::udp);

        static Port of(PolicyPort port) {
            return new Port(port.getNumber(), port.getUdp());
        }

        /** As in packet rules. */
        public String protocol() {
            return udp ? "udp" : "tcp";
        }

        @Override
        public int compareTo(Port other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return number + "/" + protocol();
        }
    }

    private static final String POLICY = "policy";

    public Openness {
        ports = Collections.unmodifiableSortedMap(new TreeMap<>(ports));
    }

    /** What {@code to} has open for {@code from}. */
    public static Openness between(Party from, Party to) {
        if (from.alone() || to.alone()) {
            return new Openness(false, new TreeMap<>(), from.alone() ? "no network" : "not in a network");
        }
        var relation = relation(from, to);
        boolean near = !relation.isEmpty();
        // An allowance opens what is between the services of one app; others must be let in by both sides.
        if (!near && !from.isBeside(to)) {
            return new Openness(false, new TreeMap<>(), "other apps");
        }
        return ruled(from, to, near, near ? relation : "no common network");
    }

    private static String relation(Party from, Party to) {
        var shared = to.shared(from);
        if (!shared.isEmpty()) {
            return "network " + Party.shown(shared.keySet().iterator().next());
        }
        return to.isPeerOf(from) ? "peer" : "";
    }

    private static Openness ruled(Party from, Party to, boolean usual, String why) {
        var ports = new TreeMap<Port, Boolean>();
        boolean ruled = false;
        boolean rest = usual;
        for (var rule : to.rules()) {
            if (!matches(rule, from, to)) {
                continue;
            }
            ruled = true;
            if (rule.getPortsCount() == 0) {
                rest = rule.getAllow();
                break;
            }
            rule.getPortsList().forEach(port -> ports.putIfAbsent(Port.of(port), rule.getAllow()));
        }
        boolean others = rest;
        ports.values().removeIf(open -> open == others);
        return new Openness(rest, ports, ruled ? why + ", " + POLICY : why);
    }

    private static boolean matches(PolicyRule rule, Party from, Party to) {
        return rule.getFromList().stream()
                .anyMatch(name -> name.equals("*")
                        || from.isBeside(to) && name.equals(from.service())
                        || name.equals(from.app() + "." + from.service())
                        || name.equals(from.app() + ".*"));
    }

    /** Whether {@code to} is known to {@code from} by name: where something of it could be open if no rule closed it. */
    public static boolean named(Party from, Party to) {
        return !from.alone()
                && !to.alone()
                && (!relation(from, to).isEmpty() || between(from, to).any());
    }

    /** Whether anything is open. */
    public boolean any() {
        return rest || ports.containsValue(true);
    }

    /** Whether a rule has a say. */
    public boolean ruled() {
        return why.endsWith(POLICY);
    }

    /** Whether one port is. */
    public boolean isOpen(Port port) {
        return ports.getOrDefault(port, rest);
    }

    /** For people: {@code all}, {@code none}, {@code 80/tcp, 53/udp}, or {@code all but 22/tcp}. */
    public String shown() {
        var listed =
                String.join(", ", ports.keySet().stream().map(Port::toString).toList());
        if (rest) {
            return ports.isEmpty() ? "all" : "all but " + listed;
        }
        return ports.isEmpty() ? "none" : listed;
    }
}
