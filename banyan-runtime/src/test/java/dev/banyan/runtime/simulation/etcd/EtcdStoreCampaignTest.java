package dev.banyan.runtime.simulation.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Clients that append to common objects over the model, while everything that can go wrong with an etcd does. */
class EtcdStoreCampaignTest {
    private static final int SEEDS = Integer.getInteger("banyan.etcd.seeds", 60);
    private static final int CLIENTS = 3;
    private static final int MEMBERS = 3;
    private static final int OBJECTS = 2;
    private static final int ROUNDS = 12;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration LATE = Duration.ofSeconds(30);
    private static final Kind<String, String> LISTS = Texts.kind("lists");

    private final Set<String> reached = new LinkedHashSet<>();

    @Test
    void losesNothingThatLandedAndRepeatsNothing() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try (var world = new World(seed, reached)) {
                world.play();
            }
        }

        assertThat(reached)
                .as("what was reached in %s seeds", SEEDS)
                .contains("Written", "Conflict", "Unknown", "Unavailable", "member killed", "compacted", "leader lost");
    }

    @Test
    void isTheSameEveryTime() {
        for (long seed = 1; seed <= 5; seed++) {
            assertThat(traceOf(seed)).as("trace of seed %s", seed).isEqualTo(traceOf(seed));
        }
    }

    private long traceOf(long seed) {
        try (var world = new World(seed, reached)) {
            world.play();
            return world.simulation.traceHash();
        }
    }

    /** One seed's world. */
    private static final class World implements AutoCloseable {
        private final Simulation simulation;
        private final SimulatedEtcd etcd;
        private final SeededRandom random;
        private final Set<String> reached;
        private final List<Client> clients = new ArrayList<>();
        private int working = CLIENTS;

        World(long seed, Set<String> reached) {
            this.simulation = new Simulation(seed);
            this.random = new SeededRandom(seed);
            this.reached = reached;
            this.etcd = new SimulatedEtcd(simulation, random.fork("etcd"), MEMBERS);
        }

        void play() {
            for (int client = 0; client < CLIENTS; client++) {
                clients.add(new Client(simulation.process("client-" + client), client));
            }
            etcd.faults(new EtcdFaults(Duration.ofMillis(30), share(), share(), share(), random.nextBoolean()));
            clients.forEach(client -> client.process.env().tasks().spawn("work", client::work));
            while (working > 0) {
                simulation.runFor(Duration.ofMillis(50 + random.nextInt(500)));
                harm();
            }
            calm();
            simulation.runFor(LATE); // what was proposed without a leader may be agreed on yet
            var truth = truth();
            assertThat(simulation.runUntil(() -> clients.stream().allMatch(c -> c.knows(truth)), PATIENCE))
                    .as("seed %s: every cache shows %s, but they show %s", simulation.seed(), truth, clients)
                    .isTrue();
            clients.forEach(client -> client.check(truth));
        }

        private double share() {
            return random.nextBoolean() ? 0 : random.nextDouble() * 0.3;
        }

        private void harm() {
            int member = random.nextInt(MEMBERS);
            var client = clients.get(random.nextInt(CLIENTS)).process;
            switch (random.nextInt(8)) {
                case 0 -> {
                    etcd.kill(member);
                    simulation.runFor(Duration.ofMillis(random.nextInt(3_000)));
                    etcd.start(member);
                    reached.add("member killed");
                }
                case 1 -> {
                    etcd.loseLeader(Duration.ofMillis(random.nextInt(12_000)));
                    reached.add("leader lost");
                }
                case 2 -> {
                    etcd.compact(random.nextInt(3));
                    reached.add("compacted");
                }
                case 3 -> {
                    etcd.cut(client, member);
                    simulation.runFor(Duration.ofMillis(random.nextInt(8_000)));
                    etcd.heal(client, member);
                }
                case 4 -> etcd.lag(member, Duration.ofMillis(random.nextInt(2_000)));
                case 5 -> {
                    client.pause();
                    simulation.runFor(Duration.ofMillis(random.nextInt(5_000)));
                    client.resume();
                }
                default -> {}
            }
        }

        private void calm() {
            etcd.faults(EtcdFaults.NONE);
            for (int member = 0; member < MEMBERS; member++) {
                etcd.lag(member, Duration.ZERO);
            }
        }

        /** Read past all networks: a task of nobody. */
        private TreeMap<String, String> truth() {
            var observer = simulation.process("observer");
            var found = new TreeMap<String, String>();
            simulation.runIn(observer, PATIENCE, () -> {
                try (var store = EtcdStore.connect(etcd.config(), etcd.transport(observer), observer.env())) {
                    store.list(Selection.of(LISTS.name()), ReadAt.LATEST)
                            .objects()
                            .forEach(object ->
                                    found.put(object.key().name(), object.spec().toUtf8()));
                }
            });
            return found;
        }

        @Override
        public void close() {
            simulation.close();
        }

        /** Appends its own words to the lists, and watches them. */
        private final class Client {
            private final SimulatedProcess process;
            private final int number;
            private final List<String> landed = new ArrayList<>();
            private List<Informer<String, String>> informers = List.of();

            Client(SimulatedProcess process, int number) {
                this.process = process;
                this.number = number;
            }

            void work() throws InterruptedException {
                var store = connected();
                var informer = Informer.of(LISTS, store, process.env()).build();
                informer.start();
                informers = List.of(informer);
                for (int round = 0; round < ROUNDS; round++) {
                    append(store, LISTS.key("default", "list-" + random.nextInt(OBJECTS)), number + "." + round);
                }
                working--;
            }

            private EtcdStore connected() throws InterruptedException {
                while (true) {
                    try {
                        return EtcdStore.connect(etcd.config(), etcd.transport(process), process.env());
                    } catch (StoreException away) {
                        process.env().signal().await(Duration.ofMillis(100));
                    }
                }
            }

            private void append(EtcdStore store, ObjectKey key, String word) throws InterruptedException {
                while (true) {
                    var outcome = tried(store, key, word);
                    reached.add(outcome.getClass().getSimpleName());
                    if (outcome instanceof WriteOutcome.Written) {
                        landed.add(word);
                        return;
                    }
                    if (outcome instanceof WriteOutcome.Unknown) {
                        return; // it may be there or not, but not twice
                    }
                    process.env().signal().await(Duration.ofMillis(random.nextInt(200)));
                }
            }

            private WriteOutcome tried(EtcdStore store, ObjectKey key, String word) {
                try {
                    var base = store.get(key, ReadAt.LATEST);
                    var write = base.<Write>map(object -> new Write.Update(
                                    object,
                                    Draft.from(object)
                                            .withSpec(Bytes.utf8(object.spec().toUtf8() + " " + word))))
                            .orElseGet(() -> new Write.Create(Draft.of(key, Bytes.utf8(word))));
                    return store.commit(Commit.of(write));
                } catch (StoreException unreadable) {
                    return new WriteOutcome.Unavailable("unreadable");
                }
            }

            boolean knows(TreeMap<String, String> truth) {
                return shown().equals(truth);
            }

            private TreeMap<String, String> shown() {
                var shown = new TreeMap<String, String>();
                informers.forEach(informer -> informer.lister()
                        .list()
                        .forEach(resource -> shown.put(resource.key().name(), resource.spec())));
                return shown;
            }

            void check(TreeMap<String, String> truth) {
                var words = truth.values().stream()
                        .flatMap(list -> List.of(list.split(" ")).stream())
                        .collect(Collectors.groupingBy(word -> word, Collectors.counting()));
                assertThat(words.values())
                        .as("seed %s: %s", simulation.seed(), truth)
                        .containsOnly(1L);
                assertThat(words.keySet()).as("seed %s", simulation.seed()).containsAll(landed);
            }

            @Override
            public String toString() {
                return process.name() + " " + shown();
            }
        }
    }
}
