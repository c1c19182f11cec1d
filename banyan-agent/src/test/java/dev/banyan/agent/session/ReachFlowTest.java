package dev.banyan.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.RelayFromAgent;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReachFlowTest {
    private static final long ID = 7;

    private final Simulation simulation = new Simulation(1);
    private final SimulatedProcess process = simulation.process("agent");
    private final Env env = process.env();
    private final Credit credit = new Credit(env.signal());
    private final List<RelayFromAgent> sent = new ArrayList<>();
    private boolean gone;
    private final ReachFlow flow = new ReachFlow(ID, env, credit, message -> {
        sent.add(message);
        return !gone;
    });

    @AfterEach
    void end() {
        simulation.close();
    }

    @Test
    void theEngineMaySendAsMuchAsTheWindowHoldsAtFirst() {
        inside(flow::begin);

        assertThat(granted()).isEqualTo(ReachFlow.WINDOW);
        assertThat(sent).extracting(RelayFromAgent::getId).containsOnly(ID);
    }

    @Test
    void whatIsTakenMayBeSentAgainInAFewMessages() {
        inside(() -> {
            flow.begin();
            for (int part = 0; part < 40; part++) {
                assertThat(flow.arrived(typed(part))).isTrue();
                assertThat(flow.receive()).isEqualTo(typed(part));
            }
        });

        assertThat(granted()).isEqualTo(ReachFlow.WINDOW + 40);
        assertThat(sent).as("grants are put together").hasSize(1 + 40 / 2);
    }

    @Test
    void moreThanThereIsRoomForIsNoticed() {
        // The window, and the end of one who closes his side.
        for (int part = 0; part <= ReachFlow.WINDOW; part++) {
            assertThat(flow.arrived(typed(part))).as("part %d", part).isTrue();
        }

        assertThat(flow.arrived(typed(99))).isFalse();
    }

    @Test
    void sendsOnlyOnCredit() {
        env.tasks().spawn("sending", () -> {
            for (int part = 0; part < 5; part++) {
                var ignored = flow.send(written(part));
            }
        });
        passes();
        assertThat(sent).isEmpty();

        credit.give(2);
        passes();
        assertThat(sent).hasSize(2);

        credit.give(9);
        passes();
        assertThat(sent)
                .extracting(message -> message.getReach().getData().byteAt(0))
                .containsExactly((byte) 0, (byte) 1, (byte) 2, (byte) 3, (byte) 4);
    }

    @Test
    void saysThatThePersonHasGone() {
        gone = true;
        credit.give(1);

        inside(() -> assertThat(flow.send(written(1))).isFalse());
    }

    private void inside(TaskSpawner.Body work) {
        simulation.runIn(process, Duration.ofMinutes(1), work);
    }

    private void passes() {
        simulation.runFor(Duration.ofSeconds(1));
    }

    private int granted() {
        return sent.stream().mapToInt(RelayFromAgent::getReachCredit).sum();
    }

    private static ReachUp typed(int part) {
        return ReachUp.newBuilder().setData(bytes(part)).build();
    }

    private static ReachDown written(int part) {
        return ReachDown.newBuilder().setData(bytes(part)).build();
    }

    private static ByteString bytes(int part) {
        return ByteString.copyFrom(new byte[] {(byte) part});
    }
}
