package dev.banyan.api.twin;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A block of IPv6 addresses in prefix notation.
 *
 * @param first its first address, as {@link Ipv6Text} writes it
 * @param prefix how many bits all of it share, from 0 to 128; none of {@code first} is set beyond
 */
public record Ipv6Range(String first, int prefix) {
    private static final int BITS = 128;
    private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");

    public Ipv6Range {
        requireNonNull(first, "first");
        if (prefix < 0 || prefix > BITS) {
            throw new IllegalArgumentException("prefix must be from 0 to " + BITS + ": " + prefix);
        }
        var octets = octets(first);
        if (!Ipv6Text.of(octets).equals(first)) {
            throw new IllegalArgumentException(first + " is written " + Ipv6Text.of(octets));
        }
        if (!Arrays.equals(octets, masked(octets, prefix))) {
            throw new IllegalArgumentException(first + "/" + prefix + " has bits set beyond its prefix of " + prefix);
        }
    }

    /**
     * Reads prefix notation, such as {@code 2001:db8::/32}; a bare address is a range of one.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static Ipv6Range parse(String text) {
        int slash = text.indexOf('/');
        var address = slash < 0 ? text : text.substring(0, slash);
        var length = slash < 0 ? Integer.toString(BITS) : text.substring(slash + 1);
        if (!LENGTH.matcher(length).matches()) {
            throw new IllegalArgumentException("not an IPv6 range: " + text);
        }
        return new Ipv6Range(Ipv6Text.of(octets(address)), Integer.parseInt(length));
    }

    /** Whether all of {@code other} is in this one. */
    public boolean contains(Ipv6Range other) {
        return other.prefix >= prefix
                && Ipv6Text.of(masked(octets(other.first), prefix)).equals(first);
    }

    private static byte[] octets(String address) {
        return Ipv6Text.octets(address)
                .orElseThrow(() -> new IllegalArgumentException("not an IPv6 address: " + address));
    }

    private static byte[] masked(byte[] octets, int prefix) {
        var masked = new byte[octets.length];
        for (int at = 0; at < octets.length; at++) {
            int bits = Math.clamp(prefix - 8L * at, 0, 8);
            masked[at] = (byte) (octets[at] & 0xff << 8 - bits);
        }
        return masked;
    }

    /** Prefix notation; of a range of one its address alone. */
    @Override
    public String toString() {
        return prefix == BITS ? first : first + "/" + prefix;
    }
}
