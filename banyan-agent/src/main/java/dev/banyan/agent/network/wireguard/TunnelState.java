package dev.banyan.agent.network.wireguard;

import dev.banyan.agent.host.HostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An interface as it is.
 *
 * @param key public; empty before it was given one
 */
record TunnelState(Optional<PublicKey> key, int port, List<PeerSight> peers) {
    private static final String NONE = "(none)";
    private static final int OWN_FIELDS = 4;
    private static final int PEER_FIELDS = 8;

    TunnelState {
        peers = List.copyOf(peers);
    }

    /**
     * Reads what {@code wg show <interface> dump} writes, which begins with the private key: it is neither kept here nor named in errors.
     *
     * @throws HostException when it is anything else
     */
    static TunnelState parse(String dump) {
        var lines = dump.lines().map(line -> line.split("\t", -1)).toList();
        try {
            var own = lines.getFirst();
            if (own.length != OWN_FIELDS) {
                throw new IllegalArgumentException("the first line has " + own.length + " fields");
            }
            var peers = new ArrayList<PeerSight>();
            lines.stream().skip(1).forEach(line -> peers.add(peer(line)));
            var key = own[1].equals(NONE) ? Optional.<PublicKey>empty() : Optional.of(new PublicKey(own[1]));
            return new TunnelState(key, Integer.parseInt(own[2]), peers);
        } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
            // Without the cause, whose message may quote a field.
            throw new HostException(
                    "what wg says of the interface could not be understood: " + lines.size() + " lines");
        }
    }

    private static PeerSight peer(String[] fields) {
        if (fields.length != PEER_FIELDS) {
            throw new IllegalArgumentException("a peer has " + fields.length + " fields");
        }
        return new PeerSight(
                new PublicKey(fields[0]),
                fields[2].equals(NONE) ? "" : fields[2],
                fields[3].equals(NONE) ? "" : fields[3],
                Long.parseLong(fields[4]),
                Long.parseLong(fields[5]),
                Long.parseLong(fields[6]),
                fields[7].equals("off") ? 0 : Integer.parseInt(fields[7]));
    }
}
