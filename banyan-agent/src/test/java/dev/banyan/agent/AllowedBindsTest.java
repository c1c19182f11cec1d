package dev.banyan.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.v1.AllowedBind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedBindsTest {
    @Test
    void readsPathsWithWhatMayBeDoneThere() {
        assertThat(AllowedBinds.parse("/srv/media:rw, /etc/ssl:ro"))
                .containsExactly(
                        AllowedBind.newBuilder()
                                .setPath("/srv/media")
                                .setWritable(true)
                                .build(),
                        AllowedBind.newBuilder().setPath("/etc/ssl").build());
        assertThat(AllowedBinds.parse("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/srv", "srv:rw", "/srv/../etc:ro", ":rw", "/srv:wr"})
    void refusesWhatIsMalformed(String text) {
        assertThatThrownBy(() -> AllowedBinds.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("binds: '" + text + "'")
                .hasMessageContaining("write such as /srv/media:rw");
    }
}
