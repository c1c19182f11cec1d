package dev.banyan.engine.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class AddressRangeTest {
    @Test
    void givesTheSameOwnerTheSameAddress() {
        var range = AddressRange.VIRTUAL;

        assertThat(range.candidate("services/default/shop.web", 0))
                .isEqualTo(range.candidate("services/default/shop.web", 0));
    }

    @Test
    void triesEveryAddressButTheFirstAndTheLast() {
        var range = new AddressRange(10 << 24 | 200 << 16, 8);

        var tried = new HashSet<String>();
        for (int attempt = 0; attempt < 6; attempt++) {
            tried.add(range.candidate("x", attempt));
        }

        assertThat(tried)
                .containsExactlyInAnyOrder(
                        "10.200.0.1", "10.200.0.2", "10.200.0.3", "10.200.0.4", "10.200.0.5", "10.200.0.6");
    }

    @Test
    void staysInsideTheRange() {
        for (int i = 0; i < 10_000; i++) {
            var second = Integer.parseInt(
                    AddressRange.VIRTUAL.candidate("owner" + i, i).split("\\.")[1]);
            assertThat(second).isBetween(200, 207);
        }
    }
}
