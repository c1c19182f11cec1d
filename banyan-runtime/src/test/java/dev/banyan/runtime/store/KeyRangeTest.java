package dev.banyan.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyRangeTest {
    private static final ObjectKey A = new ObjectKey("things", "default", "a");
    private static final ObjectKey B = new ObjectKey("things", "default", "b");
    private static final ObjectKey C = new ObjectKey("things", "default", "c");

    @Test
    void containsItsFirstKeyAndNotItsLast() {
        var range = KeyRange.between(A, C);

        assertThat(range.contains(A)).isTrue();
        assertThat(range.contains(B)).isTrue();
        assertThat(range.contains(C)).isFalse();
    }

    @Test
    void isOpenWhereNothingIsSaid() {
        assertThat(KeyRange.ALL.contains(A)).isTrue();
        assertThat(new KeyRange("", B.path()).contains(A)).isTrue();
        assertThat(new KeyRange("", B.path()).contains(C)).isFalse();
        assertThat(new KeyRange(B.path(), "").contains(A)).isFalse();
        assertThat(new KeyRange(B.path(), "").contains(C)).isTrue();
    }

    @Test
    void containsWhatStartsWithAPrefixAndNothingElse() {
        var shard = KeyRange.startingWith("things/default/shard-1.");

        assertThat(shard.contains(new ObjectKey("things", "default", "shard-1.x")))
                .isTrue();
        assertThat(shard.contains(new ObjectKey("things", "default", "shard-10.x")))
                .isFalse();
        assertThat(shard.contains(new ObjectKey("things", "default", "shard-1")))
                .isFalse();
        assertThat(KeyRange.startingWith("")).isEqualTo(KeyRange.ALL);
    }

    @Test
    void meetsAnotherInWhatBothContain() {
        var left = new KeyRange("a", "m");
        var right = new KeyRange("f", "z");

        assertThat(left.and(right)).contains(new KeyRange("f", "m"));
        assertThat(right.and(left)).contains(new KeyRange("f", "m"));
        assertThat(left.and(KeyRange.ALL)).contains(left);
        assertThat(KeyRange.ALL.and(left)).contains(left);
        assertThat(left.and(new KeyRange("m", ""))).isEqualTo(Optional.empty());
    }

    @Test
    void refusesToBeUpsideDown() {
        assertThatThrownBy(() -> new KeyRange("b", "a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void narrowsASelectionAndStaysWhenTheRestChanges() {
        var some = Selection.of("things")
                .within(KeyRange.between(A, B))
                .in("default")
                .labelled(LabelSelector.EVERYTHING)
                .with(Selection.Detail.METADATA);

        assertThat(some.covers(A)).isTrue();
        assertThat(some.covers(B)).isFalse();
    }
}
