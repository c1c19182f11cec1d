package dev.banyan.engine.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetRangeTest {
    @Test
    void holdsTwoThousandFortyEightSubnetsByDefault() {
        var taken = new HashSet<String>();
        for (int i = 0; i < 2_048; i++) {
            taken.add(SubnetRange.DEFAULT.free(taken).orElseThrow());
        }

        assertThat(taken).hasSize(2_048).contains("10.192.0.0", "10.192.255.0", "10.193.0.0", "10.199.255.0");
        assertThat(SubnetRange.DEFAULT.free(taken)).isEmpty();
    }

    @Test
    void givesTheLowestThatIsFree() {
        assertThat(SubnetRange.DEFAULT.free(Set.of("10.192.0.0", "10.192.2.0"))).contains("10.192.1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.192.0.0", "10.192.1.0/13", "10.192.0.0/25", "10.192.0.0/7", "x", "999.0.0.0/8"})
    void refusesWhatIsNoAlignedRange(String text) {
        assertThatThrownBy(() -> SubnetRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
