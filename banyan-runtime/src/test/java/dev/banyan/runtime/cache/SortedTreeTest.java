package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SeededRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SortedTreeTest {
    private static final SortedTree<Integer, String> EMPTY = SortedTree.empty(Comparator.<Integer>naturalOrder());

    @Test
    void agreesWithATreeMapOverRandomChangesAndStaysBalanced() {
        for (long seed = 0; seed < 100; seed++) {
            var random = new SeededRandom(seed);
            var model = new TreeMap<Integer, String>();
            var tree = EMPTY;
            for (int step = 0; step < 400; step++) {
                int key = random.nextInt(120);
                if (random.nextInt(5) < 3) {
                    tree = tree.with(key, "v" + step);
                    model.put(key, "v" + step);
                } else {
                    tree = tree.without(key);
                    model.remove(key);
                }
                assertThat(tree.size()).isEqualTo(model.size());
            }
            assertThat(tree.values()).as("seed %d", seed).isEqualTo(List.copyOf(model.values()));
            for (int key = 0; key < 120; key++) {
                assertThat(tree.get(key).isPresent()).isEqualTo(model.containsKey(key));
            }
            assertThat(tree.height()).isLessThanOrEqualTo(balancedHeight(tree.size()));
        }
    }

    @Test
    void staysBalancedWhenKeysComeAndGoInOrder() {
        var tree = EMPTY;
        for (int key = 0; key < 10_000; key++) {
            tree = tree.with(key, "v");
        }
        assertThat(tree.height()).isLessThanOrEqualTo(balancedHeight(10_000));
        for (int key = 0; key < 9_000; key++) {
            tree = tree.without(key);
        }
        assertThat(tree.height()).isLessThanOrEqualTo(balancedHeight(1_000));
    }

    @Test
    void leavesTheOriginalAsItWas() {
        var before = EMPTY.with(1, "a").with(2, "b");

        before.with(1, "changed").with(3, "c").without(2);

        assertThat(before.values()).containsExactly("a", "b");
    }

    @Test
    void findsARangeWithoutLookingAtTheRest() {
        var tree = EMPTY;
        for (int key = 0; key < 1_000; key++) {
            tree = tree.with(key, "v" + key);
        }
        var looks = new int[1];

        var found = tree.slice(key -> {
            looks[0]++;
            return key < 500 ? -1 : key > 502 ? 1 : 0;
        });

        assertThat(found).containsExactly("v500", "v501", "v502");
        assertThat(looks[0]).isLessThan(40);
    }

    @Test
    void isBuiltFromSortedEntriesAsIfTheyWereAddedOneByOne() {
        for (int size = 0; size < 70; size++) {
            var entries = new ArrayList<Map.Entry<Integer, String>>();
            var added = EMPTY;
            for (int key = 0; key < size; key++) {
                entries.add(Map.entry(key, "v" + key));
                added = added.with(key, "v" + key);
            }
            var built = SortedTree.ofSorted(Comparator.<Integer>naturalOrder(), entries);

            assertThat(built.values()).isEqualTo(added.values());
            assertThat(built.keys()).isEqualTo(added.keys());
            assertThat(built.size()).isEqualTo(size);
            assertThat(built.height()).isLessThanOrEqualTo(added.height());
            assertThat(built.with(-1, "less").without(size / 2).height()).isLessThanOrEqualTo(balancedHeight(size + 1));
        }
    }

    @Test
    void countsARangeByLookingAtItsBorders() {
        var tree = EMPTY;
        for (int key = 0; key < 1_000; key++) {
            tree = tree.with(key, "v" + key);
        }
        var looks = new int[1];

        int count = tree.count(key -> {
            looks[0]++;
            return key < 100 ? -1 : key >= 900 ? 1 : 0;
        });

        assertThat(count).isEqualTo(800);
        assertThat(looks[0]).isLessThan(40);
        assertThat(tree.count(key -> 1)).isZero();
        assertThat(tree.count(key -> -1)).isZero();
    }

    @Test
    void isTheSameTreeWhenAnAbsentKeyIsRemoved() {
        var tree = EMPTY.with(1, "a");

        assertThat(tree.without(2)).isSameAs(tree);
    }

    /** The known bound of height-balanced trees. */
    private static int balancedHeight(int size) {
        return (int) Math.ceil(1.45 * Math.log(size + 2) / Math.log(2));
    }
}
