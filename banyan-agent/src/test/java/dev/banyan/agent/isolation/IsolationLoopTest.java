package dev.banyan.agent.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.watch.SandboxWatcher;
import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.SettingsTree;
import dev.banyan.agent.plane.ServerKernel;
import dev.banyan.agent.plane.Wire;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.runtime.cache.Informer;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsolationLoopTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String LABEL = "dev.banyan/task";

    @TempDir
    private Path directory;

    private final Simulation simulation = new Simulation(53);
    private final MemoryStore truth = new MemoryStore(
            simulation.process("store").env(),
            new ServedHistory.Limits(200, 1 << 20, Duration.ofMillis(200), Duration.ofSeconds(3)));
    private final List<String> addresses = new ArrayList<>();
    private final ServerKernel kernel =
            new Wire("192.0.2.0/24", note -> {}).server("here", "192.0.2.1", () -> List.copyOf(addresses));
    private final Map<String, String> settings = new HashMap<>();
    private final List<IsolationOutcome> outcomes = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();
    private SimulatedProcess process = simulation.process("agent");
    private FaultyStore store = new FaultyStore(truth, process, Faults.NONE);
    private Attached attached = attached();
    private boolean refuses;

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    private Attached attached() {
        return new Attached(process.env(), this::run, new Settings(), Drawn.RANGES, LABEL);
    }

    private CommandResult run(CommandLine line) {
        if (line.arguments().contains("delete") && line.arguments().contains("link")) {
            removed.add(line.arguments().getLast());
            return new CommandResult(line, 0, "", "");
        }
        boolean refused = refuses && line.arguments().getFirst().equals("nft");
        return refused ? new CommandResult(line, 1, "", "Error: drawn") : kernel.run(line);
    }

    private final class Settings implements SettingsTree {
        @Override
        public boolean has(String name) {
            return settings.containsKey(name);
        }

        @Override
        public String value(String name) {
            return settings.getOrDefault(name, "");
        }

        @Override
        public void set(String name, String value) {
            settings.put(name, value);
        }
    }

    private IsolationLoop start() {
        var env = process.env();
        var sources = new IsolationLoop.Sources(
                Informer.of(Kinds.AGENTS, store, env).build(),
                Informer.of(Kinds.AGENT_REPORTS, store, env).build(),
                Informer.of(Kinds.SERVICES, store, env).build(),
                Informer.of(Kinds.ENDPOINTS, store, env).build(),
                () -> List.of("192.0.2.9"));
        var loop = new IsolationLoop(
                env,
                new IsolationRules("0123abc", this::run, Drawn.RANGES),
                attached,
                new CheckedFile(directory.resolve("isolation")),
                sources,
                outcomes::add);
        sources.agents().start();
        sources.reports().start();
        sources.services().start();
        sources.endpoints().start();
        loop.start();
        return loop;
    }

    private static ObservedSandbox sandbox(String id, String address, Map<String, String> annotations) {
        return new ObservedSandbox(
                id, "name", "uid", 0, true, Optional.of(address), Map.of(LABEL, "default/shop.web.1.0.0"), annotations);
    }

    /** A container comes as the runtime tells of it; what the kernel had for it when it was to start. */
    private void came(String id, String address, List<String> seen) {
        addresses.add(address);
        process.env().tasks().spawn("runtime", () -> {
            attached.came(sandbox(id, address, Map.of()));
            seen.addAll(held("bound"));
        });
    }

    private List<String> held(String set) {
        var listed = kernel.run(CommandLine.of("nft", "-j", "list", "table", "ip", "banyan_0123abc_apart"));
        if (!listed.succeeded()) {
            return List.of();
        }
        var found = dev.banyan.agent.host.nft.NftListing.parse(listed.output())
                .sets()
                .get(set);
        return found == null ? List.of() : List.copyOf(found.elements().asMap().keySet());
    }

    private void service(String name, String... backends) {
        var spec =
                ServiceSpec.newBuilder().setDeployment("shop").setService(name).build();
        create(Draft.of(
                Kinds.SERVICES.key("default", "shop." + name),
                Kinds.SERVICES.spec().encode(spec)));
        var endpoints = EndpointsSpec.newBuilder();
        for (var address : backends) {
            endpoints.addSilent(Backend.newBuilder().setTask("t").setAddress(address));
        }
        create(Draft.of(
                Kinds.ENDPOINTS.key("default", "shop." + name),
                Kinds.ENDPOINTS.spec().encode(endpoints.build())));
    }

    private void create(Draft draft) {
        assertThat(truth.commit(Commit.of(new Write.Create(draft))).written()).isTrue();
    }

    @Test
    void isClosedBeforeThereIsAnything() {
        store.cut();
        attached.allSeen();
        start();
        simulation.runFor(SOON);

        assertThat(held("gateways")).containsExactly("10.192.3.1");
        assertThat(held("bound")).isEmpty();
    }

    @Test
    void hasRulesForAContainerBeforeItStarts() {
        service("web", "10.192.4.7");
        attached.allSeen();
        start();
        simulation.runFor(SOON);
        var seen = new ArrayList<String>();
        settings.put("net/ipv6/conf/vethac00307/disable_ipv6", "0");
        came("s1", "10.192.3.7", seen);
        simulation.runFor(SOON);

        assertThat(seen).singleElement().asString().endsWith(" . 10.192.3.7");
        assertThat(held("known")).containsExactlyInAnyOrder("10.192.3.7", "10.192.4.7");
        assertThat(settings.values()).containsExactly("1");
        attached.went("s1");
        simulation.runFor(SOON);
        assertThat(held("bound")).isEmpty();
    }

    @Test
    void aContainerOnItsServersNetworkWaitsForNothing() throws Exception {
        var onServer = new ObservedSandbox(
                "s1",
                "name",
                "uid",
                0,
                true,
                Optional.empty(),
                Map.of(LABEL, "default/shop.web.1.0.0"),
                Map.of(SandboxWatcher.NETWORK, SandboxWatcher.HOST));
        var started = new ArrayList<String>();
        process.env().tasks().spawn("runtime", () -> {
            attached.came(onServer);
            started.add(onServer.id());
        });
        simulation.runFor(Duration.ofMillis(1));

        assertThat(started).containsExactly("s1");
        assertThat(attached.containers()).isEmpty();
    }

    @Test
    void aContainerWithoutANetworkLosesItsLink() {
        service("web");
        attached.allSeen();
        start();
        addresses.add("10.192.3.7");
        attached.seen(sandbox("s1", "10.192.3.7", Map.of(SandboxWatcher.NETWORK, SandboxWatcher.NONE)));
        simulation.runFor(SOON);

        assertThat(removed).singleElement().asString().startsWith("veth");
        assertThat(held("bound")).isEmpty();
    }

    @Test
    void whatOthersTakeAwayIsBack() {
        service("web");
        attached.allSeen();
        start();
        simulation.runFor(SOON);
        kernel.flush();
        simulation.runFor(Duration.ofMillis(2_100));

        assertThat(held("gateways")).containsExactly("10.192.3.1");
    }

    @Test
    void confirmsWhatTheKernelHoldsAndNothingElse() {
        refuses = true;
        service("web");
        attached.allSeen();
        var loop = start();
        simulation.runFor(SOON);

        assertThat(outcomes).isNotEmpty().allMatch(IsolationOutcome.Failed.class::isInstance);
        assertThat(loop.health().ready()).isFalse();
        refuses = false;
        simulation.runFor(SOON);
        assertThat(outcomes.getLast())
                .isInstanceOfSatisfying(IsolationOutcome.Applied.class, applied -> assertThat(applied.revision())
                        .isPositive());
        assertThat(loop.health().ready()).isTrue();
        long before = ((IsolationOutcome.Applied) outcomes.getLast()).revision();
        service("db", "10.192.4.9");
        simulation.runFor(SOON);
        assertThat(((IsolationOutcome.Applied) outcomes.getLast()).revision()).isGreaterThan(before);
        assertThat(held("known")).containsExactly("10.192.4.9");
    }

    /** Not at the next look, up to a second later: others wait for it. */
    @Test
    void confirmsARevisionAsSoonAsBothKindsAreKnownUpToThere() {
        attached.allSeen();
        start();
        simulation.runFor(SOON);

        for (int change = 0; change < 5; change++) {
            service("web" + change);
            long written = truth.get(Kinds.ENDPOINTS.key("default", "shop.web" + change), ReadAt.LATEST)
                    .orElseThrow()
                    .meta()
                    .revision();
            simulation.runFor(Duration.ofMillis(350));
            assertThat(((IsolationOutcome.Applied) outcomes.getLast()).revision())
                    .as("change %d", change)
                    .isEqualTo(written);
        }
    }

    @Test
    void waitsForTheContainersOfBefore() {
        service("web");
        start();
        simulation.runFor(SOON);
        assertThat(held("gateways")).isEmpty();

        addresses.add("10.192.3.7");
        attached.seen(sandbox("s1", "10.192.3.7", Map.of()));
        attached.allSeen();
        simulation.runFor(SOON);
        assertThat(held("bound")).hasSize(1);
    }

    @Test
    void goesOnWithoutAnEngineAfterARestartAlsoForContainersThatAreNew() {
        service("web", "10.192.4.7");
        attached.allSeen();
        start();
        simulation.runFor(SOON);

        process.kill();
        kernel.flush();
        process = simulation.process("agent");
        store = new FaultyStore(truth, process, Faults.NONE);
        store.cut();
        attached = attached();
        attached.allSeen();
        start();
        came("s2", "10.192.3.8", new ArrayList<>());
        simulation.runFor(SOON);

        assertThat(held("bound")).hasSize(1);
        assertThat(held("known")).containsExactlyInAnyOrder("10.192.3.8", "10.192.4.7");
        assertThat(held("servers")).containsExactly("192.0.2.9");
    }
}
