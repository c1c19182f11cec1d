package dev.banyan.api.compose.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTest {
    @ParameterizedTest
    @ValueSource(strings = {"services.web.ports[0].mode", "networks", "ports[12]", "services.*.cap_add"})
    void isShownAsItWasWritten(String text) {
        assertThat(Path.of(text)).hasToString(text);
    }

    @Test
    void takesAnItemByANumberInEitherForm() {
        assertThat(Path.of("ports.0.mode")).isEqualTo(Path.of("ports[0].mode"));
        assertThat(Path.of("ports.0.mode").steps()).isEqualTo(List.of("ports", "0", "mode"));
    }

    @ParameterizedTest
    @CsvSource({
        "services.web.cap_add,  services.web.cap_add,   true",
        "services.*.cap_add,    services.web.cap_add,   true",
        "services.web.ports.*.mode, services.web.ports[3].mode, true",
        "services.web.cap_add,  services.db.cap_add,    false",
        "services.web,          services.web.cap_add,   false",
        "services.web.cap_add.x, services.web.cap_add,  false",
        "services.*.cap_add,    networks.web.cap_add,   false",
        "'',                    networks,               false",
        "*,                     networks,               true",
    })
    void coversWhatIsTheSameButForStars(String one, String other, boolean covers) {
        assertThat(Path.of(one).covers(Path.of(other))).isEqualTo(covers);
    }

    @ParameterizedTest
    @CsvSource({
        "services.web.build.target, services.web.build, true",
        "services.*.build.target,   services.web.build, true",
        "services.web.build,        services.web.build, true",
        "services.web,              services.web.build, false",
        "services.db.build.target,  services.web.build, false",
    })
    void beginsWithAShorterOne(String one, String other, boolean begins) {
        assertThat(Path.of(one).begins(Path.of(other))).isEqualTo(begins);
    }

    @Test
    void knowsItsService() {
        assertThat(Path.of("services.web.cap_add").service()).contains("web");
        assertThat(Path.of("services").service()).isEmpty();
        assertThat(Path.of("networks.front.driver").service()).isEmpty();
    }

    @Test
    void isPutTogetherAndTakenApart() {
        var above = new Path(List.of("services", "a.b"));
        var whole = above.with(Path.of("ports[1]"));

        assertThat(whole.steps()).containsExactly("services", "a.b", "ports", "1");
        assertThat(whole.without(above)).isEqualTo(Path.of("ports[1]"));
    }
}
