package dev.banyan.agent.path;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How large a packet passes on the way to one peer: which size is tried when, and what follows from what passed. At first the largest that
 * the tunnel takes; where that is lost and a smaller one is not, the size is searched between the two. Where nothing passes nothing is
 * concluded: that is no matter of size. Stepped; for one caller at a time.
 */
final class PathSize {
    /** Every link must carry this much of IPv6, so that hardly any way has less. */
    static final int FLOOR = 1_280;

    /** Every host must take this much of IPv4. */
    static final int LEAST = 576;

    /** A search ends when so few bytes are left between what passes and what does not. */
    static final int GRAIN = 8;

    /** A packet may be lost by chance. */
    static final int TRIES = 3;

    /** Between looks at a way that takes whatever the tunnel takes. */
    static final Duration SLOW = Duration.ofMinutes(5);

    /** Before a way that was found narrow, or on which nothing passed, is looked at again; doubled each time up to the slow pace. */
    static final Duration SOON = Duration.ofMinutes(1);

    private final int whole;
    private OptionalInt found = OptionalInt.empty();
    private Phase phase = new Phase.Whole();
    private int lost; // of the size that is tried now
    private int looks; // since the way was whole or moved
    private long dueNanos;

    private sealed interface Phase {
        /** The largest. */
        record Whole() implements Phase {}

        /** Smaller ones, in this order, until one passes; {@code fails} is the smallest that did not. */
        record Smaller(List<Integer> sizes, int fails) implements Phase {}

        /** Between one that passes and one that does not. */
        record Between(int passes, int fails) implements Phase {}

        /** The result once more: a link that broke meanwhile has let nothing pass. */
        record Again(int size) implements Phase {}
    }

    /** @param whole bytes of the largest packet that the tunnel takes */
    PathSize(int whole, long nowNanos) {
        this.whole = whole;
        this.dueNanos = nowNanos;
    }

    /** Bytes of the largest packet that passes, as far as is known. */
    OptionalInt found() {
        return found;
    }

    /** The size to try now, if it is time. */
    Optional<Integer> due(long nowNanos) {
        return nowNanos - dueNanos < 0 ? Optional.empty() : Optional.of(size());
    }

    private int size() {
        return switch (phase) {
            case Phase.Whole all -> whole;
            case Phase.Smaller smaller -> smaller.sizes().getFirst();
            case Phase.Between between -> middle(between);
            case Phase.Again again -> again.size();
        };
    }

    private static int middle(Phase.Between between) {
        return (between.passes() + between.fails()) / 2;
    }

    /** The peer is elsewhere now: what was found holds until something else is. */
    void moved(long nowNanos) {
        looks = 0;
        begin(nowNanos);
    }

    private void begin(long atNanos) {
        phase = new Phase.Whole();
        lost = 0;
        dueNanos = atNanos;
    }

    /** What became of the size that was due. */
    void tried(boolean passed, long nowNanos) {
        lost = passed ? 0 : lost + 1;
        if (!passed && lost < TRIES) {
            return;
        }
        lost = 0;
        switch (phase) {
            case Phase.Whole all -> {
                if (passed) {
                    conclude(whole, nowNanos);
                } else {
                    phase = smaller();
                }
            }
            case Phase.Smaller smaller -> {
                int size = smaller.sizes().getFirst();
                if (passed) {
                    narrow(size, smaller.fails());
                } else if (smaller.sizes().size() > 1) {
                    phase = new Phase.Smaller(
                            smaller.sizes().subList(1, smaller.sizes().size()), size);
                } else {
                    later(nowNanos);
                }
            }
            case Phase.Between between -> {
                int size = middle(between);
                narrow(passed ? size : between.passes(), passed ? between.fails() : size);
            }
            case Phase.Again again -> {
                if (passed) {
                    conclude(again.size(), nowNanos);
                } else {
                    later(nowNanos);
                }
            }
        }
    }

    /** What passed before comes first: a way is mostly what it was. */
    private Phase smaller() {
        var sizes = new ArrayList<Integer>();
        found.ifPresent(sizes::add);
        sizes.addAll(List.of(FLOOR, LEAST));
        sizes.removeIf(size -> size >= whole);
        var descending =
                sizes.stream().distinct().sorted((one, other) -> other - one).toList();
        return descending.isEmpty() ? new Phase.Again(whole) : new Phase.Smaller(descending, whole);
    }

    private void narrow(int passes, int fails) {
        phase = fails - passes <= GRAIN ? new Phase.Again(passes) : new Phase.Between(passes, fails);
    }

    private void conclude(int size, long nowNanos) {
        found = OptionalInt.of(size);
        if (size == whole) {
            looks = 0;
            begin(nowNanos + SLOW.toNanos());
        } else {
            later(nowNanos);
        }
    }

    private void later(long nowNanos) {
        long pause = SOON.toNanos() << Math.min(looks, 3);
        looks++;
        begin(nowNanos + Math.min(pause, SLOW.toNanos()));
    }
}
