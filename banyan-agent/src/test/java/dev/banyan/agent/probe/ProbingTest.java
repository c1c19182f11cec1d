package dev.banyan.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.session.ReachSource.Person;
import dev.banyan.api.v1.Probe;
import dev.banyan.api.v1.Probe.Way;
import dev.banyan.api.v1.ProbeRequest;
import dev.banyan.api.v1.ProbeResult.Outcome;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** In a simulation, in which waits take no time. */
class ProbingTest {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.3.0/24");
    private static final Duration DAY = Duration.ofDays(1);

    private final Simulation simulation = new Simulation(1);
    private final AtomicLong applied = new AtomicLong(7);
    private final List<ReachDown> heard = new ArrayList<>();
    private int patience = Integer.MAX_VALUE;

    private final Person person = new Person() {
        @Override
        public ReachUp receive() {
            throw new AssertionError("nothing is asked of the person");
        }

        @Override
        public boolean send(ReachDown part) {
            heard.add(part);
            return heard.size() < patience;
        }
    };

    private ReachOutcome serve(ProbeRequest request, Ways ways) {
        var process = simulation.process("agent");
        var outcome = new AtomicReference<>(ReachOutcome.getDefaultInstance());
        simulation.runIn(process, DAY, () -> {
            try {
                outcome.set(probing(process.env(), ways).serve(request, person));
            } catch (InterruptedException cut) {
                throw new AssertionError(cut);
            }
        });
        return outcome.get();
    }

    private Probing probing(Env env, Ways ways) {
        return new Probing(env, RANGES, ways, applied::get);
    }

    private static ProbeRequest.Builder connections(int count) {
        var request = ProbeRequest.newBuilder().setTimeoutMs(2_000);
        IntStream.range(0, count)
                .forEach(i -> request.addProbes(Probe.newBuilder()
                        .setWay(Way.TCP)
                        .setAddress("10.192.0.2")
                        .setPort(i + 1)));
        return request;
    }

    private List<Outcome> outcomes() {
        return heard.stream()
                .filter(ReachDown::hasProbed)
                .map(part -> part.getProbed().getOutcome())
                .toList();
    }

    @Test
    void tellsEachResultOnceAfterItIsOpened() {
        var outcome = serve(
                connections(100).build(),
                (probe, timeout) -> Finding.of(probe.getPort() % 2 == 0 ? Outcome.WELL : Outcome.REFUSED));

        assertThat(outcome.getDone()).isTrue();
        assertThat(heard.getFirst().getOpened()).isTrue();
        assertThat(heard.stream().skip(1))
                .extracting(part -> part.getProbed().getIndex())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 100).boxed().toList());
        assertThat(heard.stream().skip(1))
                .allSatisfy(part -> assertThat(part.getProbed().getOutcome())
                        .isEqualTo(part.getProbed().getIndex() % 2 == 1 ? Outcome.WELL : Outcome.REFUSED));
    }

    @Test
    void triesSomeAtATimeAndNoMore() {
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var process = simulation.process("agent");
        simulation.runIn(process, DAY, () -> {
            try {
                var ignored = probing(process.env(), (probe, timeout) -> {
                            most.accumulateAndGet(now.incrementAndGet(), Math::max);
                            var waited = process.env().signal().await(timeout);
                            now.decrementAndGet();
                            return Finding.of(waited ? Outcome.WELL : Outcome.TIMED_OUT);
                        })
                        .serve(connections(200).build(), person);
            } catch (InterruptedException cut) {
                throw new AssertionError(cut);
            }
        });

        assertThat(most).hasValue(32);
        assertThat(outcomes()).hasSize(200);
    }

    @Test
    void doesNotTryWhatIsNotTheClusters() {
        var request = connections(0)
                .addProbes(Probe.newBuilder()
                        .setWay(Way.TCP)
                        .setAddress("127.0.0.1")
                        .setPort(22))
                .build();

        var ignored = serve(request, (probe, timeout) -> {
            throw new AssertionError("tried " + probe);
        });

        assertThat(outcomes()).containsExactly(Outcome.INVALID);
    }

    @Test
    void refusesARequestThatIsTooLarge() {
        var outcome = serve(connections(501).build(), (probe, timeout) -> Finding.WELL);

        assertThat(outcome.getFailure().getKind()).isEqualTo(ReachFailure.Kind.INVALID);
        assertThat(heard).isEmpty();
    }

    @Test
    void waitsForARevisionThatIsOnItsWay() {
        var request = connections(0)
                .addProbes(Probe.newBuilder().setWay(Way.REVISION).setRevision(7))
                .addProbes(Probe.newBuilder().setWay(Way.REVISION).setRevision(8))
                .addProbes(Probe.newBuilder().setWay(Way.REVISION).setRevision(9))
                .addProbes(Probe.newBuilder()
                        .setWay(Way.TCP)
                        .setAddress("10.192.0.2")
                        .setPort(1))
                .build();

        var ignored = serve(request, (probe, timeout) -> {
            applied.set(8);
            return Finding.WELL;
        });

        assertThat(outcomes()).containsExactlyInAnyOrder(Outcome.WELL, Outcome.WELL, Outcome.WELL, Outcome.BEHIND);
        assertThat(heard).anySatisfy(part -> assertThat(part.getProbed().getDetail())
                .isEqualTo("its packet rules are of revision 8, not 9"));
    }

    @Test
    void stopsWhenThePersonHasGone() {
        patience = 3;

        var ignored = serve(connections(500).build(), (probe, timeout) -> Finding.WELL);

        assertThat(heard.size()).isLessThan(100);
    }
}
