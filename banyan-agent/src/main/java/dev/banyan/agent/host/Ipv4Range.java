package dev.banyan.agent.host;

import static java.util.Objects.requireNonNull;

/** A block of IPv4 addresses in prefix notation; {@code prefix} from 0 to 32, no bit set beyond it. */
public record Ipv4Range(Ipv4Address first, int prefix) {
    public Ipv4Range {
        requireNonNull(first, "first");
        if (prefix < 0 || prefix > 32) {
            throw new IllegalArgumentException("prefix must be from 0 to 32: " + prefix);
        }
        if ((first.bits() & ~mask(prefix)) != 0) {
            throw new IllegalArgumentException(first + "/" + prefix + " has bits set beyond its prefix");
        }
    }

    /**
     * Reads prefix notation, such as {@code 10.192.3.0/24}; a bare address is a range of one.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static Ipv4Range parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return new Ipv4Range(Ipv4Address.parse(text), 32);
        }
        var prefix = text.substring(slash + 1);
        if (!prefix.matches("[0-9]{1,2}")) {
            throw new IllegalArgumentException("not an IPv4 range: " + text);
        }
        return new Ipv4Range(Ipv4Address.parse(text.substring(0, slash)), Integer.parseInt(prefix));
    }

    public boolean contains(Ipv4Address address) {
        return (address.bits() & mask(prefix)) == first.bits();
    }

    public boolean contains(Ipv4Range other) {
        return other.prefix >= prefix && contains(other.first);
    }

    public boolean overlaps(Ipv4Range other) {
        return contains(other) || other.contains(this);
    }

    /** Prefix notation. */
    @Override
    public String toString() {
        return first + "/" + prefix;
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << (32 - prefix);
    }
}
