package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommandsTest {
    @Test
    void roundsTimeoutsUpToTheSecondsOfTheInterface() {
        assertThat(Commands.wholeSeconds(Duration.ofMillis(1))).isEqualTo(1);
        assertThat(Commands.wholeSeconds(Duration.ofSeconds(1))).isEqualTo(1);
        assertThat(Commands.wholeSeconds(Duration.ofMillis(1001))).isEqualTo(2);
    }

    @Test
    void keepsTheBeginningOfTheOutput() {
        var standard = ByteString.copyFromUtf8("a".repeat(4000));
        var error = ByteString.copyFromUtf8("b".repeat(4000));

        assertThat(Commands.output(standard, error)).isEqualTo("a".repeat(4000) + "b".repeat(96));
        assertThat(Commands.output(ByteString.EMPTY, error)).hasSize(4000);
    }
}
