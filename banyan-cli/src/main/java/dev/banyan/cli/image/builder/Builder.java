package dev.banyan.cli.image.builder;

import dev.banyan.api.compose.image.Build;
import dev.banyan.cli.context.ContextException;
import dev.banyan.cli.context.ProgramPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A program that builds images, in the order in which they are looked for. */
public enum Builder {
    BUILDAH,
    DOCKER,
    PODMAN,
    NERDCTL;

    /** Which of them is to be used, whatever else there is. */
    public static final String VARIABLE = "BANYAN_BUILDER";

    /** Its name as a program. */
    public String program() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The builder of this machine.
     *
     * @param asked by the user, before the environment's
     * @throws ContextException when there is none, or not the one that was asked for
     */
    public static Builder find(Optional<String> asked, Map<String, String> environment) {
        var name = asked.or(() -> Optional.ofNullable(environment.get(VARIABLE)).filter(value -> !value.isEmpty()));
        var candidates = name.map(wanted -> List.of(named(wanted))).orElse(List.of(values()));
        return candidates.stream()
                .filter(candidate ->
                        ProgramPath.find(candidate.program(), environment).isPresent())
                .findFirst()
                .orElseThrow(() -> new ContextException((name.isPresent()
                                ? "There is no " + name.get() + " on this machine to build images with.\n"
                                : "There is nothing on this machine to build images with: no buildah, docker, podman or nerdctl.\n")
                        + "On Debian: apt-get install buildah\n"
                        + "Or build and push them elsewhere, and name them under \"image\".\n"));
    }

    private static Builder named(String name) {
        return Arrays.stream(values())
                .filter(builder -> builder.program().equals(name))
                .findFirst()
                .orElseThrow(() -> new ContextException(
                        "'" + name + "' is no builder: there are buildah, docker, podman and nerdctl.\n"));
    }

    /** What it cannot do of a build, by the names of the keys. */
    List<String> missing(Build build) {
        var missing = new ArrayList<String>();
        boolean buildkit = this == DOCKER || this == NERDCTL;
        unless(this == DOCKER, !build.caches().unused().isEmpty(), "no_cache_filter", missing);
        unless(this == DOCKER, !build.surroundings().grants().isEmpty(), "entitlements", missing);
        unless(this != NERDCTL, build.surroundings().shm().isPresent(), "shm_size", missing);
        unless(this != NERDCTL, !build.surroundings().ulimits().isEmpty(), "ulimits", missing);
        unless(this != DOCKER, build.platforms().size() > 1, "platforms (more than one)", missing);
        unless(buildkit || plain(build.caches().from()), true, "cache_from (other than images)", missing);
        unless(buildkit || plain(build.caches().to()), true, "cache_to (other than images)", missing);
        return missing;
    }

    private static void unless(boolean able, boolean asked, String key, List<String> missing) {
        if (!able && asked) {
            missing.add(key);
        }
    }

    /** Buildah and podman know images alone. */
    private static boolean plain(List<String> caches) {
        return caches.stream().noneMatch(cache -> cache.contains("type=") && !cache.contains("type=registry"));
    }
}
