package dev.banyan.agent.host;

import org.jspecify.annotations.Nullable;

/** An IPv4 address, ordered numerically. {@code bits} holds the four octets, the first one highest. */
public record Ipv4Address(int bits) implements Comparable<Ipv4Address> {
    /**
     * Reads the dotted form, such as {@code 10.192.3.7}.
     *
     * @throws IllegalArgumentException when it is anything but four numbers from 0 to 255 without leading zeros
     */
    public static Ipv4Address parse(String text) {
        int bits = 0;
        int begin = 0;
        for (int left = 3; left >= 0; left--) {
            int end = left == 0 ? text.length() : text.indexOf('.', begin);
            bits = bits << 8 | octet(text, begin, end);
            begin = end + 1;
        }
        return new Ipv4Address(bits);
    }

    /** By hand: sets of ten thousands of addresses are read. */
    private static int octet(String text, int begin, int end) {
        int digits = end - begin;
        boolean fits = digits > 0 && digits <= 3 && (digits == 1 || text.charAt(begin) != '0');
        int number = 0;
        for (int at = begin; fits && at < end; at++) {
            int digit = text.charAt(at) - '0';
            fits = digit >= 0 && digit <= 9;
            number = 10 * number + digit;
        }
        if (!fits || number > 255) {
            throw new IllegalArgumentException("not an IPv4 address: " + text);
        }
        return number;
    }

    @Override
    public int compareTo(Ipv4Address other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    // By hand: those of a record are slow where only C1 compiles, and large sets compare and look up many addresses.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Ipv4Address(int otherBits) && bits == otherBits;
    }

    @Override
    public int hashCode() {
        return bits;
    }

    /** The dotted form. */
    @Override
    public String toString() {
        return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
    }
}
