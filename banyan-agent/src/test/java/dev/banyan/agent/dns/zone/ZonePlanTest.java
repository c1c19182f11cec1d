package dev.banyan.agent.dns.zone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZonePlanTest {
    @Test
    void theServiceOfATaskStandsBeforeItsNumbers() {
        assertThat(ZonePlan.serviceOf("shop.web.3.0.12")).contains("shop.web");
        assertThat(ZonePlan.serviceOf("shop.eu.web.3.0.12")).contains("shop.eu.web");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "web", "a.b.c", ".1.2.3"})
    void otherNamesAreOfNoService(String name) {
        assertThat(ZonePlan.serviceOf(name)).isEmpty();
    }
}
