package dev.banyan.api.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "redis, docker.io/library/redis, latest, mirror/docker.io/library/redis",
        "redis:7, docker.io/library/redis:7, 7, mirror/docker.io/library/redis",
        "team/web:a.b-C_d, docker.io/team/web:a.b-C_d, a.b-C_d, mirror/docker.io/team/web",
        "docker.io/redis, docker.io/library/redis, latest, mirror/docker.io/library/redis",
        "index.docker.io/team/web, docker.io/team/web, latest, mirror/docker.io/team/web",
        "ghcr.io/a/b/c:1, ghcr.io/a/b/c:1, 1, mirror/ghcr.io/a/b/c",
        "GHCR.io/a, ghcr.io/a, latest, mirror/ghcr.io/a",
        "localhost/x, localhost/x, latest, mirror/localhost/x",
        "localhost:5000/x, localhost:5000/x, latest, mirror/localhost_5000/x",
        "registry.example.org:443/x/y:2, registry.example.org:443/x/y:2, 2, mirror/registry.example.org_443/x/y",
        "registry.banyan/team/web:1, registry.banyan/team/web:1, 1, team/web",
    })
    void readsNamesAsDockerDoes(String written, String full, String reference, String repository) {
        var name = ImageName.parse(written);

        assertThat(name).hasToString(full);
        assertThat(name.reference()).isEqualTo(reference);
        assertThat(name.clusterRepository()).isEqualTo(repository);
        assertThat(name.clusterTag()).isEqualTo(reference);
    }

    @Test
    void goesByTheDigestWhereThereIsOne() {
        var name = ImageName.parse("redis:7@" + DIGEST);

        assertThat(name.reference()).isEqualTo(DIGEST);
        assertThat(name.clusterTag()).isEqualTo(DIGEST.replace(':', '-'));
        assertThat(name.inCluster(DIGEST)).isEqualTo("registry.banyan/mirror/docker.io/library/redis@" + DIGEST);
    }

    @ParameterizedTest
    @CsvSource({"redis", "team/web", "ghcr.io/a/b/c", "localhost:5000/x", "registry.example.org:443/x/y"})
    void isKnownByItsOwnNameAgain(String written) {
        var kept = ImageName.CLUSTER + "/" + ImageName.parse(written).clusterRepository();

        assertThat(ImageName.familiar(kept)).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource({
        "registry.banyan/team/web, team/web",
        "registry.banyan/apps/shop/web, apps/shop/web",
        "registry.banyan/mirror/odd, mirror/odd",
        "elsewhere/mirror/x, elsewhere/mirror/x",
    })
    void whatWasNotFetchedKeepsItsPath(String kept, String familiar) {
        assertThat(ImageName.familiar(kept)).isEqualTo(familiar);
    }

    @Test
    void keepsHostsApartThatDifferInTheirPorts() {
        assertThat(ImageName.parse("localhost:5000/x").clusterRepository())
                .isNotEqualTo(ImageName.parse("localhost:5001/x").clusterRepository());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Redis",
                "redis:",
                "redis:a b",
                "redis@sha256:12",
                "redis@md5:12",
                "ghcr.io/",
                "ghcr.io//x",
                "ghcr.io/../x",
                "ghcr.io/x/",
                "-x.io/y",
                "[::1]:5000/x",
                "a.b:port/x",
                "redis:7/../../x",
            })
    void refusesWhatIsNoName(String written) {
        assertThatThrownBy(() -> ImageName.parse(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + written + "' is no image name: ");
    }

    @Test
    void refusesNamesThatAMirrorCouldNotKeep() {
        assertThatThrownBy(() -> ImageName.parse("x.io/" + "a".repeat(300))).hasMessageContaining("longer than 200");
    }
}
