package dev.banyan.runtime.simulation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What each fault of the network looks like to the two processes. */
class SimulatedNetworkTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofHours(2);
    private static final int PORT = 80;

    private final Simulation simulation = new Simulation(21);
    private final SimulatedProcess client = simulation.host("c").process("client");
    private final SimulatedProcess server = simulation.host("s").process("server");
    private SimulatedNetwork network = new SimulatedNetwork(simulation, FaultPlan.none(21));

    /** The two ends of one connection. */
    private record Ends(Connection here, Connection there) {}

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void deliversMessagesWholeAndInOrderAndThenTheEnd() {
        run(() -> {
            var ends = connected();
            for (int i = 0; i < 50; i++) {
                ends.here().send(i);
            }
            ends.here().close();

            for (int i = 0; i < 50; i++) {
                assertThat(ends.there().receive(SECOND)).isEqualTo(new Arrival.Message(i));
            }
            assertThat(ends.there().receive(SECOND)).isEqualTo(new Arrival.End());
            assertThat(ends.there().receive(SECOND)).isEqualTo(new Arrival.End());
            assertThat(ends.there().isOver()).isTrue();
        });
    }

    @Test
    void carriesBothDirectionsAndNamesThePeer() {
        run(() -> {
            var ends = connected();
            ends.there().send("hello");

            assertThat(ends.here().receive(SECOND)).isEqualTo(new Arrival.Message("hello"));
            assertThat(ends.here().peerHost()).isEqualTo("s");
            assertThat(ends.there().peerHost()).isEqualTo("c");
        });
    }

    @Test
    void takesTheLatencyOfTheWay() {
        run(() -> {
            var ends = connected();
            network.latency("c", "s", Duration.ofSeconds(10));
            ends.here().send("slow");
            ends.there().send("quick");

            assertThat(ends.here().receive(SECOND)).isEqualTo(new Arrival.Message("quick"));
            assertThat(ends.there().poll()).isEmpty();
            assertThat(ends.here().inFlight()).isEqualTo(1);
            assertThat(ends.there().receive(Duration.ofSeconds(11))).isEqualTo(new Arrival.Message("slow"));
            assertThat(ends.here().inFlight()).isZero();
        });
    }

    @Test
    void waitsNoLongerThanToldForAMessage() {
        run(() -> {
            var ends = connected();
            long start = simulation.time().nanos();

            assertThat(ends.there().receive(SECOND)).isEqualTo(new Arrival.Nothing());
            assertThat(Duration.ofNanos(simulation.time().nanos() - start)).isBetween(SECOND, SECOND.plusMillis(1));
        });
    }

    @Test
    void refusesWhereNobodyListensAndSaysSoAtOnce() {
        run(() -> {
            long start = simulation.time().nanos();

            assertThatThrownBy(() -> connect(SECOND))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("client>s:80")
                    .hasMessageContaining("refused");
            assertThat(simulation.time().nanos() - start).isLessThan(SECOND.toNanos());
        });
    }

    @Test
    void doesNotKnowAHostThatWasNeverMade() {
        run(() -> assertThatThrownBy(() -> network.connect(client, "nowhere", PORT, SECOND))
                .isInstanceOf(UnknownHostException.class));
    }

    @Test
    void anAttemptOverACutTimesOutEitherWay() {
        run(() -> {
            network.listen(server, PORT);
            network.cut("c", "s");
            assertThatThrownBy(() -> connect(SECOND)).isInstanceOf(SocketTimeoutException.class);
            network.heal();
            network.cut("s", "c");

            assertThatThrownBy(() -> connect(SECOND)).isInstanceOf(SocketTimeoutException.class);
        });
    }

    @Test
    void anAttemptIsRepeatedUntilTheWayOpens() {
        run(() -> {
            network.listen(server, PORT);
            network.cut("c", "s");
            simulation.after(Duration.ofSeconds(5), () -> network.heal("c", "s"));

            assertThat(connect(Duration.ofSeconds(20)).isOver()).isFalse();
        });
    }

    @Test
    void aCutDelaysWhatWasSentUntilItHeals() {
        run(() -> {
            var ends = connected();
            network.cut("c", "s");
            ends.here().send("a");
            ends.here().send("b");
            ends.there().send("still comes");

            assertThat(ends.there().receive(Duration.ofMinutes(1))).isEqualTo(new Arrival.Nothing());
            assertThat(ends.here().receive(SECOND)).isEqualTo(new Arrival.Message("still comes"));
            network.heal("c", "s");
            assertThat(ends.there().receive(Duration.ofMinutes(2))).isEqualTo(new Arrival.Message("a"));
            assertThat(ends.there().receive(SECOND)).isEqualTo(new Arrival.Message("b"));
        });
    }

    @Test
    void aSenderGivesUpOverACutThatStaysAndTheOtherSideIsNotTold() {
        run(() -> {
            var ends = connected();
            network.cut("c", "s");
            ends.here().send("a");

            assertThatThrownBy(() -> ends.here().receive(Duration.ofHours(1)))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("timed out");
            assertThat(ends.there().receive(SECOND)).isEqualTo(new Arrival.Nothing());
            network.heal();
            ends.there().send("are you there?");
            assertThatThrownBy(() -> ends.there().receive(SECOND)).hasMessageContaining("reset");
        });
    }

    @Test
    void aProcessThatIsKilledHasItsKernelEndTheConnection() {
        run(() -> {
            var ends = connected();
            ends.here().send("last words");
            client.kill();

            assertThat(ends.there().receive(SECOND)).isEqualTo(new Arrival.Message("last words"));
            assertThat(ends.there().receive(SECOND)).isEqualTo(new Arrival.End());
        });
    }

    @Test
    void aProcessThatIsKilledWithUnreadMessagesResets() {
        run(() -> {
            var ends = connected();
            ends.there().send("unread");
            server.away(SECOND);
            client.kill();

            assertThatThrownBy(() -> ends.there().receive(SECOND)).hasMessageContaining("reset");
        });
    }

    @Test
    void sendingToAProcessThatIsGoneResets() {
        run(() -> {
            var ends = connected();
            client.kill();
            server.away(SECOND);
            ends.there().send("too late");
            server.away(SECOND);

            assertThatThrownBy(() -> ends.there().send("again")).hasMessageContaining("reset");
        });
    }

    @Test
    void aHostWithoutPowerSaysNothingUntilItRunsAgainAndIsAsked() {
        run(() -> {
            var ends = connected();
            client.host().powerOff();
            assertThat(ends.there().receive(Duration.ofMinutes(1))).isEqualTo(new Arrival.Nothing());
            ends.there().send("hello?");
            assertThat(ends.there().receive(Duration.ofMinutes(1))).isEqualTo(new Arrival.Nothing());
            client.host().powerOn();

            assertThatThrownBy(() -> ends.there().receive(Duration.ofMinutes(3))).hasMessageContaining("reset");
        });
    }

    @Test
    void aHostThatStandsStillGetsItsMessagesWhenItGoesOn() {
        run(() -> {
            var ends = connected();
            client.host().freeze();
            ends.there().send("a");
            server.away(Duration.ofMinutes(1));
            assertThat(ends.there().inFlight()).isEqualTo(1);
            client.host().thaw();
            server.away(Duration.ofMinutes(2));

            assertThat(ends.here().poll()).contains(new Arrival.Message("a"));
        });
    }

    @Test
    void aPausedProcessStillGetsMessages() {
        run(() -> {
            var ends = connected();
            client.pause();
            ends.there().send("a");
            server.away(SECOND);

            assertThat(ends.there().inFlight()).isZero();
            assertThat(ends.here().poll()).contains(new Arrival.Message("a"));
        });
    }

    @Test
    void nothingIsSentOrReceivedAfterClosingHere() {
        run(() -> {
            var ends = connected();
            ends.here().close();
            ends.here().close();

            assertThatThrownBy(() -> ends.here().send("x")).hasMessageContaining("closed here");
            assertThatThrownBy(() -> ends.here().receive(SECOND)).hasMessageContaining("closed here");
        });
    }

    @Test
    void whoAnswersAConnectionThatIsClosedThereIsReset() {
        run(() -> {
            var ends = connected();
            ends.here().close();
            server.away(SECOND);
            ends.there().send("x");
            server.away(SECOND);

            assertThatThrownBy(() -> ends.there().send("y")).hasMessageContaining("reset");
        });
    }

    @Test
    void aResetIsToldAndLosesWhatIsUnderWay() {
        run(() -> {
            var ends = connected();
            ends.here().send("lost");
            ends.here().reset();

            assertThatThrownBy(() -> ends.there().receive(SECOND)).hasMessageContaining("reset");
        });
    }

    @Test
    void aResetOverACutIsNotTold() {
        run(() -> {
            var ends = connected();
            network.cut("c", "s");
            ends.here().reset();

            assertThat(ends.there().receive(SECOND)).isEqualTo(new Arrival.Nothing());
        });
    }

    @Test
    void aWaitEndsWhenTheConnectionIsClosedByAnotherTask() {
        run(() -> {
            var ends = connected();
            server.env().tasks().spawn("closes", () -> ends.there().close());

            assertThatThrownBy(() -> ends.there().receive(PATIENCE)).hasMessageContaining("closed here");
            assertThat(simulation.time().elapsed()).isLessThan(Duration.ofMinutes(1));
        });
    }

    @Test
    void aListenerThatClosesRefusesAndResetsWhatItHadNotAccepted() {
        run(() -> {
            var listener = network.listen(server, PORT);
            var waiting = connect(SECOND);
            listener.close();

            assertThatThrownBy(() -> waiting.receive(SECOND)).hasMessageContaining("reset");
            assertThatThrownBy(() -> connect(SECOND)).isInstanceOf(ConnectException.class);
            assertThat(network.listen(server, PORT).port()).isEqualTo(PORT);
        });
    }

    @Test
    void aPortIsFreeAgainWhenItsProcessDies() {
        run(() -> {
            network.listen(client, PORT);
            network.bind(client, PORT);
            var second = client.host().process("second");
            assertThatThrownBy(() -> network.listen(second, PORT)).isInstanceOf(BindException.class);
            assertThatThrownBy(() -> network.bind(second, PORT)).isInstanceOf(BindException.class);
            client.kill();

            assertThat(network.listen(second, PORT).accept(SECOND)).isEmpty();
            assertThat(network.bind(second, PORT).receive(SECOND)).isEmpty();
        });
    }

    @Test
    void anAttemptBeyondTheBacklogIsNotAnswered() {
        run(() -> {
            var listener = network.listen(server, PORT);
            for (int i = 0; i < 128; i++) {
                connect(SECOND);
            }
            assertThatThrownBy(() -> connect(SECOND)).isInstanceOf(SocketTimeoutException.class);

            listener.accept(SECOND);
            assertThat(connect(SECOND).isOver()).isFalse();
        });
    }

    @Test
    void aPartitionCutsBothWaysBetweenTheGroupsAndNoOther() {
        simulation.host("x");
        network.partition(List.of("c"), List.of("s"));

        assertThat(network.isOpen("c", "s")).isFalse();
        assertThat(network.isOpen("s", "c")).isFalse();
        assertThat(network.isOpen("c", "x")).isTrue();
        assertThat(network.isOpen("x", "s")).isTrue();
        network.heal();
        network.isolate("x");
        assertThat(network.isOpen("c", "x")).isFalse();
        assertThat(network.isOpen("x", "s")).isFalse();
        assertThat(network.isOpen("c", "s")).isTrue();
    }

    @Test
    void tellsOtherModelsThatAWayMayBeOpenAgain() {
        var told = new ArrayList<String>();
        network.onHeal(() -> told.add("open"));
        network.cut("c", "s");
        assertThat(told).isEmpty();

        network.heal("c", "s");
        client.host().freeze();
        client.host().thaw();

        assertThat(told).hasSize(2);
    }

    @Test
    void aHostsWayToItselfIsNeverCut() {
        run(() -> {
            network = new SimulatedNetwork(simulation, FaultPlan.all(21, NetworkFaults.ALL));
            network.isolate("s");
            network.cut("s", "s");
            var listener = network.listen(server, PORT);
            var here = network.connect(server, "s", PORT, SECOND);
            var there = listener.accept(SECOND).orElseThrow();
            for (int i = 0; i < 500; i++) {
                here.send(i);
                assertThat(there.receive(SECOND)).isEqualTo(new Arrival.Message(i));
            }
        });
    }

    @Test
    void datagramsComeInOrderWithoutFaultsAndNameTheSender() {
        run(() -> {
            var there = network.bind(server, 53);
            var here = network.bind(client, 1053);
            for (int i = 0; i < 50; i++) {
                here.send("s", 53, i);
            }
            here.send("s", 54, "nobody");
            here.send("nowhere", 53, "nobody");

            for (int i = 0; i < 50; i++) {
                assertThat(there.receive(SECOND)).contains(new DatagramPort.Datagram("c", 1053, i));
            }
            assertThat(there.receive(SECOND)).isEmpty();
        });
    }

    @Test
    void datagramsAreLostDoubledAndOvertakenWhenStruck() {
        run(() -> {
            assertThat(datagramsUnder(NetworkFaults.LOST)).hasSizeBetween(100, 198).isSorted();
            assertThat(datagramsUnder(NetworkFaults.DOUBLED))
                    .hasSizeGreaterThan(200)
                    .isSorted();
            assertThat(datagramsUnder(NetworkFaults.OVERTAKEN))
                    .hasSize(200)
                    .doesNotHaveDuplicates()
                    .isNotEqualTo(range(200));
        });
    }

    @Test
    void datagramsNobodyReadsAreLostBeyondAKernelsMeasure() {
        run(() -> {
            var there = network.bind(server, 53);
            var here = network.bind(client, 1053);
            for (int i = 0; i < 300; i++) {
                here.send("s", 53, i);
            }
            server.away(SECOND);

            assertThat(drained(there)).hasSize(256);
        });
    }

    @Test
    void aConnectionLosesNothingToLostPackets() {
        run(() -> {
            network = new SimulatedNetwork(simulation, all(NetworkFaults.LOST, NetworkFaults.SLOW));
            var ends = connected();
            for (int i = 0; i < 200; i++) {
                ends.here().send(i);
            }
            for (int i = 0; i < 200; i++) {
                assertThat(ends.there().receive(SECOND.multipliedBy(60))).isEqualTo(new Arrival.Message(i));
            }
        });
    }

    @Test
    void aStruckResetBreaksBothEnds() {
        run(() -> {
            network = new SimulatedNetwork(simulation, all(NetworkFaults.RESET));
            var ends = connected();
            talkUntilBroken(ends);

            assertThatThrownBy(() -> ends.here().send("x")).hasMessageContaining("reset");
            assertThatThrownBy(() -> ends.there().send("x")).hasMessageContaining("reset");
        });
    }

    @Test
    void aHalfOpenConnectionShowsOnlyWhenItsSenderSendsAgain() {
        run(() -> {
            network = new SimulatedNetwork(simulation, all(NetworkFaults.HALF_OPEN));
            var ends = connected();
            talkUntilBroken(ends);

            assertThat(ends.here().receive(Duration.ofMinutes(30))).isEqualTo(new Arrival.Nothing());
            ends.here().send("x");
            assertThatThrownBy(() -> ends.here().receive(SECOND)).hasMessageContaining("reset");
        });
    }

    @Test
    void connectingIsRefusedOrNotAnsweredWhenStruck() {
        run(() -> {
            network = new SimulatedNetwork(simulation, all(NetworkFaults.REFUSED, NetworkFaults.UNANSWERED));
            network.listen(server, PORT);
            var seen = new HashSet<String>();
            for (int i = 0; i < 100; i++) {
                try {
                    connect(SECOND).close();
                    seen.add("connected");
                } catch (IOException failed) {
                    seen.add(failed.getClass().getSimpleName());
                }
            }

            assertThat(seen).containsExactlyInAnyOrder("connected", "ConnectException", "SocketTimeoutException");
        });
    }

    @Test
    void struckCutsEndByThemselves() {
        run(() -> {
            network = new SimulatedNetwork(simulation, all(NetworkFaults.CUT, NetworkFaults.ISOLATED));
            boolean cut = false;
            for (int i = 0; i < 2_000 && !cut; i++) {
                network.delay("c", "s");
                cut = !network.isOpen("c", "s");
            }
            assertThat(cut).isTrue();
            server.away(Duration.ofSeconds(21));

            assertThat(network.isOpen("c", "s")).isTrue();
            assertThat(network.isOpen("s", "c")).isTrue();
        });
    }

    @Test
    void aConnectionEndsWholeOrBrokenUnderAllFaultsAndRepeatsItself() {
        for (long seed = 0; seed < 30; seed++) {
            var first = talk(seed);

            assertThat(talk(seed)).isEqualTo(first);
            assertThat(first.heard()).isEqualTo(range(first.heard().size()));
            assertThat(first.whole()).isEqualTo(first.heard().size() == 100 && first.whole());
        }
    }

    private record Talk(List<Integer> heard, boolean whole, long hash) {}

    /** A hundred messages under what the seed draws; what was heard, and whether the end was. */
    private static Talk talk(long seed) {
        try (var world = new Simulation(seed)) {
            var net = new SimulatedNetwork(world, FaultPlan.drawn(seed, NetworkFaults.ALL));
            var from = world.process("from");
            var to = world.process("to");
            var heard = new ArrayList<Integer>();
            var whole = new boolean[1];
            to.env().tasks().spawn("hears", () -> {
                var connection = net.listen(to, PORT).accept(PATIENCE);
                whole[0] = connection.isPresent() && hear(connection.get(), heard);
            });
            world.runIn(from, PATIENCE, () -> {
                try (var connection = net.connect(from, "to", PORT, Duration.ofMinutes(1))) {
                    for (int i = 0; i < 100; i++) {
                        connection.send(i);
                        from.away(Duration.ofMillis(10));
                    }
                } catch (IOException broken) {
                    from.note("broken: " + broken.getMessage());
                }
            });
            world.runFor(PATIENCE);
            return new Talk(heard, whole[0], world.traceHash());
        }
    }

    private static boolean hear(Connection connection, List<Integer> heard) throws InterruptedException {
        try {
            while (connection.receive(PATIENCE) instanceof Arrival.Message message) {
                heard.add((Integer) message.value());
            }
            return connection.isOver();
        } catch (IOException broken) {
            return false;
        }
    }

    private List<Integer> datagramsUnder(FaultKind kind) throws IOException, InterruptedException {
        network = new SimulatedNetwork(simulation, all(kind));
        var there = network.bind(server, 53);
        var here = network.bind(client, 1053);
        for (int i = 0; i < 200; i++) {
            here.send("s", 53, i);
            server.away(Duration.ofMillis(2));
        }
        return drained(there);
    }

    private static List<Integer> drained(DatagramPort port) throws InterruptedException {
        var heard = new ArrayList<Integer>();
        Optional<DatagramPort.Datagram> next = port.receive(SECOND);
        while (next.isPresent()) {
            heard.add((Integer) next.get().message());
            next = port.receive(SECOND);
        }
        return heard;
    }

    private static FaultPlan all(FaultKind... kinds) {
        return FaultPlan.all(21, List.of(kinds));
    }

    private static List<Integer> range(int to) {
        return java.util.stream.IntStream.range(0, to).boxed().toList();
    }

    private void talkUntilBroken(Ends ends) throws InterruptedException, IOException {
        for (int i = 0; i < 5_000 && !ends.there().isOver(); i++) {
            ends.here().send(i);
            server.away(Duration.ofMillis(10));
        }
        assertThat(ends.there().isOver()).isTrue();
    }

    private Ends connected() throws IOException, InterruptedException {
        var listener = network.listen(server, PORT);
        var here = connect(PATIENCE);
        return new Ends(here, listener.accept(PATIENCE).orElseThrow());
    }

    private Connection connect(Duration timeout) throws IOException, InterruptedException {
        return network.connect(client, "s", PORT, timeout);
    }

    /** As a task of a process of its own, so that either end may die. */
    private void run(TaskSpawner.Body body) {
        simulation.runIn(simulation.process("test"), Duration.ofDays(1), body);
    }
}
