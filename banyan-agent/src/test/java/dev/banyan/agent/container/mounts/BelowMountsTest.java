package dev.banyan.agent.container.mounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerSpec.Mount;
import dev.banyan.agent.container.ContainerSpec.Mount.Sort;
import java.util.List;
import org.junit.jupiter.api.Test;

class BelowMountsTest {
    private static final String SPEC =
            """
            {"mounts": [
              {"destination": "/proc", "type": "proc"},
              {"destination": "/a", "type": "bind", "source": "/srv/a", "options": ["rbind", "rprivate", "ro"]},
              {"destination": "/b", "type": "bind", "source": "/srv/b", "options": ["rbind", "rslave", "rw"]}]}""";

    @Test
    void usualMountsAreLeftToTheLetter() {
        var usual = List.of(path("/a"), new Mount("", "/b", false, Sort.MEMORY, List.of("nodev")));

        assertThat(BelowMounts.needed(usual)).isFalse();
        assertThat(BelowMounts.apply(SPEC, usual)).isSameAs(SPEC);
    }

    @Test
    void aMountThatIsAloneShowsNothingBelowIt() {
        assertThat(options("/b", path("/b", BelowMounts.ALONE))).containsExactly("bind", "rslave", "rw");
        assertThat(options("/a", path("/b", BelowMounts.ALONE)))
                .as("others are as they were")
                .containsExactly("rbind", "rprivate", "ro");
    }

    @Test
    void aMountCanBeReadOnlyAllTheWayDown() {
        assertThat(options("/a", path("/a", BelowMounts.READ_ONLY_BELOW)))
                .containsExactly("rbind", "rprivate", "ro", "rro");
    }

    private static List<String> options(String target, Mount... mounts) {
        var patched = JsonParser.parseString(BelowMounts.apply(SPEC, List.of(mounts)));
        return patched.getAsJsonObject().getAsJsonArray("mounts").asList().stream()
                .map(mount -> mount.getAsJsonObject())
                .filter(mount -> mount.get("destination").getAsString().equals(target))
                .flatMap(mount -> mount.getAsJsonArray("options").asList().stream())
                .map(option -> option.getAsString())
                .toList();
    }

    private static Mount path(String target, String... options) {
        return new Mount("/srv" + target, target, true, Sort.PATH, List.of(options));
    }
}
