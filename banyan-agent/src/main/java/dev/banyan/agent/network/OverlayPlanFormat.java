package dev.banyan.agent.network;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.network.wireguard.PublicKey;
import java.util.List;

/**
 * A plan as text, one fact a line:
 *
 * <pre>
 * revision 41
 * ranges 10.192.0.0/13 10.200.0.0/13 10.192.1.0/24
 * peer agent-2 10.99.0.12 10.192.2.0/24
 * peer agent-3 10.99.0.13 10.192.3.0/24 &lt;key&gt; 7446
 * </pre>
 */
final class OverlayPlanFormat {
    private OverlayPlanFormat() {}

    static String write(OverlayPlan plan) {
        var ranges = plan.ranges();
        var text = new StringBuilder("revision " + plan.revision() + "\n");
        text.append("ranges " + ranges.words() + "\n");
        for (var peer : plan.peers()) {
            text.append("peer " + peer.name() + " " + peer.host() + " " + peer.subnet());
            peer.end().ifPresent(end -> text.append(" " + end.key() + " " + end.port()));
            text.append("\n");
        }
        return text.toString();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    static OverlayPlan read(String text) {
        try {
            return parse(text);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a line of the plan is cut short", e);
        }
    }

    private static OverlayPlan parse(String text) {
        var lines = text.lines().map(line -> line.split(" ")).toList();
        if (lines.size() < 2 || !lines.get(0)[0].equals("revision") || !lines.get(1)[0].equals("ranges")) {
            throw new IllegalArgumentException("a plan begins with its revision and ranges");
        }
        var ranges = ClusterRanges.read(List.of(lines.get(1)).subList(1, lines.get(1).length));
        var peers = lines.stream().skip(2).map(OverlayPlanFormat::peer).toList();
        return new OverlayPlan(Long.parseLong(lines.get(0)[1]), ranges, peers);
    }

    /** A line of an agent without tunnels ends after the subnet. */
    private static Peer peer(String[] line) {
        var peer = Peer.of(line[1], line[2], line[3]);
        return line.length == 4 ? peer : peer.at(new PublicKey(line[4]), Integer.parseInt(line[5]));
    }
}
