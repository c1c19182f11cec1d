package dev.banyan.runtime.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"tasks", ".engines", "a", "node-reports", "v2", "a.b", "cronjobs.example.com", "x-y.1a-b.c"})
    void takesKinds(String kind) {
        assertThat(new ObjectKey(kind, "default", "x").kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Tasks",
                "..engines",
                "2v",
                "-a",
                "a/b",
                "a b",
                "tasks\n",
                ".a.b",
                "a.",
                "a..b",
                "a.-b",
                "a.b-",
                "a.B",
                "a.b_c",
                "a.b\n"
            })
    void refusesMalformedKinds(String kind) {
        assertThatThrownBy(() -> new ObjectKey(kind, "default", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kind");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Default", "-a", "a-", "a_b", "a/b", "--", "a.b", "default\n"})
    void refusesMalformedNamespaces(String namespace) {
        assertThatThrownBy(() -> new ObjectKey("tasks", namespace, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("namespace");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", ".a", "a.", "-a", "a-", "a/b", "a b", "ä", "..", "a\n"})
    void refusesMalformedNames(String name) {
        assertThatThrownBy(() -> new ObjectKey("tasks", "default", name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name");
    }

    @Test
    void bringsLengthsToTheirLimitAndNotBeyond() {
        var longest = "n".repeat(ObjectKey.NAME_MAX);
        var key = new ObjectKey("." + "k".repeat(62), "s".repeat(63), longest);

        assertThat(key.path()).hasSizeLessThan(400);
        var grouped = new ObjectKey("k".repeat(62) + "." + "g".repeat(37), "s".repeat(63), longest);
        assertThat(grouped.kind()).hasSize(ObjectKey.KIND_MAX);
        assertThat(grouped.path()).hasSizeLessThan(400);
        assertThatThrownBy(() -> new ObjectKey("k".repeat(62) + "." + "g".repeat(38), "s", "n"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ObjectKey("k".repeat(63), "s", "n")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ObjectKey("k", "s".repeat(64), "n")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ObjectKey("k", "s", longest + "n")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sortsByKindThenNamespaceThenName() {
        var keys = List.of(
                new ObjectKey("a", "b", "c"),
                new ObjectKey("a", "b", "d"),
                new ObjectKey("a", "c", "a"),
                new ObjectKey("b", "a", "a"));

        assertThat(keys.reversed().stream().sorted().toList()).isEqualTo(keys);
    }

    @Test
    void equalsKeysOfTheSameThreePartsAlone() {
        var key = new ObjectKey("a", "b", "c");

        assertThat(key)
                .isEqualTo(new ObjectKey("a", "b", "c"))
                .hasSameHashCodeAs(new ObjectKey("a", "b", "c"))
                .isNotEqualTo(new ObjectKey("x", "b", "c"))
                .isNotEqualTo(new ObjectKey("a", "x", "c"))
                .isNotEqualTo(new ObjectKey("a", "b", "x"))
                .isNotEqualTo("a/b/c");
    }

    @Test
    void readsAsItsPath() {
        assertThat(new ObjectKey("tasks", "default", "web.1")).hasToString("tasks/default/web.1");
        assertThat(ObjectKey.cluster("agents", "one")).hasToString("agents/-/one");
    }
}
