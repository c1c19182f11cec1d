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
        var octets = text.split("\\.", -1);
        if (octets.length != 4) {
            throw new IllegalArgumentException("not an IPv4 address: " + text);
        }
        int bits = 0;
        for (var octet : octets) {
            bits = bits << 8 | octet(octet, text);
        }
        return new Ipv4Address(bits);
    }

    private static int octet(String octet, String text) {
        if (!octet.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(octet) > 255) {
            throw new IllegalArgumentException("not an IPv4 address: " + text);
        }
        return Integer.parseInt(octet);
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
