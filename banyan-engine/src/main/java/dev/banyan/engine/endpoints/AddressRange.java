package dev.banyan.engine.endpoints;

import java.nio.charset.StandardCharsets;

/**
 * The range of virtual addresses: the upper half of the cluster's 10.192.0.0/12. Pure.
 *
 * @param base first address as an unsigned 32-bit number
 * @param size how many addresses, the first and last of which are not given out
 */
record AddressRange(int base, int size) {
    /** 10.200.0.0/13. */
    static final AddressRange VIRTUAL = new AddressRange(10 << 24 | 200 << 16, 1 << 19);

    /**
     * The address to try for {@code owner} at the given attempt: a hash, so that a service gets the same address again after it was
     * removed and deployed anew, and then the following ones.
     */
    String candidate(String owner, int attempt) {
        int hash = 0x811c9dc5;
        for (byte b : owner.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        int offset = 1 + Math.floorMod(Integer.toUnsignedLong(hash) + attempt, size - 2);
        return text(base + offset);
    }

    private static String text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }
}
