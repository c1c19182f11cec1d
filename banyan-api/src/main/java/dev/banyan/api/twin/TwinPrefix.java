package dev.banyan.api.twin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The first 48 bits of all IPv6 addresses of one cluster: unique local ones, made as RFC 4193 (3.2.2) asks, of the cluster's name in place
 * of a clock and a network card.
 *
 * <p>The 16 bits after it are the second and third octet of the twin's IPv4 address, and the last eight its last one: {@code 10.192.3.7} is
 * {@code fd5c:1a0:77e2:c003::7}. So a subnet of 256 addresses is a subnet of /64, as IPv6 has them.
 *
 * @param bits the prefix in the upper 48 of them; the others are 0
 */
public record TwinPrefix(long bits) {
    private static final int PREFIX = 48;
    private static final long MASK = -1L << 64 - PREFIX;
    private static final int UNIQUE_LOCAL = 0xfd;
    private static final int FIRST_OCTET = 10;
    /** Up to here a range is a number of subnets, beyond a part of one. */
    private static final int SUBNET = 24;

    private static final Pattern TEXT = Pattern.compile("[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{1,4}::/48");

    public TwinPrefix {
        if ((bits & ~MASK) != 0 || bits >>> 56 != UNIQUE_LOCAL) {
            throw new IllegalArgumentException("not a prefix of unique local addresses: " + Long.toHexString(bits));
        }
    }

    /** That of the cluster of this name. */
    public static TwinPrefix of(String cluster) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(("banyan " + cluster).getBytes(UTF_8));
            long random = ByteBuffer.wrap(digest).getLong() >>> 64 - 40;
            return new TwinPrefix((long) UNIQUE_LOCAL << 56 | random << 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static TwinPrefix parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("not a prefix of unique local addresses: " + text);
        }
        long bits = 0;
        for (var group : text.substring(0, text.indexOf("::")).split(":")) {
            bits = bits << 16 | Long.parseLong(group, 16);
        }
        return new TwinPrefix(bits << 16);
    }

    /**
     * The twin of an IPv4 address, as RFC 5952 writes it.
     *
     * @param ipv4 its four octets, the first one highest, which is 10
     */
    public String twin(int ipv4) {
        long host = ipv4 & 0xff;
        return groups(ipv4) + "::" + (host == 0 ? "" : Long.toHexString(host));
    }

    /** The twin of an IPv4 address in its dotted form; empty when it is none that begins with 10. */
    public Optional<String> twin(String ipv4) {
        var octets = ipv4.split("\\.", -1);
        int bits = 0;
        for (var octet : octets) {
            if (!octet.matches("[0-9]{1,3}") || Integer.parseInt(octet) > 255) {
                return Optional.empty();
            }
            bits = bits << 8 | Integer.parseInt(octet);
        }
        return octets.length == 4 && bits >>> 24 == FIRST_OCTET ? Optional.of(twin(bits)) : Optional.empty();
    }

    /**
     * The twins of a range.
     *
     * @param first its first address
     * @param prefix how many bits all of it share, from 8 to 32
     */
    public String range(int first, int prefix) {
        if (prefix < 8 || prefix > 32) {
            throw new IllegalArgumentException("prefix must be from 8 to 32: " + prefix);
        }
        int length = prefix <= SUBNET ? PREFIX - 8 + prefix : 128 - 32 + prefix;
        return twin(first) + "/" + length;
    }

    /**
     * How many bits the addresses of a range share whose twins share {@code length}.
     *
     * @throws IllegalArgumentException when that is no range of twins
     */
    public static int prefix(int length) {
        int prefix = length <= 64 ? length - PREFIX + 8 : length - 128 + 32;
        if (prefix < 8 || prefix > 32 || length > 64 && prefix <= SUBNET) {
            throw new IllegalArgumentException("no range of twins: /" + length);
        }
        return prefix;
    }

    /** The sixteen octets of a twin. */
    public byte[] octets(int ipv4) {
        long upper = bits | (ipv4 >>> 8 & 0xffffL);
        return ByteBuffer.allocate(16).putLong(upper).putLong(ipv4 & 0xff).array();
    }

    /** The IPv4 address whose twin {@code octets} are, its four octets with the first one highest; empty when they are none. */
    public Optional<Integer> ipv4(byte[] octets) {
        if (octets.length != 16) {
            return Optional.empty();
        }
        var read = ByteBuffer.wrap(octets);
        long upper = read.getLong();
        long lower = read.getLong();
        boolean ours = (upper & MASK) == bits && lower >>> 8 == 0;
        return ours ? Optional.of(FIRST_OCTET << 24 | (int) (upper & 0xffff) << 8 | (int) lower) : Optional.empty();
    }

    private String groups(int ipv4) {
        return group(bits >>> 48) + ":" + group(bits >>> 32) + ":" + group(bits >>> 16) + ":" + group(ipv4 >>> 8);
    }

    private static String group(long bits) {
        return Long.toHexString(bits & 0xffff);
    }

    /** Prefix notation. */
    @Override
    public String toString() {
        return group(bits >>> 48) + ":" + group(bits >>> 32) + ":" + group(bits >>> 16) + "::/" + PREFIX;
    }
}
