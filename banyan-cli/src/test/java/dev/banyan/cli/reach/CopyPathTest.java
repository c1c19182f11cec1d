package dev.banyan.cli.reach;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CopyPathTest {
    @ParameterizedTest
    @CsvSource({
        "web:/srv, web, /srv",
        "shop/web.1:/srv/a:b, shop/web.1, /srv/a:b",
        "web:srv, web, /srv",
        "web:, web, /",
        "web:., web, /.",
        "web:-, web, /-",
    })
    void aServiceAndAColonAreOfAContainer(String text, String service, String path) {
        var parsed = CopyPath.parse(text);

        assertThat(parsed.service()).contains(service);
        assertThat(parsed.path()).isEqualTo(path);
        assertThat(parsed.stream()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "dir/file", "./web:/srv", "/srv/web:1", "../a:b", ":odd", ".", "", "~/x"})
    void allElseIsOfThisComputerAsItIsWritten(String text) {
        assertThat(CopyPath.parse(text).service()).isEmpty();
        assertThat(CopyPath.parse(text).path()).isEqualTo(text);
    }

    @Test
    void aDashAloneIsAStreamHere() {
        assertThat(CopyPath.parse("-").stream()).isTrue();
        assertThat(CopyPath.parse("./-").stream()).isFalse();
        assertThat(CopyPath.parse("--").stream()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "., true",
        "conf/., true",
        "web:/srv/., true",
        "conf, false",
        "conf/, false",
        "conf., false",
        ".., false"
    })
    void aDotAtTheEndMeansWhatIsInIt(String text, boolean contents) {
        assertThat(CopyPath.parse(text).contents()).isEqualTo(contents);
    }
}
