package dev.banyan.api.compose.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaseTest {
    private final Base base = new Base(Path.of("/srv/app/lib"), Path.of("/srv/app"), Optional.of("/home/me"));

    @ParameterizedTest
    @CsvSource({
        "x,lib/x",
        "./x/../y/,lib/y",
        ".,lib",
        "..,.",
        "../x,x",
        "../../x,../x",
        "/etc/x,/etc/x",
        "/srv/app/x,/srv/app/x",
        "~,/home/me",
        "~/x,/home/me/x",
        "~other/x,lib/~other/x"
    })
    void seesPathsFromTheProject(String written, String seen) {
        assertThat(base.rebase(written)).contains(seen);
    }

    @Test
    void leavesTheHomeOfNobody() {
        var homeless = new Base(Path.of("/srv/app"), Path.of("/srv/app"), Optional.empty());

        assertThat(homeless.rebase("~/x")).contains("~/x");
    }

    @Test
    void knowsWhatIsNoPath() {
        assertThat(base.rebase("")).isEmpty();
        assertThat(base.rebase("a\0b")).isEmpty();
    }
}
