package dev.banyan.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeHeapTest {
    private static final Comparator<Timed> ORDER =
            Comparator.<Timed>comparingLong(timed -> timed.at).thenComparingLong(timed -> timed.order);

    private final TimeHeap<Timed> heap = new TimeHeap<>();

    @Test
    void holdsTheEarliestFirstWhateverLeavesOrMoves() {
        for (long seed = 0; seed < 50; seed++) {
            var random = new SeededRandom(seed);
            var model = new ArrayList<Timed>();
            for (int step = 0; step < 600; step++) {
                int call = random.nextInt(step < 400 ? 5 : 6);
                if (call < 3 || model.isEmpty()) {
                    model.add(added(random.nextInt(50), step));
                } else if (call == 3) {
                    var moved = model.get(random.nextInt(model.size()));
                    moved.at = random.nextInt(50);
                    heap.moved(moved);
                } else {
                    heap.remove(model.remove(random.nextInt(model.size())));
                }
                assertThat(heap.size()).isEqualTo(model.size());
                if (!model.isEmpty()) {
                    assertThat(heap.first())
                            .as("seed %d", seed)
                            .isSameAs(model.stream().min(ORDER).orElseThrow());
                }
            }
            model.sort(ORDER);
            for (var next : model) {
                assertThat(heap.first()).as("seed %d", seed).isSameAs(next);
                heap.remove(next);
            }
        }
    }

    @Test
    void forgetsThePlaceOfWhatLeft() {
        var one = added(1, 1);
        var two = added(2, 2);
        heap.remove(one);

        assertThat(List.of(one.slot, two.slot)).containsExactly(-1, 0);
        assertThat(heap.isEmpty()).isFalse();
    }

    @Test
    void keepsItsOrderAcrossTheOverflowOfTheClock() {
        added(Long.MIN_VALUE + 5, 1);
        var early = added(Long.MAX_VALUE - 5, 2);

        assertThat(heap.first()).isSameAs(early);
    }

    @Test
    void settlesTiesByOrder() {
        added(1, 2);
        var first = added(1, 1);

        assertThat(heap.first()).isSameAs(first);
    }

    private Timed added(long at, long order) {
        var timed = new Timed();
        timed.at = at;
        timed.order = order;
        heap.add(timed);
        return timed;
    }
}
