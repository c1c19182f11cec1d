package dev.banyan.runtime.simulation.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.SimulationFailure;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatedWireTest {
    private static final String ADDRESS = "server:1";
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Simulation simulation = new Simulation(7);
    private final SimulatedProcess client = simulation.process("client");
    private final SimulatedProcess server = simulation.process("server");
    private final SimulatedNetwork network = new SimulatedNetwork(simulation, FaultPlan.none(7));
    private final SimulatedWire wire = new SimulatedWire(simulation, network, FaultPlan.none(7));
    private final EchoService service = new EchoService(server);
    private final ManagedChannel channel = wire.channel(client, ADDRESS, List::of);

    SimulatedWireTest() {
        wire.serve(server, ADDRESS, ServedCalls.of(service.definition()));
    }

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void answersACallWithHeadersAMessageAndAStatus() {
        var side = ClientSide.open(channel, EchoService.ONCE, CallOptions.DEFAULT);
        side.call.request(2);
        side.call.sendMessage("hello");
        side.call.halfClose();

        until(side);

        assertThat(side.messages).containsExactly("HELLO");
        assertThat(side.headers).isPresent();
        assertThat(side.code()).isEqualTo(Code.OK);
        assertThat(side.sent).isTrue();
        assertThat(channel.getState(false)).isEqualTo(ConnectivityState.READY);
    }

    @Test
    void takesTheWaysTimeForEachDirection() {
        network.latency(Duration.ofSeconds(1));
        var before = simulation.time().elapsed();

        until(ask("hello"));

        assertThat(simulation.time().elapsed().minus(before)).isBetween(Duration.ofMillis(50), Duration.ofSeconds(6));
    }

    @Test
    void carriesMetadataToInterceptors() {
        var headers = new Metadata();
        headers.put(EchoService.WORD, "swordfish");
        var call = channel.newCall(EchoService.ONCE, CallOptions.DEFAULT);
        call.start(new io.grpc.ClientCall.Listener<>() {}, headers);
        headers.put(EchoService.WORD, "changed later");
        call.request(1);
        call.sendMessage("hello");
        call.halfClose();

        simulation.runFor(LONG);

        assertThat(service.seen).containsExactly("word swordfish", "hello");
    }

    @Test
    void carriesABidirectionalStreamInOrder() {
        var side = ClientSide.open(channel, EchoService.CHAT, CallOptions.DEFAULT);
        side.call.request(10);
        for (var word : List.of("a", "b", "c")) {
            side.call.sendMessage(word);
        }
        simulation.runUntil(() -> side.messages.size() == 3, LONG);
        assertThat(side.over()).isFalse();
        side.call.halfClose();

        until(side);

        assertThat(side.messages).containsExactly("a!", "b!", "c!");
        assertThat(service.seen).containsExactly("a", "b", "c", "bye");
        assertThat(side.code()).isEqualTo(Code.OK);
    }

    @Test
    void deliversNoMoreMessagesThanAreAskedFor() {
        var side = ClientSide.open(channel, EchoService.MANY, CallOptions.DEFAULT);
        side.call.request(2);
        side.call.sendMessage("5");
        side.call.halfClose();
        simulation.runFor(LONG);
        assertThat(side.messages).hasSize(2);
        assertThat(side.over()).isFalse();

        side.call.request(3);
        simulation.runFor(LONG);

        assertThat(side.messages).hasSize(5);
        assertThat(side.code()).isEqualTo(Code.OK);
    }

    @Test
    void holdsAWriterBackWhoseReaderDoesNotTake() {
        var side = ClientSide.open(channel, EchoService.MANY, CallOptions.DEFAULT);
        side.call.sendMessage("300");
        side.call.halfClose();
        simulation.runFor(LONG);
        assertThat(service.seen).hasSize(64);

        side.call.request(300);
        until(side);

        assertThat(side.messages).hasSize(300);
        assertThat(Collections.frequency(service.seen, "sent")).isEqualTo(300);
    }

    @Test
    void tellsAWriterOfTheClientWhenThereIsRoom() {
        var side = ClientSide.open(channel, EchoService.CHAT, CallOptions.DEFAULT);
        assertThat(side.call.isReady()).isFalse();
        simulation.runUntil(() -> side.ready == 1, LONG);
        assertThat(side.call.isReady()).isTrue();

        server.pause();
        side.call.sendMessage("x".repeat(100_000));
        assertThat(side.call.isReady()).isFalse();
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(side.ready).isEqualTo(1);
        server.resume();
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(side.ready).isEqualTo(2);
        assertThat(side.call.isReady()).isTrue();
    }

    @Test
    void endsACallAtItsDeadlineAndTellsTheServer() {
        var soon = CallOptions.DEFAULT.withDeadline(wire.deadline(Duration.ofSeconds(2)));
        var before = simulation.time().elapsed();
        var side = ClientSide.open(channel, EchoService.MANY, soon);
        side.call.sendMessage("300");
        side.call.halfClose();

        until(side);

        assertThat(side.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(simulation.time().elapsed().minus(before))
                .isBetween(Duration.ofSeconds(2), Duration.ofMillis(2_100));
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(service.seen).contains("cancelled");
    }

    @Test
    void endsACallAtItsDeadlineWhileItStillConnects() {
        server.pause();
        var soon = CallOptions.DEFAULT.withDeadline(wire.deadline(Duration.ofSeconds(2)));

        var side = ClientSide.ask(channel, EchoService.ONCE, "hello", soon);
        until(side);

        assertThat(side.code()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(side.sent).isFalse();
    }

    @Test
    void tellsTheServerOfACancellation() {
        var side = ClientSide.open(channel, EchoService.MANY, CallOptions.DEFAULT);
        side.call.sendMessage("300");
        side.call.halfClose();
        simulation.runFor(Duration.ofSeconds(1));

        side.call.cancel("enough", null);
        assertThat(side.code()).isEqualTo(Code.CANCELLED);
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(service.seen).contains("cancelled");
    }

    @Test
    void cancelsACallThatNeverLeft() {
        server.pause();
        var side = ask("hello");
        simulation.runFor(Duration.ofSeconds(1));
        side.call.cancel("enough", null);
        server.resume();
        simulation.runFor(LONG);

        assertThat(side.sent).isFalse();
        assertThat(service.seen).isEmpty();
    }

    @Test
    void resetsTheConnectionsOfAKilledServerAtOnce() {
        var side = ClientSide.ask(channel, EchoService.MANY, "1");
        until(side);
        var waiting = ClientSide.open(channel, EchoService.CHAT, CallOptions.DEFAULT);
        simulation.runFor(Duration.ofSeconds(1));

        server.kill();
        simulation.runFor(Duration.ofMillis(10));

        assertThat(waiting.code()).isEqualTo(Code.UNAVAILABLE);
    }

    @Test
    void leavesTheClientsOfAServerWithoutPowerWaiting() {
        var waiting = ClientSide.open(channel, EchoService.CHAT, CallOptions.DEFAULT);
        simulation.runFor(Duration.ofSeconds(1));

        server.host().powerOff();
        simulation.runFor(Duration.ofSeconds(13));
        assertThat(waiting.over()).isFalse();
        simulation.runFor(Duration.ofSeconds(3));

        assertThat(waiting.code()).isEqualTo(Code.UNAVAILABLE);
    }

    @Test
    void refusesWhoConnectsToADeadServerAndSendsNothing() {
        server.kill();

        var side = ask("hello");
        simulation.runFor(Duration.ofMillis(10));

        assertThat(side.code()).isEqualTo(Code.UNAVAILABLE);
        assertThat(side.sent).isFalse();
        assertThat(channel.getState(false)).isEqualTo(ConnectivityState.IDLE);
    }

    @Test
    void refusesAnAddressAtWhichNobodyListens() {
        var side = ClientSide.ask(wire.channel(client, "nowhere:1", List::of), EchoService.ONCE, "hello");
        simulation.runFor(Duration.ofMillis(10));

        assertThat(side.code()).isEqualTo(Code.UNAVAILABLE);
        assertThat(side.sent).isFalse();
    }

    @Test
    void connectsAnewToAServerThatWasRestarted() {
        until(ask("hello"));
        server.kill();
        var again = simulation.process("server");
        var next = new EchoService(again);
        wire.serve(again, ADDRESS, ServedCalls.of(next.definition()));
        simulation.runFor(Duration.ofSeconds(1));

        var side = ask("again");
        until(side);

        assertThat(side.messages).containsExactly("AGAIN");
        assertThat(next.seen).containsExactly("again");
    }

    @Test
    void losesTheAnswerOfAServerThatDiesAtWork() {
        var side = ask("wait PT5S");
        simulation.runFor(Duration.ofSeconds(1));
        server.kill();

        until(side);

        assertThat(side.code()).isEqualTo(Code.UNAVAILABLE);
        assertThat(side.sent).isTrue();
        assertThat(side.messages).isEmpty();
    }

    @Test
    void tellsAServerThatItsClientDied() {
        var side = ClientSide.open(channel, EchoService.CHAT, CallOptions.DEFAULT);
        side.call.sendMessage("a");
        simulation.runFor(Duration.ofSeconds(1));

        client.kill();
        simulation.runFor(Duration.ofMillis(10));

        assertThat(service.seen).containsExactly("a", "cut");
    }

    @Test
    void servesAPausedServersCallsWhenItGoesOn() {
        until(ask("hello"));
        server.pause();
        var side = ask("later");
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(side.over()).isFalse();

        server.resume();
        until(side);

        assertThat(side.messages).containsExactly("LATER");
    }

    @Test
    void givesAPausedServerUpAfterSilenceAndAnUnansweredPing() {
        var side = ClientSide.open(channel, EchoService.CHAT, CallOptions.DEFAULT);
        side.call.request(1);
        side.call.sendMessage("a");
        simulation.runFor(Duration.ofSeconds(1));

        server.pause();
        simulation.runFor(Duration.ofSeconds(13));
        assertThat(side.over()).isFalse();
        simulation.runFor(Duration.ofSeconds(3));

        assertThat(side.code()).isEqualTo(Code.UNAVAILABLE);
    }

    @Test
    void givesUpConnectingToAServerThatAcceptsAndDoesNotAnswer() {
        server.pause();
        var side = ask("hello");
        simulation.runFor(Duration.ofSeconds(9));
        assertThat(side.over()).isFalse();

        simulation.runFor(Duration.ofSeconds(2));

        assertThat(side.code()).isEqualTo(Code.UNAVAILABLE);
        assertThat(side.sent).isFalse();
    }

    @Test
    void tellsOfTheEndWhenWhatCameBeforeItIsTaken() {
        var side = ClientSide.open(channel, EchoService.CHAT, CallOptions.DEFAULT);
        side.call.sendMessage("a");
        simulation.runFor(Duration.ofSeconds(1));
        server.kill();
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(side.over()).isFalse();

        side.call.request(1);
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(side.messages).containsExactly("a!");
        assertThat(side.code()).isEqualTo(Code.UNAVAILABLE);
    }

    @Test
    void keepsAConnectionThatIsIdleButAlive() {
        var side = ClientSide.open(channel, EchoService.CHAT, CallOptions.DEFAULT);
        side.call.request(2);
        side.call.sendMessage("a");
        simulation.runFor(Duration.ofMinutes(10));

        side.call.sendMessage("b");
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(side.messages).containsExactly("a!", "b!");
    }

    @Test
    void triesToConnectOverACutWayForTwoSeconds() {
        network.cut("server", "client");
        var side = ask("hello");
        simulation.runFor(Duration.ofMillis(1_900));
        assertThat(side.over()).isFalse();

        simulation.runFor(Duration.ofMillis(200));

        assertThat(side.code()).isEqualTo(Code.UNAVAILABLE);
        assertThat(side.sent).isFalse();
    }

    @Test
    void deliversLateWhatWasSentOverAWayThatWasCutForAWhile() {
        until(ask("hello"));
        network.cut("client", "server");
        var side = ask("later");
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(service.seen).containsExactly("hello");

        network.heal("client", "server");
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(side.messages).containsExactly("LATER");
    }

    @Test
    void doesACallWhoseAnswerFindsNoWayBack() {
        until(ask("hello"));
        network.cut("server", "client");
        var side = ask("lost");

        until(side);

        assertThat(service.seen).contains("lost");
        assertThat(side.code()).isEqualTo(Code.UNAVAILABLE);
        assertThat(side.sent).isTrue();
    }

    @Test
    void leavesAHalfOpenConnectionAtTheServerUntilItIsGivenUp() {
        var side = ClientSide.open(channel, EchoService.CHAT, CallOptions.DEFAULT);
        side.call.sendMessage("a");
        simulation.runFor(Duration.ofSeconds(1));
        network.cut("client", "server");
        client.kill();

        simulation.runFor(Duration.ofSeconds(12));
        assertThat(service.seen).containsExactly("a");
        simulation.runFor(Duration.ofSeconds(4));

        assertThat(service.seen).containsExactly("a", "cut");
    }

    @Test
    void refusesMethodsThatAreNotServed() {
        var side = ClientSide.ask(channel, EchoService.UNKNOWN, "hello");
        until(side);

        assertThat(side.code()).isEqualTo(Code.UNIMPLEMENTED);
    }

    @Test
    void tellsTheCallerOfAServiceThatFailsAndEndsTheRun() {
        var side = ask("fail");

        assertThatThrownBy(() -> simulation.runFor(LONG))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("asked to fail");
        simulation.runFor(LONG);
        assertThat(side.code()).isEqualTo(Code.UNKNOWN);
    }

    @Test
    void endsAllCallsOfAChannelThatIsShutDown() {
        var side = ClientSide.open(channel, EchoService.CHAT, CallOptions.DEFAULT);
        side.call.sendMessage("a");
        simulation.runFor(Duration.ofSeconds(1));

        channel.shutdownNow();
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(side.code()).isEqualTo(Code.UNAVAILABLE);
        assertThat(service.seen).containsExactly("a", "cut");
        assertThat(channel.getState(false)).isEqualTo(ConnectivityState.SHUTDOWN);
        assertThat(ask("hello").code()).isEqualTo(Code.UNAVAILABLE);
    }

    @Test
    void showsNobodyWhereNoCertificateIsShown() {
        until(ask("hello"));

        assertThat(service.peers).containsExactly("nobody");
    }

    private ClientSide ask(String request) {
        return ClientSide.ask(channel, EchoService.ONCE, request);
    }

    private void until(ClientSide side) {
        assertThat(simulation.runUntil(side::over, LONG)).isTrue();
    }
}
