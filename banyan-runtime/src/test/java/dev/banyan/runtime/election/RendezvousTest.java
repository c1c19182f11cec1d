package dev.banyan.runtime.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RendezvousTest {
    private static final List<String> SHARDS = IntStream.range(0, 10_000)
            .mapToObj(number -> "deployments/default/app-" + number)
            .toList();

    @Test
    void hasNoOwnerWithoutMembers() {
        assertThat(Rendezvous.owner(List.of(), "a")).isEmpty();
    }

    @Test
    void givesAllToTheOnlyMember() {
        assertThat(SHARDS).allSatisfy(shard -> assertThat(Rendezvous.owner(List.of("a"), shard))
                .contains("a"));
    }

    @Test
    void dividesEvenlyAlsoAmongNamesThatDifferLittle() {
        for (int count : List.of(2, 3, 5, 16)) {
            var share = SHARDS.size() / (double) count;

            var sizes = owners(members(count)).values().stream()
                    .collect(Collectors.groupingBy(owner -> owner, Collectors.counting()));

            assertThat(sizes).hasSize(count);
            assertThat(sizes.values()).as("shares of %d", count).allSatisfy(size -> assertThat(size.doubleValue())
                    .isBetween(share * 0.85, share * 1.15));
        }
    }

    @Test
    void movesOnlyWhatAJoiningMemberWinsOrALeavingOneHad() {
        var without = owners(members(4));
        var with = owners(members(5));

        var moved = SHARDS.stream()
                .filter(shard -> !Objects.equals(without.get(shard), with.get(shard)))
                .toList();

        assertThat(moved).allSatisfy(shard -> assertThat(with).containsEntry(shard, "engine-5"));
        assertThat(moved).hasSizeBetween(SHARDS.size() / 5 * 85 / 100, SHARDS.size() / 5 * 115 / 100);
    }

    @Test
    void spreadsALostMembersShareOverAllOthers() {
        var before = owners(members(4));
        var after = owners(members(3));

        var heirs = SHARDS.stream()
                .filter(shard -> "engine-4".equals(before.get(shard)))
                .collect(Collectors.groupingBy(after::get, Collectors.counting()));

        assertThat(heirs).hasSize(3);
        assertThat(heirs.values()).allSatisfy(share -> assertThat(share).isGreaterThan(600));
    }

    @Test
    void doesNotDependOnTheOrderOfMembers() {
        var reversed = new ArrayList<>(members(5)).reversed();

        assertThat(owners(reversed)).isEqualTo(owners(members(5)));
    }

    /** Another answer in another version would let two versions own one shard under one view. */
    @Test
    void answersTheSameInEveryVersion() {
        var members = List.of("a", "b", "c");

        assertThat(IntStream.range(0, 12)
                        .mapToObj(number ->
                                Rendezvous.owner(members, "shard-" + number).orElseThrow())
                        .collect(Collectors.joining()))
                .isEqualTo("acccbaacacbc");
    }

    private static List<String> members(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> "engine-" + number)
                .toList();
    }

    private static Map<String, String> owners(List<String> members) {
        return SHARDS.stream().collect(Collectors.toMap(shard -> shard, shard -> Rendezvous.owner(members, shard)
                .orElseThrow()));
    }
}
