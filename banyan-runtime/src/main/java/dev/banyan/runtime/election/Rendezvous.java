package dev.banyan.runtime.election;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Rendezvous hashing: each shard goes to the member with the highest score for it. Whoever knows the same members comes to the same answer,
 * and when a member comes or goes only the shards that it wins or had change hands. Pure.
 */
final class Rendezvous {
    /** The constants of 64-bit FNV-1a. */
    private static final long FNV_BASIS = 0xcbf29ce484222325L;

    private static final long FNV_PRIME = 0x100000001b3L;

    private Rendezvous() {}

    /** The member that owns {@code shard}; empty without members. Of equal scores the later member wins. */
    static Optional<String> owner(List<String> members, String shard) {
        long hash = hash(shard);
        Optional<String> best = Optional.empty();
        long bestScore = Long.MIN_VALUE;
        for (var member : members) {
            long score = mixed(hash ^ mixed(hash(member)));
            if (score >= bestScore) {
                best = Optional.of(member);
                bestScore = score;
            }
        }
        return best;
    }

    private static long hash(String text) {
        long hash = FNV_BASIS;
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * FNV_PRIME;
        }
        return mixed(hash);
    }

    /** The finalizer of SplitMix64: every bit of the input changes half of the output's. */
    private static long mixed(long value) {
        long once = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        long twice = (once ^ (once >>> 27)) * 0x94d049bb133111ebL;
        return twice ^ (twice >>> 31);
    }
}
