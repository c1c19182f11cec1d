package dev.banyan.examples.dns;

import static dev.banyan.examples.dns.Kinds.RECORDS;
import static dev.banyan.examples.dns.Kinds.ZONES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.Condition;
import dev.banyan.runtime.simulation.ControllerHarness;
import dev.banyan.runtime.store.Draft;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZoneReconcilerTest {
    private static final Zone ZONE = new Zone("ns1.example.org.", "hostmaster.example.org.", 300);

    @TempDir
    Path directory;

    private final ControllerHarness harness = new ControllerHarness(1);

    @AfterEach
    void end() {
        harness.close();
    }

    @Test
    void servesAZoneAndTakesItsFileAwayBeforeItGoes() {
        var key = Kinds.zone("example.org");
        var zone = harness.given(ZONES, key, ZONE);
        var www = new Entry("www", Entry.Type.A, List.of("192.0.2.10"));
        harness.given(
                RECORDS,
                Draft.of(RECORDS, Kinds.record("example.org", "www", www.type()), www).ownedBy(zone.asOwner()));
        var reconciler = reconciler();

        harness.settle(reconciler, key);
        assertThat(directory.resolve("example.org.zone")).content().contains("www A 192.0.2.10");

        harness.givenDeletion(key);
        harness.settle(reconciler, key);
        assertThat(directory).isEmptyDirectory();
        assertThat(harness.find(ZONES, key)).isEmpty();
    }

    @Test
    void countsChangesOfTheContentAndNothingElse() {
        var key = Kinds.zone("example.org");
        harness.given(ZONES, key, ZONE);
        var reconciler = reconciler();
        harness.settle(reconciler, key);
        harness.given(ZONES, Draft.of(ZONES, key, ZONE).labelled(Map.of("team", "web")).finalizedBy(
                List.of(ZoneReconciler.FILE.name())));
        harness.settle(reconciler, key);
        assertThat(serial()).isEqualTo(1);

        harness.given(ZONES, Draft.of(ZONES, key, new Zone("ns2.example.org.", ZONE.contact(), 300))
                .finalizedBy(List.of(ZoneReconciler.FILE.name())));
        harness.settle(reconciler, key);
        assertThat(serial()).isEqualTo(2);
        assertThat(directory.resolve("example.org.zone")).content().contains("ns2").contains(" 2 7200");
    }

    @Test
    void keepsTheFileWhenRecordsContradictEachOther() {
        var key = Kinds.zone("example.org");
        var zone = harness.given(ZONES, key, ZONE);
        var reconciler = reconciler();
        harness.settle(reconciler, key);
        for (var entry : List.of(
                new Entry("www", Entry.Type.A, List.of("192.0.2.10")),
                new Entry("www", Entry.Type.CNAME, List.of("web")))) {
            harness.given(
                    RECORDS,
                    Draft.of(RECORDS, Kinds.record("example.org", "www", entry.type()), entry)
                            .ownedBy(zone.asOwner()));
        }

        harness.settle(reconciler, key);

        var published = harness.find(ZONES, key).orElseThrow().status().conditions().get(Zone.PUBLISHED).orElseThrow();
        assertThat(published.status()).isEqualTo(Condition.Status.FALSE);
        assertThat(published.message()).isEqualTo("www has a CNAME beside others");
        assertThat(directory.resolve("example.org.zone")).content().doesNotContain("www");
    }

    @Test
    void mendsAFileThatSomebodyElseHasChanged() throws Exception {
        var key = Kinds.zone("example.org");
        harness.given(ZONES, key, ZONE);
        var reconciler = reconciler();
        harness.settle(reconciler, key);
        var file = directory.resolve("example.org.zone");
        var right = Files.readString(file);
        Files.writeString(file, "nonsense");

        harness.settle(reconciler, key);

        assertThat(file).content().isEqualTo(right);
    }

    private long serial() {
        return harness.find(ZONES, Kinds.zone("example.org")).orElseThrow().status().serial();
    }

    private ZoneReconciler reconciler() {
        var records = harness.lister(RECORDS, ZoneReconciler::byZone);
        return new ZoneReconciler(harness.lister(ZONES), records, new ZoneFiles(directory), harness.env().time());
    }
}
