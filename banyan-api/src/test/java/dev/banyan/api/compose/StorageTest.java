package dev.banyan.api.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.HostPath;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.Tmpfs;
import dev.banyan.api.v1.VolumeManifest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageTest {
    private static ServiceManifest web(String volumes, String line) {
        return ComposeFiles.loaded(ComposeFiles.webText(line) + volumes).getServices(0);
    }

    private static Mount only(String line) {
        return web("volumes: {data: }\n", line).getMounts(0);
    }

    @Test
    void takesANamedVolumeInBothForms() {
        var brief = only("volumes: [\"data:/srv:ro,nocopy\"]");
        var whole =
                only("volumes: [{type: volume, source: data, target: /srv/, read_only: true, volume: {nocopy: true}}]");

        assertThat(brief).isEqualTo(whole);
        assertThat(brief.getTarget()).isEqualTo("/srv");
        assertThat(brief.getReadOnly()).isTrue();
        assertThat(brief.getVolume().getName()).isEqualTo("data");
        assertThat(brief.getVolume().getNocopy()).isTrue();
        assertThat(only("volumes: [\"data:/srv\"]").getVolume().getNocopy()).isFalse();
    }

    @Test
    void takesADirectoryOfAVolume() {
        assertThat(only("volumes: [{type: volume, source: data, target: /srv, volume: {subpath: a/b}}]")
                        .getVolume()
                        .getSubpath())
                .isEqualTo("a/b");
    }

    @Test
    void takesAVolumeWithoutAName() {
        assertThat(only("volumes: [/srv]").hasAnonymous()).isTrue();
        assertThat(only("volumes: [{type: volume, target: /srv, volume: {nocopy: true}}]")
                        .getAnonymous()
                        .getNocopy())
                .isTrue();
    }

    @Test
    void takesAPathOfTheServers() {
        var brief = only("volumes: [\"/data/media:/media:ro,rslave\"]");
        var whole = only("volumes: [{type: bind, source: /data/media/, target: /media}]");

        assertThat(brief.getHost())
                .isEqualTo(HostPath.newBuilder()
                        .setPath("/data/media")
                        .setCreate(true)
                        .setPropagation(HostPath.Propagation.RSLAVE)
                        .build());
        assertThat(brief.getReadOnly()).isTrue();
        assertThat(whole.getHost().getPath()).isEqualTo("/data/media");
        assertThat(whole.getHost().getCreate())
                .as("the long form makes nothing unless told")
                .isFalse();
        assertThat(whole.getHost().getPropagation()).isEqualTo(HostPath.Propagation.RPRIVATE);
    }

    @Test
    void takesWhatIsToBeSeenBelowAPath() {
        var form = "volumes: [{type: bind, source: /data, target: /d, read_only: true, bind: {recursive: %s}}]";

        assertThat(only(form.formatted("disabled")).getHost().getRecursion()).isEqualTo(HostPath.Recursion.ALONE);
        assertThat(only(form.formatted("readonly")).getHost().getRecursion())
                .isEqualTo(HostPath.Recursion.READ_ONLY_BELOW);
        for (var usual : List.of("enabled", "writable")) {
            assertThat(only(form.formatted(usual)).getHost().getRecursion())
                    .isEqualTo(HostPath.Recursion.RECURSION_UNSPECIFIED);
        }
    }

    @Test
    void takesMemoryInAllItsForms() {
        assertThat(only("tmpfs: /run").getTmpfs()).isEqualTo(Tmpfs.getDefaultInstance());
        var options = only("tmpfs: [\"/run:size=64m,mode=1770,uid=7,gid=8,exec,ro,nosuid\"]");
        assertThat(options.getTmpfs())
                .isEqualTo(Tmpfs.newBuilder()
                        .setSizeBytes(64 << 20)
                        .setMode(01770)
                        .setUid(7)
                        .setGid(8)
                        .setExec(true)
                        .build());
        assertThat(options.getReadOnly()).isTrue();
        assertThat(only("volumes: [{type: tmpfs, target: /run, tmpfs: {size: 1g, mode: \"0700\"}}]")
                        .getTmpfs())
                .isEqualTo(
                        Tmpfs.newBuilder().setSizeBytes(1 << 30).setMode(0700).build());
    }

    @Test
    void ordersMountsByTheirTargets() {
        assertThat(web(
                                "volumes: {data: }\n",
                                "{volumes: [\"data:/z\", /a], tmpfs: [/m]}"
                                        .replaceAll("[{}]", "")
                                        .replace(", tmpfs", "\n    tmpfs"))
                        .getMountsList())
                .extracting(Mount::getTarget)
                .containsExactly("/a", "/m", "/z");
    }

    @Test
    void takesFromTheTopTheVolumesThatAreMounted() {
        var manifest = ComposeFiles.loaded(
                ComposeFiles.webText("volumes: [\"own:/a\", \"named:/b\", \"Theirs:/c\", \"bare:/d\"]")
                        + "volumes:\n  own: {labels: {a: b}, driver: local}\n  named: {name: shop.files}\n"
                        + "  Theirs: {external: true, name: them.files}\n  bare:\n  unused: {}\n");

        assertThat(manifest.getVolumesList())
                .containsExactly(
                        VolumeManifest.newBuilder()
                                .setKey("Theirs")
                                .setName("them.files")
                                .setExternal(true)
                                .build(),
                        VolumeManifest.newBuilder().setKey("bare").build(),
                        VolumeManifest.newBuilder()
                                .setKey("named")
                                .setName("shop.files")
                                .build(),
                        VolumeManifest.newBuilder()
                                .setKey("own")
                                .putLabels("a", "b")
                                .build());
    }

    @Test
    void takesAnExternalVolumeByItsKey() {
        var manifest = ComposeFiles.loaded(
                ComposeFiles.webText("volumes: [\"files:/a\"]") + "volumes:\n  files: {external: true}\n");

        assertThat(manifest.getVolumes(0).getName()).isEqualTo("files");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "volumes: [\"./site:/srv\"];\"site\" is not there",
                "volumes: [\"/srv/app/site:/srv\"];\"/srv/app/site\" is not there",
                "volumes: [\"../site:/srv\"];\"../site\" lies outside of the project's directory",
                "volumes: [\"~/site:/srv\"];is in a home directory that servers do not have",
                "volumes: [\"C:\\\\\\\\site:/srv\"];is a path of Windows",
                "volumes: [\"/var/run/docker.sock:/var/run/docker.sock\"];there is no Docker on the servers",
                "volumes: [\"/data:/srv:rshared\"];\"rshared\" would let a container mount on its server",
                "volumes: [\"data:srv\"];\"srv\" is no absolute path",
                "volumes: [\"data:/\"];nothing can be mounted over the whole container",
                "volumes: [\"data:/proc\"];/proc is the kernel's",
                "volumes: [\"data:/etc/hosts\"];/etc/hosts is written by the cluster",
                "volumes: [{type: image, source: x, target: /srv}];an image cannot be mounted",
                "volumes: [{type: npipe, source: x, target: /srv}];named pipes are of Windows",
                "volumes: [{type: cluster, source: x, target: /srv}];there are no cluster volumes",
                "tmpfs: [\"/run:sise=1m\"];\"sise=1m\" is no option of tmpfs",
                "tmpfs: [\"/run:size=much\"];\"size=much\" is wrong",
                "tmpfs: [\"/run:size\"];\"size\" is wrong",
                "tmpfs: [\"/run:ro=1\"];\"ro=1\" is wrong",
                "tmpfs: [\"/run:mode=999\"];\"mode=999\" is wrong",
                "tmpfs: [\"/run:uid=me\"];\"uid=me\" is wrong",
                "tmpfs: [\"/run\", \"/run/\"];something else is mounted at /run",
                "tmpfs: [\"run\"];\"run\" is no absolute path",
            })
    void refusesWhatServersDoNotHave(String line, String message) {
        assertThat(ComposeFiles.reasons(ComposeFiles.webText(line) + "volumes: {data: }\n"))
                .anySatisfy(reason -> assertThat(reason).startsWith("4:").contains(message));
    }

    @Test
    void refusesMoreMountsThanOneCommitTakes() {
        var many = java.util.stream.IntStream.rangeClosed(0, 30)
                .mapToObj(n -> "/d" + n)
                .toList();

        assertThat(ComposeFiles.reasons(ComposeFiles.webText("volumes: " + many)))
                .singleElement()
                .asString()
                .contains("mounts 31 paths; at most 30 are possible");
        assertThat(ComposeFiles.web("volumes: " + many.subList(0, 30)).getMountsCount())
                .isEqualTo(30);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a.b: {};a.b;cannot be part of a volume's name",
                "-a: {};-a;cannot be part of a volume's name",
                "a: {name: Shop};a;\"Shop\" cannot be the name of a volume",
                "a: {driver: nfs};a;\"driver\" is not supported",
                "a: {driver_opts: {type: nfs}};a;\"driver_opts\" is not supported",
            })
    void refusesVolumesThatCannotBe(String line, String key, String message) {
        assertThat(ComposeFiles.reasons(
                        ComposeFiles.webText("volumes: [\"" + key + ":/a\"]") + "volumes:\n  " + line + "\n"))
                .anySatisfy(reason -> assertThat(reason).startsWith("6:").contains(message));
    }

    @Test
    void refusesKeysThatDifferInCaseOnly() {
        assertThat(ComposeFiles.reasons(
                        ComposeFiles.webText("volumes: [\"data:/a\", \"Data:/b\"]") + "volumes: {data: , Data: }\n"))
                .singleElement()
                .asString()
                .contains("in upper and lower case only");
    }

    @Test
    void ignoresWhatSaysNothingAboutServers() {
        assertThat(ComposeFiles.reasons(
                        ComposeFiles.webText("volumes: [\"data:/a:cached\", \"/data:/b:z\"]") + "volumes: {data: }\n"))
                .isEmpty();
    }

    @Test
    void saysNothingOfMountsWhereThereAreNone() {
        assertThat(ComposeFiles.web()).isEqualTo(ComposeFiles.web("volumes: []", "tmpfs: []"));
        assertThat(ComposeFiles.loaded(ComposeFiles.webText()).getVolumesList()).isEqualTo(List.of());
    }
}
