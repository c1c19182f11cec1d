package dev.banyan.engine.server.session;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The range that agents' /24 subnets are taken from.
 *
 * @param first its first address as a number
 * @param count how many /24 it has
 */
public record SubnetRange(long first, int count) {
    /** The lower half of 10.192.0.0/12: 2,048 agents. The upper half is for virtual addresses. */
    public static final SubnetRange DEFAULT = parse("10.192.0.0/13");

    private static final int STEP = 256;

    /**
     * Reads a range such as {@code 10.192.0.0/13}, from /8 to /24.
     *
     * @throws IllegalArgumentException when it is none, or not aligned
     */
    public static SubnetRange parse(String text) {
        var matcher = Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})\\.0/([0-9]{1,2})")
                .matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no range such as 10.192.0.0/13");
        }
        long address = 0;
        for (int i = 1; i <= 3; i++) {
            address = address * STEP + Integer.parseInt(matcher.group(i));
        }
        address *= STEP;
        int prefix = Integer.parseInt(matcher.group(4));
        if (prefix < 8 || prefix > 24 || address % (1L << (32 - prefix)) != 0 || address >= 1L << 32) {
            throw new IllegalArgumentException("'" + text + "' is no aligned range from /8 to /24");
        }
        return new SubnetRange(address, 1 << (24 - prefix));
    }

    /** The lowest subnet whose address, such as {@code 10.192.3.0}, is not among {@code taken}; without the prefix length. */
    public Optional<String> free(Set<String> taken) {
        for (int i = 0; i < count; i++) {
            var address = address(first + (long) i * STEP);
            if (!taken.contains(address)) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }

    private static String address(long number) {
        return (number >> 24) + "." + (number >> 16 & 255) + "." + (number >> 8 & 255) + "." + (number & 255);
    }
}
