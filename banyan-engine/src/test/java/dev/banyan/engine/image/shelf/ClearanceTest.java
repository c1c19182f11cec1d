package dev.banyan.engine.image.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.engine.image.shelf.Clearance.Known;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ClearanceTest {
    private static final Duration GRACE = Duration.ofHours(24);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<Holding> all = new ArrayList<>();
    private final Map<String, SortedSet<String>> needs = new TreeMap<>();
    private final Map<String, Instant> asked = new HashMap<>();
    private Map<String, Instant> book = Map.of();

    @Test
    void removesWhatNothingHasNamedForTheGrace() {
        var redis = holding("mirror/docker.io/library/redis", 1);
        assertThat(round(START)).as("seen for the first time").isEmpty();

        assertThat(round(START.plus(GRACE).minusMillis(1))).isEmpty();
        assertThat(round(START.plus(GRACE))).containsExactly(redis);
    }

    @Test
    void keepsWhatIsNamedAndCountsFromWhenItNoLongerIs() {
        var web = holding("apps/shop/web", 1);
        need(web);
        round(START);
        var later = START.plus(Duration.ofDays(30));
        assertThat(round(later)).isEmpty();

        needs.clear();

        assertThat(round(later.plus(GRACE).minusMillis(1))).isEmpty();
        assertThat(round(later.plus(GRACE))).containsExactly(web);
    }

    @Test
    void neverRemovesWhatPeoplePushed() {
        holding("examples/hand", 1);
        holding("mirrors/x", 2);
        holding("application", 3);
        round(START);

        assertThat(round(START.plus(Duration.ofDays(365)))).isEmpty();
        assertThat(Clearance.now(Duration.ZERO, known(START.plus(Duration.ofDays(365))))
                        .removals())
                .isEmpty();
    }

    @Test
    void keepsThePartsOfAnIndexThatIsNamed() {
        var amd = holding("mirror/x", 1);
        var arm = holding("mirror/x", 2);
        var index = index("mirror/x", 3, amd, arm);
        var strange = holding("mirror/y", 1);
        need(index);
        round(START);

        assertThat(round(START.plus(GRACE)))
                .as("another repository's of the same content is not kept by it")
                .containsExactly(strange);
    }

    @Test
    void removesAnIndexBeforeItsParts() {
        var amd = holding("mirror/x", 1);
        var index = index("mirror/x", 3, amd);
        round(START);

        assertThat(round(START.plus(GRACE))).containsExactly(index, amd);
    }

    @Test
    void waitsAfterAPushAndAfterAQuestion() {
        var web = new Holding("apps/shop/web", digest(1), List.of(), START.plusSeconds(10), List.of(), Map.of());
        all.add(web);
        round(START);
        assertThat(round(START.plus(GRACE))).as("pushed later").isEmpty();
        asked.put(web.repository(), START.plusSeconds(20));

        assertThat(round(START.plus(GRACE).plusSeconds(19))).isEmpty();
        assertThat(round(START.plus(GRACE).plusSeconds(20))).containsExactly(web);
    }

    @Test
    void saysWhenEachGoes() {
        var web = holding("apps/shop/web", 1);
        need(holding("apps/shop/db", 2));

        assertThat(Clearance.after(GRACE, known(START)).due())
                .containsExactly(Map.entry(web.name(), START.plus(GRACE)));
    }

    @Test
    void removesAtOnceWhenAskedButNotWhatIsJustBeingDeployed() {
        var old = holding("mirror/old", 1);
        var fetched = holding("mirror/fetched", 2);
        asked.put(fetched.repository(), START.minusSeconds(60));
        need(holding("mirror/used", 3));

        assertThat(Clearance.now(Duration.ofMinutes(2), known(START)).removals())
                .containsExactly(old);
        assertThat(Clearance.now(Duration.ofMinutes(2), known(START.plusSeconds(60)))
                        .removals())
                .containsExactly(fetched, old);
    }

    @Test
    void forgetsWhatIsGone() {
        holding("mirror/x", 1);
        round(START);
        all.clear();

        round(START);

        assertThat(book).isEmpty();
    }

    /** Against a model that knows of each image when it was last needed in whatever way. */
    @Test
    void removesExactlyWhatWasNotNeededForTheGrace() {
        int removed = 0;
        for (int seed = 1; seed <= 200; seed++) {
            var random = new SeededRandom(seed);
            all.clear();
            needs.clear();
            asked.clear();
            book = Map.of();
            var lastNeeded = new HashMap<String, Instant>();
            var now = START;
            for (int round = 0; round < 30; round++) {
                now = now.plus(Duration.ofHours(random.nextInt(20)));
                change(random, now);
                for (var holding : all) {
                    lastNeeded.putIfAbsent(holding.name(), now);
                    if (needed(holding)) {
                        lastNeeded.put(holding.name(), now);
                    }
                    var question = asked.getOrDefault(holding.repository(), Instant.EPOCH);
                    lastNeeded.merge(holding.name(), question, (one, other) -> one.isAfter(other) ? one : other);
                }
                var time = now;
                var gone = round(now);
                assertThat(gone)
                        .as("seed " + seed + ", round " + round)
                        .containsExactlyInAnyOrderElementsOf(all.stream()
                                .filter(holding -> holding.own() && !needed(holding))
                                .filter(holding -> !time.isBefore(lastNeeded
                                        .getOrDefault(holding.name(), Instant.MAX.minus(GRACE))
                                        .plus(GRACE)))
                                .toList());
                all.removeAll(gone);
                gone.forEach(holding -> lastNeeded.remove(holding.name()));
                removed += gone.size();
            }
        }
        assertThat(removed).isGreaterThan(200);
    }

    private void change(RandomSource random, Instant now) {
        var repository = List.of("mirror/a", "apps/s/b", "hand/c").get(random.nextInt(3));
        int number = random.nextInt(6);
        switch (random.nextInt(4)) {
            case 0 -> {
                if (all.stream().noneMatch(holding -> holding.name().equals(repository + "@" + digest(number)))) {
                    var parts = all.stream()
                            .filter(holding -> holding.repository().equals(repository)
                                    && holding.parts().isEmpty()
                                    && random.nextInt(3) == 0)
                            .map(Holding::digest)
                            .toList();
                    all.add(new Holding(
                            repository,
                            digest(number),
                            List.of(),
                            Instant.EPOCH,
                            number < 2 ? parts : List.of(),
                            Map.of()));
                }
            }
            case 1 -> needs.put(repository + "@" + digest(number), new TreeSet<>(List.of("app")));
            case 2 -> needs.remove(repository + "@" + digest(number));
            default -> {
                if (random.nextInt(4) == 0) {
                    asked.put(repository, now);
                }
            }
        }
    }

    /** One index deep, as the model's are. */
    private boolean needed(Holding holding) {
        return needs.containsKey(holding.name())
                || all.stream()
                        .filter(index -> index.repository().equals(holding.repository())
                                && index.parts().contains(holding.digest()))
                        .anyMatch(index -> needs.containsKey(index.name()));
    }

    private List<Holding> round(Instant now) {
        var clearance = Clearance.after(GRACE, known(now));
        book = clearance.book();
        return clearance.removals();
    }

    private Known known(Instant now) {
        return new Known(all, new Needs(needs), book, asked, now);
    }

    private void need(Holding holding) {
        needs.put(holding.name(), new TreeSet<>(List.of("shop")));
    }

    private Holding holding(String repository, int number) {
        var holding = new Holding(repository, digest(number), List.of(), Instant.EPOCH, List.of(), Map.of());
        all.add(holding);
        return holding;
    }

    private Holding index(String repository, int number, Holding... parts) {
        var digests = List.of(parts).stream().map(Holding::digest).toList();
        var holding = new Holding(repository, digest(number), List.of("1"), Instant.EPOCH, digests, Map.of());
        all.add(holding);
        return holding;
    }

    private static String digest(int number) {
        return "sha256:" + "%064x".formatted(number);
    }
}
