package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

class ImageGroupsTest {
    @Test
    void readsAFileAsTheLibraryDoes() {
        var groups = ImageGroups.parse(
                """
                root:x:0:
                # no group
                video:x:44:app,other
                video:x:45:
                broken:x
                odd:x:many:
                big:x:4294967294:
                last:x:7""");

        assertThat(groups)
                .containsOnly(entry("root", 0L), entry("video", 44L), entry("big", 4_294_967_294L), entry("last", 7L));
    }

    @Test
    void anImageWithoutSuchAFileHasNoGroups() {
        assertThat(ImageGroups.parse("")).isEmpty();
    }
}
