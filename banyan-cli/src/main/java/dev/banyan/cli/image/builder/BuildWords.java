package dev.banyan.cli.image.builder;

import dev.banyan.api.compose.image.Build;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The programs that build one image, as lists of words. Pure. */
final class BuildWords {
    /** Where an archive is unpacked, or a layout is written, below the work directory. */
    static final String IMAGE = "image";

    private static final String ARCHIVE = "image.tar";

    private final Builder builder;
    private final Build build;
    private final Place place;

    BuildWords(Builder builder, Build build, Place place) {
        this.builder = builder;
        this.build = build;
        this.place = place;
    }

    /**
     * What was laid ready for one build.
     *
     * @param work directory of its own
     * @param name under which the builder keeps the image
     * @param dockerfile as a builder is told; empty for its default
     * @param secrets files by id
     */
    record Place(Path work, String name, String dockerfile, Map<String, Path> secrets) {
        Place {
            secrets = Map.copyOf(secrets);
        }

        Path image() {
            return work.resolve(IMAGE);
        }
    }

    /** One after the other; the image is then in {@link Place#image}. */
    List<List<String>> programs() {
        var archive = place.work().resolve(ARCHIVE).toString();
        var unpack = List.of(
                "tar",
                "--extract",
                "--file",
                archive,
                "--directory",
                place.image().toString());
        var layout = "oci:" + place.image() + ":latest";
        return switch (builder) {
            case BUILDAH, PODMAN -> List.of(built(List.of()), pushed(layout));
            case DOCKER ->
                List.of(built(List.of()), List.of("docker", "save", "--output", archive, place.name()), unpack);
            case NERDCTL -> List.of(built(List.of("--output", "type=oci,dest=" + archive)), unpack);
        };
    }

    private List<String> pushed(String layout) {
        var program = builder.program();
        return several()
                ? List.of(program, "manifest", "push", "--all", place.name(), layout)
                : List.of(program, "push", "--format", "oci", place.name(), layout);
    }

    private boolean several() {
        return build.platforms().size() > 1;
    }

    private List<String> built(List<String> more) {
        var words = new ArrayList<>(List.of(builder.program(), "build"));
        boolean daemonless = builder == Builder.BUILDAH || builder == Builder.PODMAN;
        if (builder == Builder.BUILDAH) {
            words.add("--layers");
        }
        words.addAll(List.of(daemonless && several() ? "--manifest" : "--tag", place.name()));
        if (!place.dockerfile().isEmpty()) {
            words.addAll(List.of("--file", place.dockerfile()));
        }
        build.dockerfile().target().ifPresent(target -> words.addAll(List.of("--target", target)));
        if (!build.platforms().isEmpty()) {
            words.addAll(List.of("--platform", String.join(",", build.platforms())));
        }
        pairs(words, "--build-arg", build.values().args());
        pairs(words, "--label", build.values().labels());
        pairs(words, "--build-context", build.values().contexts());
        caches(words, daemonless);
        surroundings(words);
        words.addAll(more);
        words.add(build.context());
        return words;
    }

    private void caches(List<String> words, boolean daemonless) {
        var caches = build.caches();
        if (caches.none()) {
            words.add("--no-cache");
        }
        if (caches.pull()) {
            words.add(daemonless ? "--pull-always" : "--pull");
        }
        each(
                words,
                "--cache-from",
                caches.from().stream().map(cache -> cache(cache, daemonless)).toList());
        each(
                words,
                "--cache-to",
                caches.to().stream().map(cache -> cache(cache, daemonless)).toList());
        each(words, "--no-cache-filter", caches.unused());
    }

    private static String cache(String written, boolean daemonless) {
        return daemonless ? written.replace("type=registry,ref=", "") : written;
    }

    private void surroundings(List<String> words) {
        var around = build.surroundings();
        around.network().ifPresent(network -> words.addAll(List.of("--network", network)));
        each(
                words,
                "--add-host",
                around.hosts().stream().map(host -> host.replaceFirst("=", ":")).toList());
        around.shm().ifPresent(bytes -> words.addAll(List.of("--shm-size", bytes + "b")));
        each(words, "--ulimit", around.ulimits());
        each(words, "--ssh", around.ssh());
        each(words, "--allow", around.grants());
        new TreeMap<>(place.secrets())
                .forEach((id, file) -> words.addAll(List.of("--secret", "id=" + id + ",src=" + file)));
    }

    private static void pairs(List<String> words, String option, Map<String, String> pairs) {
        new TreeMap<>(pairs).forEach((name, value) -> words.addAll(List.of(option, name + "=" + value)));
    }

    private static void each(List<String> words, String option, List<String> values) {
        values.forEach(value -> words.addAll(List.of(option, value)));
    }
}
