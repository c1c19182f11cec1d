package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.plane.Wire;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyLoopTest {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.0.0/24");
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final Simulation simulation = new Simulation(51);
    private final MemoryStore truth = new MemoryStore(
            simulation.process("store").env(),
            new ServedHistory.Limits(200, 1 << 20, Duration.ofMillis(200), Duration.ofSeconds(3)));
    private SimulatedProcess process = simulation.process("agent");
    private FaultyStore store = new FaultyStore(truth, process, Faults.NONE);
    private Forgetful kernel = new Forgetful(process.env().signal());
    private final List<ProxyOutcome> outcomes = new ArrayList<>();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void servesWhatTheStoreSaysAndReportsIt() {
        var loop = start();
        simulation.runFor(Duration.ofMillis(900));

        assertThat(kernel.commits).isEqualTo(1);
        assertThat(loop.health().ready()).isTrue();
        assertThat(outcomes).first().isInstanceOf(ProxyOutcome.Applied.class);
    }

    @Test
    void looksEverySecondWhileThatIsCheap() {
        start();
        simulation.runFor(Duration.ofMinutes(1));

        assertThat(kernel.commits).isBetween(50, 61);
    }

    @Test
    void looksTheLessOftenTheLongerLookingTakes() {
        kernel.listingTakes = Duration.ofMillis(190);
        start();
        simulation.runFor(Duration.ofMinutes(10));

        // 190 ms are 2 % of 9.5 s.
        assertThat(kernel.commits).isBetween(50, 64);
    }

    @Test
    void repairsWhatWasServedBeforeWhileNoEngineAnswers() {
        start();
        simulation.runFor(SOON);
        process.kill();

        restartWithoutEngine();
        simulation.runFor(Duration.ofMillis(900));
        assertThat(kernel.commits).isEqualTo(1);
        simulation.runFor(SOON);

        assertThat(kernel.commits).isGreaterThan(5);
    }

    @Test
    void touchesNothingWhenNothingWasServedAndNoEngineAnswers() {
        restartWithoutEngine();
        simulation.runFor(SOON);

        assertThat(kernel.commits).isZero();
        assertThat(outcomes).isEmpty();
    }

    @Test
    void saysThatTheKernelCannotBeLookedAtAndTriesAgain() {
        var loop = start();
        simulation.runFor(SOON);
        kernel.broken = true;
        simulation.runFor(SOON);
        assertThat(loop.health().ready()).isFalse();
        int before = kernel.commits;

        kernel.broken = false;
        simulation.runFor(SOON);

        assertThat(kernel.commits).isGreaterThan(before);
        assertThat(loop.health().ready()).isTrue();
    }

    @Test
    void goesOnServingAServiceThatCannotBeDecodedAnyMore() {
        var key = service("shop.web", "10.200.0.7");
        start();
        simulation.runFor(SOON);
        assertThat(kernel.last).contains("10.200.0.7");

        corrupt(key);
        service("blog.web", "10.200.0.8");
        simulation.runFor(SOON);

        assertThat(kernel.last).contains("10.200.0.7").contains("10.200.0.8");
    }

    @Test
    void servesWhatItServedBeforeWhileAServiceNeverCouldBeDecoded() {
        service("shop.web", "10.200.0.7");
        start();
        simulation.runFor(SOON);
        process.kill();
        corrupt(Kinds.SERVICES.key("default", "shop.web"));
        process = simulation.process("agent");
        store = new FaultyStore(truth, process, Faults.NONE);
        kernel = new Forgetful(process.env().signal());

        var loop = start();
        simulation.runFor(SOON);

        assertThat(kernel.last).contains("10.200.0.7");
        assertThat(loop.health().ready()).isFalse();
        assertThat(loop.health().detail()).contains("services/default/shop.web").contains("cannot be decoded");
        repair(Kinds.SERVICES.key("default", "shop.web"), "10.200.0.9");
        simulation.runFor(SOON);
        assertThat(kernel.last).contains("10.200.0.9").doesNotContain("10.200.0.7");
        assertThat(loop.health().ready()).isTrue();
    }

    @Test
    void reportsEachRevisionThatItHasAPartInAndNoOther() {
        var server = new Wire("192.0.2.0/24", note -> {}).server("a1", "192.0.2.1", List::of);
        var key = service("shop.web", "10.200.0.7");
        start(server::run);
        simulation.runFor(SOON);
        var reported = outcomes.getLast();

        other("one");
        other("two");
        simulation.runFor(SOON);
        assertThat(outcomes).last().isSameAs(reported);

        status(key, "yes");
        long written = truth.get(key, ReadAt.LATEST).orElseThrow().meta().revision();
        simulation.runFor(SOON);
        assertThat(outcomes).last().satisfies(outcome -> assertThat(((ProxyOutcome.Applied) outcome).revision())
                .isEqualTo(written));
    }

    /** Not at the next look, up to a second later: others wait for it. */
    @Test
    void reportsARevisionAsSoonAsBothKindsAreKnownUpToThere() {
        var server = new Wire("192.0.2.0/24", note -> {}).server("a1", "192.0.2.1", List::of);
        var key = service("shop.web", "10.200.0.7");
        start(server::run);
        simulation.runFor(SOON);

        for (int change = 0; change < 5; change++) {
            status(key, "change-" + change);
            long written = truth.get(key, ReadAt.LATEST).orElseThrow().meta().revision();
            simulation.runFor(Duration.ofMillis(350));
            assertThat(((ProxyOutcome.Applied) outcomes.getLast()).revision())
                    .as("change %d", change)
                    .isEqualTo(written);
        }
    }

    @Test
    void tellsADigestOfTheRulesOnceTheKernelWasFoundToHoldThem() {
        var server = new Wire("192.0.2.0/24", note -> {}).server("a1", "192.0.2.1", List::of);
        service("shop.web", "10.200.0.7");
        start(server::run);
        simulation.runFor(SOON);
        var digest = digest();

        assertThat(digest).matches("[0-9a-f]{16}");
        service("shop.db", "10.200.0.8");
        simulation.runFor(Duration.ofMillis(350));
        assertThat(digest()).as("not looked at yet").isEmpty();
        simulation.runFor(SOON);
        assertThat(digest()).matches("[0-9a-f]{16}").isNotEqualTo(digest);
    }

    private String digest() {
        return ((ProxyOutcome.Applied) outcomes.getLast()).digest();
    }

    /** An object that no data plane has to do with. */
    private void other(String name) {
        var draft = Draft.of(ObjectKey.cluster("others", name), Bytes.utf8("content"));
        assertThat(truth.commit(Commit.of(new Write.Create(draft))).written()).isTrue();
    }

    /** A change of a service by which nothing is served otherwise. */
    private void status(ObjectKey key, String seen) {
        var base = truth.get(key, ReadAt.LATEST).orElseThrow();
        var labelled = new Write.Update(base, Draft.from(base).labelled(Map.of("seen", seen)));
        assertThat(truth.commit(Commit.of(labelled)).written()).isTrue();
    }

    private ObjectKey service(String name, String address) {
        var key = Kinds.SERVICES.key("default", name);
        var spec = Kinds.SERVICES
                .spec()
                .encode(ServiceSpec.newBuilder().setVirtualAddress(address).build());
        var backends = EndpointsSpec.newBuilder()
                .addBackends(dev.banyan.api.v1.Backend.newBuilder().setAddress("10.192.0.9"))
                .build();
        var behind = Draft.of(
                Kinds.ENDPOINTS.key("default", name), Kinds.ENDPOINTS.spec().encode(backends));
        var made = truth.commit(Commit.of(new Write.Create(Draft.of(key, spec)), new Write.Create(behind)));
        assertThat(made.written()).isTrue();
        return key;
    }

    private void corrupt(ObjectKey key) {
        put(key, Bytes.utf8("\u0007 not what was written"));
    }

    private void repair(ObjectKey key, String address) {
        put(
                key,
                Kinds.SERVICES
                        .spec()
                        .encode(ServiceSpec.newBuilder()
                                .setVirtualAddress(address)
                                .build()));
    }

    private void put(ObjectKey key, Bytes spec) {
        var base = truth.get(key, ReadAt.LATEST).orElseThrow();
        var update = new Write.Update(base, Draft.from(base).withSpec(spec));
        assertThat(truth.commit(Commit.of(update)).written()).isTrue();
    }

    private void restartWithoutEngine() {
        process = simulation.process("agent");
        store = new FaultyStore(truth, process, Faults.NONE);
        store.cut();
        kernel = new Forgetful(process.env().signal());
        start();
    }

    private ProxyLoop start() {
        return start(kernel);
    }

    private ProxyLoop start(CommandRunner commands) {
        var services = Informer.of(Kinds.SERVICES, store, process.env()).build();
        var endpoints = Informer.of(Kinds.ENDPOINTS, store, process.env()).build();
        var loop = new ProxyLoop(
                process.env(),
                new NftablesProxy(process.env().tasks(), "0123abc", commands, directory),
                RANGES,
                List::of,
                services,
                endpoints,
                outcomes::add);
        services.start();
        endpoints.start();
        loop.start();
        return loop;
    }

    /** Takes every rule and has none whenever it is looked at: somebody flushes them all the time. */
    private static final class Forgetful implements CommandRunner {
        private final Signal pause;
        private Duration listingTakes = Duration.ZERO;
        private boolean broken;
        private int commits;
        private String last = "";

        private Forgetful(Signal pause) {
            this.pause = pause;
        }

        @Override
        public CommandResult run(CommandLine line) throws InterruptedException {
            if (broken) {
                return new CommandResult(line, 1, "", "out of order");
            }
            if (line.arguments().contains("list")) {
                var ignored = pause.await(listingTakes);
                return new CommandResult(line, 1, "", "No such file or directory");
            }
            if (line.arguments().contains("-f")) {
                commits++;
                last = line.input();
            }
            return new CommandResult(line, 0, "", "");
        }
    }
}
