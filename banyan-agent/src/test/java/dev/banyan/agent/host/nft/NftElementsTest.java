package dev.banyan.agent.host.nft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NftElementsTest {
    private static final int MANY = 2_000;

    private static SortedMap<String, String> numbered(int count) {
        var elements = new TreeMap<String, String>();
        for (int i = 0; i < count; i++) {
            elements.put(key(i), "goto a");
        }
        return elements;
    }

    private static String key(int number) {
        return "tcp . %05d".formatted(number);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void areWhatAMapWouldBeAfterTheSameChanges(long seed) {
        var random = new Random(seed);
        SortedMap<String, String> model = seed % 2 == 0 ? new TreeMap<>() : numbered(MANY);
        var elements = NftElements.of(model);
        for (int step = 0; step < 300; step++) {
            var before = new TreeMap<>(model);
            var changes = drawn(random, step % 50 == 49 ? MANY : random.nextInt(12));
            changes.forEach(
                    (key, value) -> value.ifPresentOrElse(there -> model.put(key, there), () -> model.remove(key)));

            var after = elements.with(changes);

            assertThat(after.asMap()).isEqualTo(model);
            assertThat(after).isEqualTo(NftElements.of(model)).hasSameHashCodeAs(NftElements.of(model));
            assertThat(after.toString()).isEqualTo(model.toString());
            assertThat(after.isEmpty()).isEqualTo(model.isEmpty());
            assertThat(ElementChanges.between(elements, after)).isEqualTo(expected(before, model));
            assertThat(after.equals(elements)).isEqualTo(before.equals(model));
            var key = key(random.nextInt(MANY));
            assertThat(after.get(key)).isEqualTo(Optional.ofNullable(model.get(key)));
            elements = after;
        }
    }

    /** Mostly neighbours: a service has many elements that are next to each other. */
    private static SortedMap<String, Optional<String>> drawn(Random random, int count) {
        var changes = new TreeMap<String, Optional<String>>();
        int first = random.nextInt(MANY);
        boolean fewer = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            int number = random.nextInt(8) == 0 ? random.nextInt(MANY) : (first + i) % MANY;
            boolean gone = random.nextInt(4) == 0 ^ fewer;
            changes.put(key(number), gone ? Optional.empty() : Optional.of("goto " + random.nextInt(3)));
        }
        return changes;
    }

    private static ElementChanges expected(Map<String, String> before, Map<String, String> after) {
        var gone = new ArrayList<String>();
        var missing = new ArrayList<String>();
        var keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        for (var key : keys) {
            var now = after.get(key);
            if (before.containsKey(key) && !before.get(key).equals(now)) {
                gone.add(key);
            }
            if (now != null && !now.equals(before.get(key))) {
                missing.add(key + " : " + now);
            }
        }
        return new ElementChanges(gone, missing);
    }

    @Test
    void ofASetAreGivenWithoutAColon() {
        var changes = ElementChanges.between(NftElements.NONE, NftElements.of(Map.of("tcp . 80", "")));

        assertThat(changes).isEqualTo(new ElementChanges(List.of(), List.of("tcp . 80")));
    }

    @Test
    void doNotChangeWhenOthersAreMadeOfThem() {
        var elements = NftElements.of(numbered(MANY));

        elements.with(new TreeMap<>(Map.of(key(7), Optional.empty(), key(8), Optional.of("goto b"))));

        assertThat(elements).isEqualTo(NftElements.of(numbered(MANY)));
    }

    @Test
    void noneAreLeftWhenAllGo() {
        var all = new TreeMap<String, Optional<String>>();
        numbered(MANY).keySet().forEach(key -> all.put(key, Optional.empty()));

        var left = NftElements.of(numbered(MANY)).with(all);

        assertThat(left).isSameAs(NftElements.NONE);
    }
}
