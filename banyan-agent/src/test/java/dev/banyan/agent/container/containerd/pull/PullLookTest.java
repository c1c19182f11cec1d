package dev.banyan.agent.container.containerd.pull;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.PullProgress;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PullLookTest {
    private static final String IMAGE = "sha256:1";
    private static final String ONE = "sha256:aa";
    private static final String OTHER = "sha256:bb";

    private final StoreOfBlobs store = new StoreOfBlobs();
    private final PullLook look = new PullLook(store, IMAGE);

    @Test
    void nothingIsKnownBeforeTheManifestHasCome() throws InterruptedException {
        store.writes.put("manifest-" + IMAGE, 10L);

        assertThat(look.now()).isEmpty();
    }

    @Test
    void countsWholeLayersAndWhatIsWrittenOfOthers() throws InterruptedException {
        described();
        store.blobs.put(ONE, "");
        store.writes.put("layer-" + OTHER, 25L);
        store.writes.put("layer-sha256:of another image", 1_000L);

        assertThat(look.now()).contains(new PullProgress(125, 400, 1, 2));
    }

    @Test
    void neverClaimsMoreOfALayerThanItHas() throws InterruptedException {
        described();
        store.writes.put("layer-" + ONE, 5_000L);
        store.writes.put("layer-" + OTHER, -1L);

        assertThat(look.now()).contains(new PullProgress(100, 400, 0, 2));
    }

    @Test
    void neverFallsWhenALayerIsBegunAnewOrGoesOnceItIsUnpacked() throws InterruptedException {
        described();
        store.blobs.put(ONE, "");
        store.writes.put("layer-" + OTHER, 200L);
        assertThat(look.now()).contains(new PullProgress(300, 400, 1, 2));

        store.blobs.remove(ONE);
        store.writes.put("layer-" + OTHER, 0L);
        assertThat(look.now()).contains(new PullProgress(300, 400, 1, 2));

        store.writes.put("layer-" + OTHER, 299L);
        assertThat(look.now()).contains(new PullProgress(399, 400, 1, 2));
    }

    @Test
    void asksForNothingThatItHasSeen() throws InterruptedException {
        described();
        store.blobs.put(ONE, "");
        look.now();
        look.now();
        look.now();

        assertThat(store.asked).containsEntry(IMAGE, 1).containsEntry(ONE, 1).containsEntry(OTHER, 3);
    }

    @Test
    void ofAnIndexTheManifestCountsThatIsFetched() throws InterruptedException {
        store.blobs.put(IMAGE, "{\"manifests\":[{\"digest\":\"sha256:arm\"},{\"digest\":\"sha256:amd\"}]}");
        assertThat(look.now()).isEmpty();

        store.blobs.put("sha256:amd", StoreOfBlobs.manifest(Map.of(ONE, 100L)));
        store.writes.put("layer-" + ONE, 40L);

        assertThat(look.now()).contains(new PullProgress(40, 100, 0, 1));
    }

    @Test
    void anImageWithoutBytesHasNoShare() throws InterruptedException {
        store.blobs.put(IMAGE, StoreOfBlobs.manifest(Map.of(ONE, 0L)));

        assertThat(look.now()).isEmpty();
    }

    private void described() {
        store.blobs.put(IMAGE, StoreOfBlobs.manifest(new TreeMap<>(Map.of(ONE, 100L, OTHER, 300L))));
    }
}
