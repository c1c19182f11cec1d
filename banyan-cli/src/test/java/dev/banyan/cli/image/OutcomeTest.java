package dev.banyan.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.cli.image.Provision.Way;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static final Provision THERE = Provision.there("redis:7", "sha256:1");
    private static final Provision FETCHED =
            new Provision("nginx", new Way.Fetched("docker.io", 5), Optional.of("sha256:2"));
    private static final Provision BUILT = new Provision("web", new Way.Built("buildah"), Optional.empty());

    @Test
    void knowsTheDigestsOfAllThatHaveOne() {
        assertThat(outcome().digests()).isEqualTo(Map.of("redis:7", "sha256:1", "nginx", "sha256:2"));
    }

    @Test
    void tellsWhatIsThereFromWhatComes() {
        assertThat(outcome().there()).isEqualTo(Map.of("redis:7", "sha256:1"));
        assertThat(outcome().coming()).isEqualTo(Map.of("nginx", "sha256:2", "web", ""));
    }

    @Test
    void eachImageIsEitherThereOrComes() {
        var all = new java.util.HashMap<>(outcome().there());
        all.putAll(outcome().coming());

        assertThat(all).containsOnlyKeys("redis:7", "nginx", "web");
        assertThat(new Outcome(List.of(), List.of(), false).coming()).isEmpty();
    }

    private static Outcome outcome() {
        return new Outcome(List.of(THERE, FETCHED, BUILT), List.of(), false);
    }
}
