package dev.banyan.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AnonymousVolume;
import dev.banyan.api.v1.HostPath;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.NamedVolume;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.Tmpfs;
import dev.banyan.api.v1.VolumeManifest;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MountRulesTest {
    private static final VolumeManifest DATA =
            VolumeManifest.newBuilder().setKey("data").build();

    private static List<String> violations(Manifest.Builder manifest) {
        return MountRules.violations(manifest.setName("shop").build(), List.of()).stream()
                .map(violation -> violation.field() + ": " + violation.message())
                .toList();
    }

    private static Manifest.Builder mounting(Mount.Builder... mounts) {
        var service = ServiceManifest.newBuilder().setName("db");
        for (var mount : mounts) {
            service.addMounts(mount);
        }
        return Manifest.newBuilder().addServices(service).addVolumes(DATA);
    }

    private static Mount.Builder at(String target) {
        return Mount.newBuilder().setTarget(target).setAnonymous(AnonymousVolume.getDefaultInstance());
    }

    private static Mount.Builder named(String name, String subpath) {
        return at("/d").setVolume(NamedVolume.newBuilder().setName(name).setSubpath(subpath));
    }

    private static Mount.Builder host(String path) {
        return at("/d").setHost(HostPath.newBuilder().setPath(path).setPropagation(HostPath.Propagation.RPRIVATE));
    }

    @Test
    void acceptsWhatTheLoaderMakes() {
        assertThat(violations(
                        mounting(named("data", "a/b"), at("/a"), host("/srv").setTarget("/h"))))
                .isEmpty();
    }

    @Test
    void refusesTargetsThatCannotBe() {
        assertThat(violations(mounting(at("d"), at("/proc"), at("/x"), at("/x"))))
                .containsExactly(
                        "services.db.volumes[0]: \"d\" is no absolute path",
                        "services.db.volumes[1]: /proc is the kernel's",
                        "services.db.volumes[3]: something else is mounted at /x");
    }

    @Test
    void refusesMoreMountsThanACommitTakes() {
        var many = IntStream.rangeClosed(0, 30).mapToObj(n -> at("/d" + n)).toArray(Mount.Builder[]::new);

        assertThat(violations(mounting(many))).containsExactly("services.db.volumes: at most 30 mounts, not 31");
    }

    @Test
    void refusesSourcesThatCannotBe() {
        assertThat(violations(mounting(named("date", ""))))
                .containsExactly("services.db.volumes[0]: there is no volume \"date\"");
        for (var subpath : List.of("/etc", "..", "a/../..", "a/../b")) {
            assertThat(violations(mounting(named("data", subpath))))
                    .singleElement()
                    .asString()
                    .contains("subpath");
        }
        assertThat(violations(mounting(at("/d").clearAnonymous())))
                .singleElement()
                .asString()
                .contains("says not what");
    }

    @Test
    void refusesPathsOfServersThatCannotBe() {
        for (var path : List.of("srv", "/srv/../etc", "", "/srv/")) {
            assertThat(violations(mounting(host(path))))
                    .singleElement()
                    .asString()
                    .contains("is no absolute path");
        }
        assertThat(violations(mounting(host("/run/docker.sock"))))
                .singleElement()
                .asString()
                .contains("no Docker");
        var unset = at("/d").setHost(HostPath.newBuilder().setPath("/srv"));
        assertThat(violations(mounting(unset))).singleElement().asString().contains("propagation");
    }

    @Test
    void whatIsBelowAPathIsReadOnlyOnlyWithThePath() {
        var below = HostPath.newBuilder()
                .setPath("/srv")
                .setPropagation(HostPath.Propagation.RPRIVATE)
                .setRecursion(HostPath.Recursion.READ_ONLY_BELOW);

        assertThat(violations(mounting(at("/d").setHost(below))))
                .singleElement()
                .asString()
                .contains("is read-only below, and not itself");
        assertThat(violations(mounting(at("/d").setHost(below).setReadOnly(true))))
                .isEmpty();
        assertThat(violations(mounting(at("/d").setHost(below.setRecursion(HostPath.Recursion.ALONE)))))
                .isEmpty();
        assertThat(violations(mounting(at("/d").setHost(below.setRecursionValue(9)))))
                .singleElement()
                .asString()
                .contains("that this version does not know");
    }

    @Test
    void refusesMemoryThatCannotBe() {
        assertThat(violations(mounting(at("/d").setTmpfs(Tmpfs.newBuilder().setSizeBytes(-1)))))
                .hasSize(1);
        assertThat(violations(mounting(at("/d").setTmpfs(Tmpfs.newBuilder().setMode(010000)))))
                .hasSize(1);
        assertThat(violations(mounting(at("/d").setTmpfs(Tmpfs.newBuilder().setUid(-1)))))
                .hasSize(1);
    }

    @Test
    void refusesVolumesThatCannotBeNamed() {
        var dotted =
                Manifest.newBuilder().addVolumes(VolumeManifest.newBuilder().setKey("a.b"));
        var shouted = Manifest.newBuilder()
                .addVolumes(VolumeManifest.newBuilder().setKey("a").setName("A"));
        var nameless = Manifest.newBuilder()
                .addVolumes(VolumeManifest.newBuilder().setKey("a").setExternal(true));
        var twice = Manifest.newBuilder()
                .addVolumes(DATA)
                .addVolumes(VolumeManifest.newBuilder().setKey("b").setName("shop.data"));

        assertThat(violations(dotted))
                .containsExactly("volumes.a.b: a volume without a name of its own has no dot in its key");
        assertThat(violations(shouted)).containsExactly("volumes.a: 'A' cannot be the name of a volume");
        assertThat(violations(nameless)).containsExactly("volumes.a: an external volume needs a name");
        assertThat(violations(twice)).containsExactly("volumes.b: is the same volume as another one: shop.data");
    }
}
