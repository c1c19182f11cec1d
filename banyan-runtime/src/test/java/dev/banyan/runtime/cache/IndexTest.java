package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ObjectWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IndexTest {
    private static final Kind<String, String> KIND = Texts.kind("things");
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Things are specified by numbers such as {@code 3 14}. */
    private static final Index<String, String, Integer> NUMBER =
            Index.of("number", thing -> Arrays.stream(thing.spec().split(" "))
                    .map(Integer::valueOf)
                    .toList());

    private static final Index<String, String, Integer> DOWNWARDS =
            Index.ordered("downwards", Comparator.reverseOrder(), thing -> List.of(Integer.valueOf(thing.spec())));

    private final Simulation simulation = new Simulation(3);
    private final MemoryStore truth =
            new MemoryStore(simulation.process("store").env());
    private final SimulatedProcess process = simulation.process("reader");
    private final FaultyStore store = new FaultyStore(truth, process, FaultyStore.Faults.NONE);
    private final ObjectWriter objects = new ObjectWriter(truth);

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void findsAnObjectUnderEachOfItsValues() {
        var informer = started(builder().index(NUMBER).build());
        objects.put("a", "3 14");
        objects.put("b", "3");
        simulation.runFor(SECOND);

        assertThat(names(informer.lister().byIndex(NUMBER, 3))).containsExactly("a", "b");
        assertThat(names(informer.lister().byIndex(NUMBER, 14))).containsExactly("a");
        assertThat(informer.lister().byIndex(NUMBER, 1)).isEmpty();
        assertThat(informer.lister().count(NUMBER, 3)).isEqualTo(2);
        assertThat(informer.lister().count(NUMBER, 1)).isZero();
    }

    @Test
    void findsARangeInTheOrderOfValuesAndNotOfTheirTexts() {
        var informer = started(builder().index(NUMBER).build());
        objects.put("a", "100");
        objects.put("b", "20 3");
        objects.put("c", "9");
        simulation.runFor(SECOND);
        var lister = informer.snapshot();

        assertThat(names(lister.range(NUMBER, Index.Range.all()))).containsExactly("b", "c", "b", "a");
        assertThat(names(lister.range(NUMBER, Index.Range.from(9)))).containsExactly("c", "b", "a");
        assertThat(names(lister.range(NUMBER, Index.Range.below(20)))).containsExactly("b", "c");
        assertThat(names(lister.range(NUMBER, Index.Range.between(9, 100)))).containsExactly("c", "b");
        assertThat(lister.values(NUMBER)).containsExactly(3, 9, 20, 100);
    }

    @Test
    void forgetsOldValuesAndDeletedObjects() {
        var informer = started(builder().index(NUMBER).build());
        objects.put("a", "1 2");
        objects.put("b", "2");
        simulation.runFor(SECOND);
        objects.put("a", "2 3");
        objects.delete("b");
        simulation.runFor(SECOND);

        assertThat(informer.lister().values(NUMBER)).containsExactly(2, 3);
        assertThat(names(informer.lister().byIndex(NUMBER, 2))).containsExactly("a");
    }

    @Test
    void keepsAnOrderOfItsOwn() {
        objects.put("a", "1");
        objects.put("b", "2");
        var informer = started(builder().index(DOWNWARDS).build());
        simulation.runFor(SECOND);

        assertThat(informer.lister().values(DOWNWARDS)).containsExactly(2, 1);
        assertThat(names(informer.lister().range(DOWNWARDS, Index.Range.from(1))))
                .containsExactly("a");
    }

    @Test
    void isAddedToALiveInformerWithoutListingAgain() {
        objects.put("a", "1");
        var informer = started(builder().build());
        simulation.runFor(SECOND);
        assertThatThrownBy(() -> informer.lister().byIndex(NUMBER, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("number");

        informer.addIndex(NUMBER);
        assertThat(names(informer.lister().byIndex(NUMBER, 1))).containsExactly("a");
        objects.put("b", "1");
        simulation.runFor(SECOND);

        assertThat(names(informer.lister().byIndex(NUMBER, 1))).containsExactly("a", "b");
        assertThatThrownBy(() -> informer.addIndex(NUMBER)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void quarantinesWhatALateIndexCannotFileAndTellsNoDeletion() {
        objects.put("a", "1");
        objects.put("b", "no number");
        var informer = builder().build();
        var heard = new ArrayList<String>();
        informer.addDirectHandler(event ->
                heard.add(event.getClass().getSimpleName() + " " + event.key().name()));
        started(informer);
        simulation.runFor(SECOND);

        informer.addIndex(NUMBER);
        assertThat(informer.quarantined()).extracting(held -> held.key().name()).containsExactly("b");
        assertThat(names(informer.lister().list())).containsExactly("a");
        objects.put("b", "2");
        simulation.runFor(SECOND);

        assertThat(heard).containsExactly("Added a", "Added b", "Updated b");
        assertThat(informer.quarantined()).isEmpty();
        assertThat(informer.lister().count(NUMBER, 2)).isEqualTo(1);
    }

    @Test
    void isAskedByTheVeryIndexThatWasDeclared() {
        var informer = started(builder()
                .index("text", thing -> List.of(thing.spec()))
                .index(NUMBER)
                .build());
        Index<String, String, Integer> other = Index.of("number", thing -> List.of());

        assertThatThrownBy(() -> informer.lister().byIndex(other, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> informer.lister().byIndex("number", "1")).isInstanceOf(IllegalArgumentException.class);
        assertThat(informer.lister().byIndex("text", "1")).isEmpty();
    }

    private Informer.Builder<String, String> builder() {
        return Informer.of(KIND, store, process.env());
    }

    private static Informer<String, String> started(Informer<String, String> informer) {
        informer.start();
        return informer;
    }

    private static List<String> names(List<Resource<String, String>> things) {
        return things.stream().map(Resource::name).toList();
    }
}
