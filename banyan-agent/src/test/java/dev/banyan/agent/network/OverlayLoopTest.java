package dev.banyan.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.HostException;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.OverlayReport;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OverlayLoopTest {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.0.0/24");
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Simulation simulation = new Simulation(8);
    private final MemoryStore truth = new MemoryStore(
            simulation.process("store").env(),
            new ServedHistory.Limits(200, 1 << 20, Duration.ofMillis(200), Duration.ofSeconds(3)));
    private final SimulatedProcess process = simulation.process("agent");
    private final FaultyStore store = new FaultyStore(truth, process, Faults.NONE);
    private final Kernel kernel = new Kernel(process.env().signal());
    private final List<OverlayReport> told = new ArrayList<>();
    private OverlayReport own = OverlayReport.getDefaultInstance();

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void connectsEveryAgentThatToldItsAddress() {
        agent("self", "10.192.0.0/24", "192.0.2.1");
        agent("other", "10.192.1.0/24", "192.0.2.2");
        agent("silent", "10.192.2.0/24", "");
        agent("fresh", "", "192.0.2.4");
        var loop = start();
        simulation.runFor(SOON);

        assertThat(kernel.peers()).containsExactly("other");
        assertThat(loop.health().ready()).isTrue();
    }

    @Test
    void appliesOnceWhatDoesNotChange() {
        agent("other", "10.192.1.0/24", "192.0.2.2");
        start();
        simulation.runFor(Duration.ofMinutes(2));

        assertThat(kernel.story).containsExactly("resume nothing", "apply [other]");
    }

    @Test
    void keepsTheRouteToAnAgentThatCannotBeDecodedAnyMore() {
        agent("other", "10.192.1.0/24", "192.0.2.2");
        agent("third", "10.192.2.0/24", "192.0.2.3");
        start();
        simulation.runFor(SOON);
        corrupt(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, "other"));
        corrupt(Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, "third"));
        simulation.runFor(SOON);

        agent("fourth", "10.192.3.0/24", "192.0.2.4");
        simulation.runFor(SOON);

        assertThat(kernel.peers()).containsExactlyInAnyOrder("other", "third", "fourth");
    }

    @Test
    void appliesNothingWhileAnAgentNeverCouldBeDecoded() {
        agent("other", "10.192.1.0/24", "192.0.2.2");
        corrupt(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, "other"));
        agent("third", "10.192.2.0/24", "192.0.2.3");
        var loop = start();
        simulation.runFor(SOON);

        assertThat(kernel.story).containsExactly("resume nothing");
        assertThat(loop.health().ready()).isFalse();
        assertThat(loop.health().detail()).contains("agents/-/other");
    }

    private void corrupt(ObjectKey key) {
        var base = truth.get(key, ReadAt.LATEST).orElseThrow();
        var draft = Draft.from(base).withSpec(Bytes.utf8("\u0007 not what was written"));
        assertThat(truth.commit(Commit.of(new Write.Update(base, draft))).written())
                .isTrue();
    }

    @Test
    void appliesAgainWhatSomebodyElseUndid() {
        agent("other", "10.192.1.0/24", "192.0.2.2");
        start();
        simulation.runFor(SOON);

        kernel.intact = false;
        simulation.runFor(SOON);

        assertThat(kernel.story).containsExactly("resume nothing", "apply [other]", "apply [other]");
    }

    @Test
    void repairsWhatWasAppliedBeforeWhileNoEngineAnswers() {
        kernel.kept = Optional.of(new OverlayPlan(4, RANGES, List.of(Peer.of("other", "192.0.2.2", "10.192.1.0/24"))));
        store.cut();
        start();
        simulation.runFor(SOON);
        assertThat(kernel.story).containsExactly("resume [other]");

        kernel.intact = false;
        simulation.runFor(SOON);

        assertThat(kernel.story).containsExactly("resume [other]", "resume [other]");
    }

    @Test
    void decidesNothingNewBeforeAnEngineHasAnswered() {
        kernel.kept = Optional.of(new OverlayPlan(4, RANGES, List.of(Peer.of("gone", "192.0.2.9", "10.192.9.0/24"))));
        agent("other", "10.192.1.0/24", "192.0.2.2");
        store.cut();
        start();
        simulation.runFor(SOON);
        assertThat(kernel.peers()).containsExactly("gone");

        store.heal();
        simulation.runFor(SOON);

        assertThat(kernel.peers()).containsExactly("other");
    }

    @Test
    void tellsWhatItIsConnectedWithAndWhatNot() {
        own = OverlayReport.newBuilder()
                .setKind(OverlayReport.Kind.WIREGUARD)
                .setPort(7_446)
                .build();
        kernel.links = List.of(new PeerLink("other", "192.0.2.2:7446", 12, 34, 56, 0));
        agent("other", "10.192.1.0/24", "192.0.2.2");
        agent("wrong", "10.192.2.0/24", "example.org");
        start();
        simulation.runFor(SOON);

        assertThat(kernel.peers()).containsExactly("other");
        assertThat(told).last().satisfies(news -> {
            assertThat(news.getPort()).isEqualTo(7_446);
            assertThat(news.getPeersList()).singleElement().satisfies(peer -> assertThat(peer.getAgent())
                    .isEqualTo("other"));
            assertThat(news.getProblemsList()).singleElement().asString().startsWith("agent wrong is not connected");
        });
    }

    @Test
    void triesAgainUntilWhatIsMissingIsThere() {
        kernel.refusal = Optional.of("WireGuard is missing");
        agent("other", "10.192.1.0/24", "192.0.2.2");
        var loop = start();
        simulation.runFor(SOON);
        assertThat(loop.health().ready()).isFalse();
        assertThat(loop.health().detail()).isEqualTo("WireGuard is missing");
        assertThat(told).last().satisfies(news -> assertThat(news.getRefusal()).isEqualTo("WireGuard is missing"));
        assertThat(told).hasSize(1);
        assertThat(kernel.story).hasSizeBetween(10, 30);

        kernel.refusal = Optional.empty();
        simulation.runFor(SOON);

        assertThat(loop.health().ready()).isTrue();
        assertThat(told).last().satisfies(news -> assertThat(news.getRefusal()).isEmpty());
    }

    @Test
    void looksTheLessOftenTheLongerLookingTakes() {
        agent("other", "10.192.1.0/24", "192.0.2.2");
        kernel.lookTakes = Duration.ofMillis(200);
        start();
        simulation.runFor(Duration.ofMinutes(10));

        // 200 ms are 2 % of 10 s.
        assertThat(kernel.looks).isBetween(50, 60);
    }

    @Test
    void isReadyAgainOnceItCanLookAgain() {
        agent("other", "10.192.1.0/24", "192.0.2.2");
        var loop = start();
        simulation.runFor(SOON);
        kernel.blind = true;
        simulation.runFor(SOON);
        assertThat(loop.health().detail()).isEqualTo("cannot list");

        kernel.blind = false;
        simulation.runFor(SOON);

        assertThat(loop.health().ready()).isTrue();
    }

    @Test
    void appliesAgainWhenAWayIsFoundNarrow() {
        agent("other", "10.192.1.0/24", "192.0.2.2");
        start();
        simulation.runFor(SOON);
        int before = kernel.story.size();
        simulation.runFor(SOON);
        assertThat(kernel.story).hasSize(before);

        kernel.wider = true;
        simulation.runFor(SOON);

        assertThat(kernel.story).hasSize(before + 1);
    }

    private OverlayLoop start() {
        var agents = Informer.of(Kinds.AGENTS, store, process.env()).build();
        var reports = Informer.of(Kinds.AGENT_REPORTS, store, process.env()).build();
        var self = new OverlayLoop.Self("self", RANGES, own);
        var loop = new OverlayLoop(process.env(), kernel, self, new OverlayLoop.Others(agents, reports), told::add);
        agents.start();
        reports.start();
        loop.start();
        return loop;
    }

    private void agent(String name, String subnet, String address) {
        var spec = AgentSpec.newBuilder().setSubnet(subnet).build();
        var report = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, name);
        truth.commit(new Commit(
                List.of(),
                List.of(
                        new Write.Create(Draft.of(
                                Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name),
                                Kinds.AGENTS.spec().encode(spec))),
                        new Write.Create(Draft.of(
                                report, Kinds.AGENT_REPORTS.spec().encode(AgentReportSpec.getDefaultInstance()))))));
        var uid = truth.get(report, ReadAt.LATEST).orElseThrow().meta().uid();
        var status = AgentReportStatus.newBuilder().setHostAddress(address).build();
        truth.commit(Commit.of(
                new Write.UpdateStatus(report, uid, Kinds.AGENT_REPORTS.status().encode(status))));
    }

    /** Follows plans; what it was told last survives whoever told it. */
    private static final class Kernel implements OverlayDriver {
        private final Signal pause;
        private final List<String> story = new ArrayList<>();
        private Optional<OverlayPlan> kept = Optional.empty();
        private boolean intact = true;
        private Duration lookTakes = Duration.ZERO;
        private int looks;
        private boolean blind;
        private List<PeerLink> links = List.of();
        private Optional<String> refusal = Optional.empty();
        private boolean wider;

        private Kernel(Signal pause) {
            this.pause = pause;
        }

        private List<String> peers() {
            return kept.orElseThrow().peers().stream().map(Peer::name).toList();
        }

        @Override
        public OverlayOutcome apply(OverlayPlan plan) {
            kept = Optional.of(plan);
            intact = true;
            story.add("apply " + peers());
            if (refusal.isPresent()) {
                return new OverlayOutcome.Refused(plan.revision(), refusal.get());
            }
            return new OverlayOutcome.Applied(plan.revision());
        }

        @Override
        public Optional<OverlayOutcome> resume() {
            story.add("resume " + (kept.isPresent() ? peers().toString() : "nothing"));
            intact = true;
            return kept.map(plan -> new OverlayOutcome.Applied(plan.revision()));
        }

        @Override
        public OverlayCheck verify() throws InterruptedException {
            looks++;
            var ignored = pause.await(lookTakes);
            if (blind) {
                throw new HostException("cannot list");
            }
            if (kept.isEmpty()) {
                return new OverlayCheck.NothingApplied();
            }
            return intact ? new OverlayCheck.Equal() : new OverlayCheck.Different(List.of("undone"));
        }

        @Override
        public List<PeerLink> links() {
            return links;
        }

        @Override
        public boolean sized(Map<String, Integer> sizes) {
            boolean news = wider;
            wider = false;
            return news;
        }

        @Override
        public void remove() {
            kept = Optional.empty();
        }
    }
}
