package dev.banyan.cli.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PortMappingTest {
    @Test
    void readsEveryForm() {
        assertThat(PortMapping.parse("8080:80")).isEqualTo(new PortMapping("127.0.0.1", 8080, 80));
        assertThat(PortMapping.parse("80")).isEqualTo(new PortMapping("127.0.0.1", 80, 80));
        assertThat(PortMapping.parse(":80")).isEqualTo(new PortMapping("127.0.0.1", 0, 80));
        assertThat(PortMapping.parse("0.0.0.0:8080:80")).isEqualTo(new PortMapping("0.0.0.0", 8080, 80));
        assertThat(PortMapping.parse("[::1]:8080:80")).isEqualTo(new PortMapping("::1", 8080, 80));
        assertThat(PortMapping.parse("[::1]::80")).isEqualTo(new PortMapping("::1", 0, 80));
    }

    @Test
    void refusesTheRest() {
        for (var text : List.of("", "x", "80:", "0", "80:0", "65536", "::1:8080:80", "-1:80", "80:x")) {
            assertThatThrownBy(() -> PortMapping.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
