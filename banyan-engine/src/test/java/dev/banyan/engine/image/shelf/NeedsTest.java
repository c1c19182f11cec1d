package dev.banyan.engine.image.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.engine.World;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NeedsTest {
    private final World world = new World();

    @Test
    void areOfAllReleasesAndOfTasks() {
        release("shop", 1, "registry.banyan/apps/shop/web@sha256:1");
        release("shop", 2, "registry.banyan/apps/shop/web@sha256:2");
        release("blog", 1, "registry.banyan/mirror/docker.io/library/redis@sha256:3");
        release("more", 1, "registry.banyan/mirror/docker.io/library/redis@sha256:3");
        world.task(
                "old.web.7.0.0",
                "",
                task -> task.setContainer(
                        ContainerSpec.newBuilder().setImage("registry.banyan/apps/old/web@sha256:4")));

        assertThat(Needs.of(world.store).apps())
                .containsEntry("apps/shop/web@sha256:1", new TreeSet<>(List.of("shop")))
                .containsEntry("apps/shop/web@sha256:2", new TreeSet<>(List.of("shop")))
                .containsEntry("mirror/docker.io/library/redis@sha256:3", new TreeSet<>(List.of("blog", "more")))
                .containsEntry("apps/old/web@sha256:4", new TreeSet<>(List.of("old")))
                .hasSize(4);
    }

    @Test
    void areNoneOfWhatIsNotTheClusters() {
        release("shop", 1, "docker.io/library/redis@sha256:1");
        world.task("shop.web.1.0.0", "");

        assertThat(Needs.of(world.store).apps()).isEmpty();
    }

    private void release(String app, int number, String image) {
        world.create(
                Kinds.RELEASES,
                Kinds.RELEASES.key("default", app + "." + number),
                ReleaseSpec.newBuilder()
                        .setDeployment(app)
                        .setNumber(number)
                        .putImages("web", image)
                        .build());
    }
}
