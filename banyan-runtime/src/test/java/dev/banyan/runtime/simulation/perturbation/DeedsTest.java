package dev.banyan.runtime.simulation.perturbation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DeedsTest {
    @Test
    void countsWhatWasCreatedAndDeletedAndNotWhatWasChanged() {
        var store = new MemoryStore(new SystemEnv());
        for (var name : List.of("a", "b", "a")) {
            var key = ObjectKey.cluster("lamps", name);
            store.get(key, ReadAt.LATEST)
                    .ifPresent(old ->
                            commit(store, new Write.Delete(key, old.meta().uid())));
            commit(store, new Write.Create(Draft.of(key, Bytes.EMPTY)));
            var uid = store.get(key, ReadAt.LATEST).orElseThrow().meta().uid();
            commit(store, new Write.UpdateStatus(key, uid, Bytes.utf8("on")));
        }

        assertThat(Deeds.of(store, 8).counts())
                .containsOnly(
                        Map.entry("created lamps/-/a", 2L),
                        Map.entry("created lamps/-/b", 1L),
                        Map.entry("deleted lamps/-/a", 1L),
                        Map.entry("created any of lamps", 3L),
                        Map.entry("deleted any of lamps", 1L));
    }

    @Test
    void findsNoDifferenceBetweenRunsThatDidTheSame() {
        var deeds = created("lamps/a", "lamps/b");

        assertThat(deeds.differenceTo(deeds, created("lamps/b", "lamps/a"))).isEmpty();
    }

    @Test
    void namesWhatWasDoneTooOftenOrNotAtAll() {
        var usual = created("lamps/a", "lamps/b");

        assertThat(created("lamps/a", "lamps/b", "lamps/b").differenceTo(usual, usual))
                .contains("created any of lamps 3 times instead of 2");
        assertThat(created("lamps/a", "lamps/c").differenceTo(usual, usual))
                .contains("created lamps/b 0 times instead of 1");
        assertThat(created().differenceTo(usual, usual)).contains("created any of lamps 0 times instead of 2");
    }

    @Test
    void comparesOnlyNumbersWhereNamesAreDrawn() {
        var one = created("lamps/x1", "lamps/x2");
        var other = created("lamps/y1", "lamps/y2");

        assertThat(created("lamps/z1", "lamps/z2").differenceTo(one, other)).isEmpty();
        assertThat(created("lamps/z1", "lamps/z2", "lamps/z3").differenceTo(one, other))
                .contains("created any of lamps 3 times instead of 2");
    }

    @Test
    void leavesOutWhatUndisturbedRunsDoDifferently() {
        var one = created("lamps/x1", "rooms/a");
        var other = created("lamps/y1", "lamps/y2", "rooms/a");

        assertThat(created("rooms/a").differenceTo(one, other)).isEmpty();
        assertThat(created("lamps/x1").differenceTo(one, other)).contains("created any of rooms 0 times instead of 1");
    }

    private static void commit(MemoryStore store, Write write) {
        store.commit(Commit.of(write)).orFail();
    }

    private static Deeds created(String... names) {
        var counts = new TreeMap<String, Long>();
        for (var name : names) {
            counts.merge("created " + name, 1L, Long::sum);
            counts.merge("created any of " + name.substring(0, name.indexOf('/')), 1L, Long::sum);
        }
        return new Deeds(counts);
    }
}
