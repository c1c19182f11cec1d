package dev.banyan.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.simulation.ControllerHarness;
import org.junit.jupiter.api.Test;

class HelloTest {
    @Test
    void greetsAPersonAndThenRests() {
        try (var harness = new ControllerHarness(1)) {
            var ada = Hello.PEOPLE.key("", "ada");
            harness.given(Hello.PEOPLE, ada, "Ada");
            var greeter = Hello.greeter(harness.lister(Hello.PEOPLE), harness.store());

            assertThat(harness.when(greeter, ada).writes()).hasSize(1);
            assertThat(harness.when(greeter, ada).writes()).isEmpty();
            assertThat(harness.find(Hello.PEOPLE, ada).orElseThrow().status()).isEqualTo("Hello, Ada!");
        }
    }
}
