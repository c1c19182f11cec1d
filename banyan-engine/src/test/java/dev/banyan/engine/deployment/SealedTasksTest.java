package dev.banyan.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.SealedBox;
import dev.banyan.api.v1.SealedEnvironment;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.TaskSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which changes of what is sealed replace a task. */
class SealedTasksTest {
    private static final ServiceManifest WEB = ServiceManifest.newBuilder()
            .setName("web")
            .setSealedEnvironment(sealed("digest", "box"))
            .addContentMounts(ContentMount.newBuilder().setContent("c1").setTarget("/key"))
            .build();

    @Test
    void carriesWhatIsSealedIntoTheTask() {
        var container = task(WEB).getContainer();

        assertThat(container.getSealedEnvironment()).isEqualTo(WEB.getSealedEnvironment());
        assertThat(container.getContentMountsList()).isEqualTo(WEB.getContentMountsList());
        assertThat(container.getEnvironmentCount()).isZero();
    }

    @Test
    void keepsATaskWhoseValuesAreInAnotherBox() {
        var other = WEB.toBuilder()
                .setSealedEnvironment(sealed("digest", "another box"))
                .build();

        assertThat(WantedTasks.same(task(other), task(WEB))).isTrue();
    }

    @Test
    void replacesATaskWhoseValuesOrContentsChanged() {
        var values =
                WEB.toBuilder().setSealedEnvironment(sealed("other", "box")).build();
        var content = WEB.toBuilder();
        content.getContentMountsBuilder(0).setContent("c2");
        var mode = WEB.toBuilder();
        mode.getContentMountsBuilder(0).setMode(0400);
        var none = WEB.toBuilder().clearSealedEnvironment();
        var plain = WEB.toBuilder().clearSealedEnvironment().putEnvironment("A", "1");

        for (var changed : java.util.List.of(values, content.build(), mode.build(), none.build(), plain.build())) {
            assertThat(WantedTasks.same(task(changed), task(WEB)))
                    .as(changed.toString())
                    .isFalse();
        }
    }

    private static SealedEnvironment sealed(String digest, String box) {
        return SealedEnvironment.newBuilder()
                .setDigest(digest)
                .setBox(SealedBox.newBuilder().setSealed(ByteString.copyFromUtf8(box)))
                .build();
    }

    private static TaskSpec task(ServiceManifest service) {
        var release = ReleaseSpec.newBuilder().putImages("web", "image").build();
        return WantedTasks.of(DeploymentSpec.getDefaultInstance(), "shop", release, service, Map.of());
    }
}
