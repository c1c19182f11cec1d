package dev.banyan.api.compose.verdict;

/** Verdicts on where images come from. */
final class ImageVerdicts {
    private static final String BY_BUILDER = "Where the builder that is found can; else refused.";

    private ImageVerdicts() {}

    static void fill(VerdictTable service) {
        service.honoured("image", "Of any registry: it is brought into the cluster's, and resolved to a digest once.")
                .honoured("build", "On the user's machine, by buildah, docker, podman or nerdctl.")
                .honoured(
                        "pull_policy",
                        "missing by default. A service with a build is built when the cluster has not its image.")
                .honoured("pull_refresh_after", "For pull_policy refresh.");
        var build = service.below("build");
        build.honoured("additional_contexts", BY_BUILDER)
                .honoured("args", "A name without a value takes the caller's.")
                .honoured("cache_from", BY_BUILDER)
                .honoured("cache_to", BY_BUILDER)
                .honoured("context", "A directory, or an address that the builder fetches.")
                .honoured("dockerfile", "")
                .honoured("dockerfile_inline", "")
                .honoured("entitlements", BY_BUILDER)
                .honoured("extra_hosts", "")
                .honoured("labels", "")
                .honoured("network", "")
                .honoured("no_cache", "")
                .honoured("no_cache_filter", BY_BUILDER)
                .honoured("platforms", "Two or more where the builder that is found can; else refused.")
                .honoured("pull", "")
                .honoured("secrets", "Of a file or of a variable of the user's machine.")
                .honoured("shm_size", "")
                .honoured("ssh", "")
                .honoured("tags", "More names in the cluster.")
                .honoured("target", "")
                .honoured("ulimits", "")
                .never("isolation", "it is for builders of Windows")
                .never("privileged", "builders run as the user who calls them", "write \"entitlements\"")
                .unless("false", "privileged")
                .never("provenance", "images are pushed without attestations")
                .unless("false", "provenance")
                .never("sbom", "images are pushed without attestations")
                .unless("false", "sbom");
        build.below("ulimits.*").honoured("soft", "").honoured("hard", "");
        build.below("secrets.*")
                .honoured("source", "")
                .honoured("target", "The id in the Dockerfile.")
                .never("uid", "a Dockerfile says it itself", "write it at its --mount")
                .never("gid", "a Dockerfile says it itself", "write it at its --mount")
                .never("mode", "a Dockerfile says it itself", "write it at its --mount");
    }
}
