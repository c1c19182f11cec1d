package dev.banyan.examples.dns;

import static dev.banyan.examples.dns.Kinds.RECORDS;
import static dev.banyan.examples.dns.Kinds.ZONES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.controller.ownership.DeletionPolicy;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.Condition;
import dev.banyan.runtime.simulation.perturbation.CrashSweep;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.Invariant;
import dev.banyan.runtime.simulation.perturbation.Scenario;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole controller with its collector, while processes die, replies get lost and users go on. */
class ZoneSimulationTest {
    private static final Zone ZONE = new Zone("ns1.example.org.", "hostmaster.example.org.", 300);
    private static final Faults LOSSY = new Faults(Duration.ofMillis(50), 0.05, 0.05);
    private static final int SEEDS = 40;

    @TempDir
    Path directory;

    @Test
    void survivesADeathBeforeAndAfterEveryWrite() {
        assertThat(CrashSweep.over(new Comings(), 1)).isGreaterThanOrEqualTo(5);
    }

    @Test
    void comesToServeWhatIsAskedForWhateverHappens() throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            var files = new ZoneFiles(Files.createTempDirectory(directory, "zones"));
            try (var simulation = new Simulation(seed)) {
                var truth = new MemoryStore(simulation.process("store").env());
                simulation.always("a serial names one content", truth, numbersOnce());
                var random = new SeededRandom(seed);
                var process = start(simulation, truth, files);
                for (int turn = 0; turn < 20; turn++) {
                    edit(truth, turn, random.nextInt(4));
                    simulation.runFor(Duration.ofMillis(random.nextInt(400)));
                    if (random.nextInt(4) == 0) {
                        process.kill();
                        process = start(simulation, truth, files);
                    }
                }
                assertThat(simulation.runUntil(() -> settled(truth, files), Duration.ofMinutes(5)))
                        .as("seed %d: %s", seed, truth.list(Selection.EVERYTHING, ReadAt.LATEST))
                        .isTrue();
            }
        }
    }

    private static SimulatedProcess start(Simulation simulation, Store truth, ZoneFiles files) {
        var process = simulation.process("controller");
        start(process.env(), new FaultyStore(truth, process, LOSSY), files);
        return process;
    }

    private static void start(Env env, Store store, ZoneFiles files) {
        env.tasks().spawn("start", Main.assemble(store, files, env)::start);
    }

    /** What a user does: makes a zone, says something of it, or takes it away. */
    private static void edit(Store truth, int turn, int what) {
        var key = Kinds.zone("example.org");
        var zone = truth.get(key, ReadAt.LATEST);
        if (zone.isEmpty()) {
            truth.commit(Commit.of(Write.create(ZONES, key, ZONE)));
        } else if (what == 0) {
            DeletionPolicy.values()[turn % 2].delete(truth, key, zone.get().meta().uid());
        } else {
            var entry = new Entry("h" + what, Entry.Type.A, List.of("192.0.2." + turn));
            var record = Kinds.record("example.org", entry.name(), entry.type());
            var write = truth.get(record, ReadAt.LATEST)
                    .map(RECORDS::decode)
                    .<Write>map(known -> Write.spec(RECORDS, known, known.spec().and(entry.values().getFirst())))
                    .orElse(new Write.Create(Draft.of(RECORDS, record, entry).ownedBy(ZONES.decode(zone.get()).asOwner())));
            truth.commit(Commit.of(write));
        }
    }

    /** Each zone that is wanted is served as it is, what is to go has gone, and so have its records. */
    private static boolean settled(Store truth, ZoneFiles files) {
        var zone = truth.get(Kinds.zone("example.org"), ReadAt.LATEST).map(ZONES::decode);
        var records = truth.list(Selection.of(RECORDS.name()), ReadAt.LATEST).objects().stream()
                .map(RECORDS::decode)
                .toList();
        var file = files.directory().resolve("example.org.zone");
        try {
            if (zone.isEmpty()) {
                return records.isEmpty() && !Files.exists(file);
            }
            var owned = records.stream()
                    .filter(it -> it.meta().owners().contains(zone.get().asOwner()))
                    .toList();
            return !zone.get().meta().deleting()
                    && owned.size() == records.size()
                    && zone.get().status().conditions().holds(Zone.PUBLISHED, zone.get().meta())
                    && Files.exists(file)
                    && Files.readString(file)
                            .equals(Content.of(zone.get(), owned).text(zone.get().status().serial()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Invariant numbersOnce() {
        var digests = new HashMap<String, String>();
        return truth -> truth.get(Kinds.zone("example.org"), ReadAt.LATEST)
                .map(ZONES::decode)
                .filter(zone -> zone.status().serial() > 0)
                .ifPresent(zone -> {
                    var number = zone.uid() + "/" + zone.status().serial();
                    var digest = zone.status().digest();
                    assertThat(digests.merge(number, digest, (former, now) -> former)).isEqualTo(digest);
                });
    }

    /** One zone comes and stays, one comes and goes. */
    private final class Comings implements Scenario {
        @Override
        public String name() {
            return "comings and goings";
        }

        @Override
        public void start(Env env, Store store) {
            ZoneSimulationTest.start(env, store, new ZoneFiles(directory));
        }

        @Override
        public void disturb(Store truth) {
            for (var name : List.of("stays.org", "goes.org")) {
                var held = Draft.of(ZONES, Kinds.zone(name), ZONE).finalizedBy(List.of(ZoneReconciler.FILE.name()));
                truth.commit(Commit.of(new Write.Create(held))).orFail();
                publishSomethingOld(name);
                var zone = ZONES.decode(truth.get(Kinds.zone(name), ReadAt.LATEST).orElseThrow());
                var key = Kinds.record(name, "www", Entry.Type.A);
                var www = new Entry("www", Entry.Type.A, List.of("192.0.2.1"));
                truth.commit(Commit.of(new Write.Create(Draft.of(RECORDS, key, www).ownedBy(zone.asOwner()))))
                        .orFail();
            }
            var goes = truth.get(Kinds.zone("goes.org"), ReadAt.LATEST).orElseThrow();
            DeletionPolicy.FOREGROUND.delete(truth, goes.key(), goes.meta().uid()).orFail();
        }

        private void publishSomethingOld(String name) {
            try {
                Files.writeString(directory.resolve(name + ".zone"), "as an earlier run has left it");
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public void check(Store truth) {
            assertThat(truth.get(Kinds.zone("goes.org"), ReadAt.LATEST)).isEmpty();
            assertThat(truth.list(Selection.of(RECORDS.name()), ReadAt.LATEST).objects()).hasSize(1);
            var stays = ZONES.decode(truth.get(Kinds.zone("stays.org"), ReadAt.LATEST).orElseThrow());
            assertThat(stays.status().serial()).isEqualTo(1);
            assertThat(stays.status().conditions().get(Zone.PUBLISHED).orElseThrow().status())
                    .isEqualTo(Condition.Status.TRUE);
            assertThat(directory.resolve("stays.org.zone")).content().contains("www A 192.0.2.1");
            assertThat(directory.resolve("goes.org.zone")).doesNotExist();
        }
    }
}
