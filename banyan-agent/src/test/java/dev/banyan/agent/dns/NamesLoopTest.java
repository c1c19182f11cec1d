package dev.banyan.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.dns.zone.Found;
import dev.banyan.agent.dns.zone.Zone;
import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.runtime.cache.Informer;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamesLoopTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final Simulation simulation = new Simulation(53);
    private final MemoryStore truth = new MemoryStore(
            simulation.process("store").env(),
            new ServedHistory.Limits(200, 1 << 20, Duration.ofMillis(200), Duration.ofSeconds(3)));
    private SimulatedProcess process = simulation.process("agent");
    private FaultyStore store = new FaultyStore(truth, process, Faults.NONE);
    private final List<String> scripts = new ArrayList<>();
    private boolean flushed;
    private Names names = new Names(new Askers(Asked.LABEL));

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void answersWhatTheClusterSays() {
        service("shop", "web", "10.200.0.7", "10.192.3.7");
        var loop = start();
        simulation.runFor(SOON);

        assertThat(at("web.shop.internal")).isEqualTo("[10.200.0.7]");
        assertThat(at("web-0.shop.internal")).isEqualTo("[10.192.3.7]");
        assertThat(at("front.shop.internal")).isEqualTo("[10.200.0.7]");
        assertThat(names.zone()
                        .flatMap(zone -> zone.service("shop.web"))
                        .orElseThrow()
                        .nameServers())
                .containsExactly("192.0.2.53");
        assertThat(loop.health().ready()).isTrue();
    }

    @Test
    void followsChanges() {
        start();
        simulation.runFor(SOON);
        assertThat(at("web.shop.internal")).isEqualTo("nothing");

        service("shop", "web", "10.200.0.7");
        simulation.runFor(SOON);
        assertThat(at("web.shop.internal")).isEqualTo("[10.200.0.7]");
        assertThat(at("tasks.web.shop.internal")).isEqualTo("[]");

        backends("shop.web", "10.192.3.7", "10.192.4.9");
        simulation.runFor(SOON);
        assertThat(at("tasks.web.shop.internal")).isEqualTo("[10.192.3.7, 10.192.4.9]");

        delete(Kinds.SERVICES.key("default", "shop.web"));
        simulation.runFor(SOON);
        assertThat(at("web.shop.internal")).isEqualTo("nothing");
    }

    @Test
    void knowsAfterARestartWhatItKnewWhileNoEngineAnswers() {
        service("shop", "web", "10.200.0.7", "10.192.3.7");
        agent("other", "10.192.4.0/24", AgentStatus.State.READY);
        start();
        simulation.runFor(SOON);

        process.kill();
        scripts.clear();
        restart(Faults.NONE);
        store.cut();
        start();
        simulation.runFor(SOON);

        assertThat(at("web.shop.internal")).isEqualTo("[10.200.0.7]");
        assertThat(scripts).hasSize(1);
        assertThat(scripts.getFirst()).contains("dnat ip to 10.192.4.1:53");
    }

    @Test
    void knowsNothingOfAFileThatIsNotWhole() throws Exception {
        Files.writeString(file(), "service shop web 10.200.0.7\n");
        restart(Faults.NONE);
        store.cut();
        start();
        simulation.runFor(SOON);

        assertThat(names.zone()).isEmpty();
        assertThat(scripts).isEmpty();
    }

    @Test
    void readyAgentsHelp() {
        agent("self", "10.192.3.0/24", AgentStatus.State.READY);
        agent("other", "10.192.4.0/24", AgentStatus.State.READY);
        agent("lost", "10.192.5.0/24", AgentStatus.State.LOST);
        agent("fresh", "", AgentStatus.State.READY);
        start();
        simulation.runFor(SOON);

        assertThat(scripts).hasSize(1);
        assertThat(scripts.getFirst())
                .contains("dnat ip to 127.0.53.53:553", "dnat ip to 10.192.4.1:53")
                .doesNotContain("10.192.5.1");

        agent("late", "10.192.6.0/24", AgentStatus.State.READY);
        simulation.runFor(SOON);
        assertThat(scripts).hasSize(2);
        assertThat(scripts.getLast()).contains("0 : 10.192.4.1 . 53, 1 : 10.192.6.1 . 53");
    }

    @Test
    void mendsRulesThatSomebodyFlushed() {
        start();
        simulation.runFor(SOON);
        assertThat(scripts).hasSize(1);

        flushed = true;
        simulation.runFor(Duration.ofSeconds(3));

        assertThat(scripts).hasSize(2);
    }

    @Test
    void writesNothingWhileNothingChanges() throws Exception {
        service("shop", "web", "10.200.0.7");
        start();
        simulation.runFor(SOON);
        Files.setLastModifiedTime(file(), FileTime.from(Instant.EPOCH));
        agent("other", "", AgentStatus.State.READY);
        simulation.runFor(Duration.ofMinutes(3));

        assertThat(Files.getLastModifiedTime(file())).isEqualTo(FileTime.from(Instant.EPOCH));
    }

    @Test
    void goesOnWithAServiceThatCannotBeDecodedAnyMore() {
        service("shop", "web", "10.200.0.7");
        start();
        simulation.runFor(SOON);
        corrupt(Kinds.SERVICES.key("default", "shop.web"));
        service("shop", "db", "10.200.0.8");
        simulation.runFor(SOON);

        assertThat(at("web.shop.internal")).isEqualTo("[10.200.0.7]");
        assertThat(at("db.shop.internal")).isEqualTo("[10.200.0.8]");
    }

    @Test
    void answersOnWhileAServiceNeverCouldBeDecoded() {
        service("shop", "web", "10.200.0.7");
        start();
        simulation.runFor(SOON);
        process.kill();
        corrupt(Kinds.SERVICES.key("default", "shop.web"));
        restart(Faults.NONE);
        var loop = start();
        simulation.runFor(SOON);

        assertThat(at("web.shop.internal")).isEqualTo("[10.200.0.7]");
        assertThat(loop.health().ready()).isFalse();
        assertThat(loop.health().detail()).contains("shop.web");
    }

    private void restart(Faults faults) {
        process = simulation.process("agent");
        store = new FaultyStore(truth, process, faults);
        names = new Names(new Askers(Asked.LABEL));
    }

    private NamesLoop start() {
        var env = process.env();
        var sources = new NamesLoop.Sources(
                "self",
                Informer.of(Kinds.AGENTS, store, env).build(),
                Informer.of(Kinds.SERVICES, store, env).build(),
                Informer.of(Kinds.ENDPOINTS, store, env).build());
        var rules = new NamesRules("1234567", this::run, Asked.RANGES);
        var loop = new NamesLoop(env, names, rules, new CheckedFile(file()), sources);
        sources.agents().start();
        sources.services().start();
        sources.endpoints().start();
        loop.start();
        return loop;
    }

    /** A kernel that forgets what was written as soon as the test flushes it. */
    private CommandResult run(dev.banyan.agent.host.CommandLine line) {
        if (line.arguments().contains("list")) {
            boolean there =
                    !scripts.isEmpty() && !flushed && line.arguments().getLast().equals("banyan_1234567_names");
            return there
                    ? new CommandResult(line, 0, kernel.listing(), "")
                    : new CommandResult(line, 1, "", "Error: No such file or directory");
        }
        if (flushed || scripts.isEmpty()) {
            kernel.tables.forgetAll();
        }
        flushed = false;
        scripts.add(line.input());
        kernel.commit(line.input());
        return new CommandResult(line, 0, "", "");
    }

    private final Kernel kernel = new Kernel();

    private Path file() {
        return directory.resolve("names");
    }

    private String at(String name) {
        return switch (names.zone()
                .orElseGet(() -> Zone.of(Asked.RANGES, List.of()))
                .find(name, names.zone().orElseThrow().service("shop.web"), List.of())) {
            case Found.Addresses(var addresses) -> addresses.toString();
            case Found.Nothing() -> "nothing";
            case Found.Pointer(var target) -> target;
            case Found.Elsewhere() -> "elsewhere";
        };
    }

    private void agent(String name, String subnet, AgentStatus.State state) {
        var spec = AgentSpec.newBuilder().setSubnet(subnet).build();
        var status = AgentStatus.newBuilder().setState(state).build();
        var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
        create(Draft.of(key, Kinds.AGENTS.spec().encode(spec)));
        var uid = truth.get(key, ReadAt.LATEST).orElseThrow().meta().uid();
        assertThat(truth.commit(Commit.of(new Write.UpdateStatus(
                                key, uid, Kinds.AGENTS.status().encode(status))))
                        .written())
                .isTrue();
    }

    private void service(String app, String name, String address, String... backends) {
        var spec = ServiceSpec.newBuilder()
                .setDeployment(app)
                .setService(name)
                .setVirtualAddress(address)
                .addAliases("front")
                .addNameServers("192.0.2.53")
                .build();
        var key = app + "." + name;
        create(Draft.of(
                Kinds.SERVICES.key("default", key), Kinds.SERVICES.spec().encode(spec)));
        create(Draft.of(
                Kinds.ENDPOINTS.key("default", key), Kinds.ENDPOINTS.spec().encode(endpoints(key, backends))));
    }

    private static EndpointsSpec endpoints(String service, String... addresses) {
        var spec = EndpointsSpec.newBuilder();
        for (int i = 0; i < addresses.length; i++) {
            spec.addBackends(
                    Backend.newBuilder().setTask(service + ".1." + i + ".0").setAddress(addresses[i]));
        }
        return spec.build();
    }

    private void backends(String service, String... addresses) {
        var base = truth.get(Kinds.ENDPOINTS.key("default", service), ReadAt.LATEST)
                .orElseThrow();
        var draft = Draft.from(base).withSpec(Kinds.ENDPOINTS.spec().encode(endpoints(service, addresses)));
        assertThat(truth.commit(Commit.of(new Write.Update(base, draft))).written())
                .isTrue();
    }

    private void corrupt(ObjectKey key) {
        var base = truth.get(key, ReadAt.LATEST).orElseThrow();
        var draft = Draft.from(base).withSpec(Bytes.utf8("\u0007 not what was written"));
        assertThat(truth.commit(Commit.of(new Write.Update(base, draft))).written())
                .isTrue();
    }

    private void delete(ObjectKey key) {
        var uid = truth.get(key, ReadAt.LATEST).orElseThrow().meta().uid();
        assertThat(truth.commit(Commit.of(new Write.Delete(key, uid))).written())
                .isTrue();
    }

    private void create(Draft draft) {
        assertThat(truth.commit(Commit.of(new Write.Create(draft))).written()).isTrue();
    }

    /** The rules of the newest script, as nft would list them. */
    private static final class Kernel {
        private final dev.banyan.agent.plane.rules.PacketTables tables =
                new dev.banyan.agent.plane.rules.PacketTables();

        void commit(String script) {
            assertThat(tables.commit(script)).isEmpty();
        }

        String listing() {
            return dev.banyan.agent.plane.rules.TableListing.of(
                    tables.named("banyan_1234567_names").orElseThrow());
        }
    }
}
