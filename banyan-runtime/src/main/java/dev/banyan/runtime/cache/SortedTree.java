package dev.banyan.runtime.cache;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sorted map. A changed copy shares all but a path of nodes with the original, so a cache of many objects can publish a new
 * snapshot for each change. Height-balanced; every operation is logarithmic.
 */
final class SortedTree<K, V> {
    private final Comparator<? super K> order;
    private final @Nullable Node<K, V> root;

    private SortedTree(Comparator<? super K> order, @Nullable Node<K, V> root) {
        this.order = order;
        this.root = root;
    }

    static <K, V> SortedTree<K, V> empty(Comparator<? super K> order) {
        return new SortedTree<>(order, null);
    }

    /** A tree of entries whose keys are in order and differ: linear, and without garbage, where adding one by one is neither. */
    static <K, V> SortedTree<K, V> ofSorted(Comparator<? super K> order, List<Map.Entry<K, V>> entries) {
        return new SortedTree<>(order, build(entries));
    }

    private static <K, V> @Nullable Node<K, V> build(List<Map.Entry<K, V>> entries) {
        if (entries.isEmpty()) {
            return null;
        }
        int middle = entries.size() / 2;
        var entry = entries.get(middle);
        return new Node<>(
                entry.getKey(),
                entry.getValue(),
                build(entries.subList(0, middle)),
                build(entries.subList(middle + 1, entries.size())));
    }

    Comparator<? super K> order() {
        return order;
    }

    int size() {
        return Node.size(root);
    }

    Optional<V> get(K key) {
        var node = root;
        while (node != null) {
            int side = order.compare(key, node.key);
            if (side == 0) {
                return Optional.of(node.value);
            }
            node = side < 0 ? node.left : node.right;
        }
        return Optional.empty();
    }

    SortedTree<K, V> with(K key, V value) {
        return new SortedTree<>(order, put(root, key, value));
    }

    SortedTree<K, V> without(K key) {
        return get(key).isEmpty() ? this : new SortedTree<>(order, remove(root, key));
    }

    /** All values in key order. */
    List<V> values() {
        return slice(key -> 0);
    }

    /** The values whose keys are at position 0; negative is before the wanted range and positive behind it. */
    List<V> slice(ToIntFunction<? super K> position) {
        var found = new ArrayList<V>();
        collect(root, position, found);
        return Collections.unmodifiableList(found);
    }

    /** All keys in order. */
    List<K> keys() {
        var found = new ArrayList<K>(size());
        collectKeys(root, found);
        return found;
    }

    /** How many keys are at position 0, without visiting them: see {@link #slice}. */
    int count(ToIntFunction<? super K> position) {
        return below(root, key -> position.applyAsInt(key) <= 0) - below(root, key -> position.applyAsInt(key) < 0);
    }

    /** How many keys {@code before} holds for; it holds for none after the first for which it does not. */
    private static <K, V> int below(@Nullable Node<K, V> root, Predicate<? super K> before) {
        int count = 0;
        var node = root;
        while (node != null) {
            boolean holds = before.test(node.key);
            count += holds ? Node.size(node.left) + 1 : 0;
            node = holds ? node.right : node.left;
        }
        return count;
    }

    private static <K, V> void collectKeys(@Nullable Node<K, V> node, List<K> found) {
        if (node != null) {
            collectKeys(node.left, found);
            found.add(node.key);
            collectKeys(node.right, found);
        }
    }

    private static <K, V> void collect(@Nullable Node<K, V> node, ToIntFunction<? super K> position, List<V> found) {
        if (node == null) {
            return;
        }
        int at = position.applyAsInt(node.key);
        if (at >= 0) {
            collect(node.left, position, found);
        }
        if (at == 0) {
            found.add(node.value);
        }
        if (at <= 0) {
            collect(node.right, position, found);
        }
    }

    private Node<K, V> put(@Nullable Node<K, V> node, K key, V value) {
        if (node == null) {
            return new Node<>(key, value, null, null);
        }
        int side = order.compare(key, node.key);
        if (side == 0) {
            return new Node<>(key, value, node.left, node.right);
        }
        return side < 0
                ? balanced(node, put(node.left, key, value), node.right)
                : balanced(node, node.left, put(node.right, key, value));
    }

    private @Nullable Node<K, V> remove(@Nullable Node<K, V> node, K key) {
        if (node == null) {
            return null;
        }
        int side = order.compare(key, node.key);
        if (side < 0) {
            return balanced(node, remove(node.left, key), node.right);
        }
        if (side > 0) {
            return balanced(node, node.left, remove(node.right, key));
        }
        if (node.left == null || node.right == null) {
            return node.left == null ? node.right : node.left;
        }
        var next = first(node.right);
        return balanced(next, node.left, remove(node.right, next.key));
    }

    private static <K, V> Node<K, V> first(Node<K, V> node) {
        var first = node;
        while (first.left != null) {
            first = first.left;
        }
        return first;
    }

    /** A node with the entry of {@code entry} over two subtrees whose heights differ by at most two. */
    private static <K, V> Node<K, V> balanced(Node<K, V> entry, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        if (left != null && Node.height(left) > Node.height(right) + 1) {
            var inner = left.right;
            if (inner != null && Node.height(inner) > Node.height(left.left)) {
                return inner.over(left.over(left.left, inner.left), entry.over(inner.right, right));
            }
            return left.over(left.left, entry.over(inner, right));
        }
        if (right != null && Node.height(right) > Node.height(left) + 1) {
            var inner = right.left;
            if (inner != null && Node.height(inner) > Node.height(right.right)) {
                return inner.over(entry.over(left, inner.left), right.over(inner.right, right.right));
            }
            return right.over(entry.over(left, inner), right.right);
        }
        return entry.over(left, right);
    }

    /** Height of the tree, for the tests of its balance. */
    int height() {
        return Node.height(root);
    }

    private static final class Node<K, V> {
        private final K key;
        private final V value;
        private final @Nullable Node<K, V> left;
        private final @Nullable Node<K, V> right;
        private final int height;
        private final int size;

        Node(K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
            this.key = key;
            this.value = value;
            this.left = left;
            this.right = right;
            this.height = Math.max(height(left), height(right)) + 1;
            this.size = size(left) + size(right) + 1;
        }

        Node<K, V> over(@Nullable Node<K, V> newLeft, @Nullable Node<K, V> newRight) {
            return new Node<>(key, value, newLeft, newRight);
        }

        static int height(@Nullable Node<?, ?> node) {
            return node == null ? 0 : node.height;
        }

        static int size(@Nullable Node<?, ?> node) {
            return node == null ? 0 : node.size;
        }
    }
}
