package dev.banyan.api.twin;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IPv6 addresses as text, one for each address: as RFC 5952 (4) writes them, and the kernel lists them. */
public final class Ipv6Text {
    private static final int OCTETS = 16;
    private static final int GROUPS = 8;

    /** What has no colon would be looked up as a name; what names a link is of one server alone. */
    private static final Pattern LITERAL = Pattern.compile("(?=.*:)[0-9a-fA-F:.]{2,45}");

    private Ipv6Text() {}

    /** The same address in its one form; empty when {@code text} is no IPv6 address. */
    public static Optional<String> canonical(String text) {
        return octets(text).map(Ipv6Text::of);
    }

    /** The sixteen octets of an address; empty when {@code text} is no IPv6 address. */
    public static Optional<byte[]> octets(String text) {
        if (!LITERAL.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            // Java takes those that stand for IPv4 addresses for these, of four octets.
            return Optional.of(InetAddress.getByName(text).getAddress()).filter(octets -> octets.length == OCTETS);
        } catch (UnknownHostException other) {
            return Optional.empty();
        }
    }

    /**
     * The text of an address of sixteen octets.
     *
     * @throws IllegalArgumentException when there are more or fewer
     */
    public static String of(byte[] octets) {
        if (octets.length != OCTETS) {
            throw new IllegalArgumentException("not an IPv6 address: " + octets.length + " octets");
        }
        var zeros = longestZeros(octets);
        var text = new StringBuilder();
        for (int at = 0; at < GROUPS; at++) {
            if (at == zeros.from) {
                text.append("::");
                at += zeros.length - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":");
                text.append(Integer.toHexString(group(octets, at)));
            }
        }
        return text.toString();
    }

    private record Zeros(int from, int length) {}

    /** The first of the longest runs of groups that are zero; a single one is none. */
    private static Zeros longestZeros(byte[] octets) {
        var longest = new Zeros(-1, 1);
        int length = 0;
        for (int at = 0; at < GROUPS; at++) {
            length = group(octets, at) == 0 ? length + 1 : 0;
            if (length > longest.length) {
                longest = new Zeros(at - length + 1, length);
            }
        }
        return longest;
    }

    private static int group(byte[] octets, int at) {
        return (octets[2 * at] & 0xff) << 8 | octets[2 * at + 1] & 0xff;
    }
}
