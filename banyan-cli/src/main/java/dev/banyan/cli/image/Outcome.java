package dev.banyan.cli.image;

import java.util.List;
import java.util.Map;

/**
 * How a preparation ended.
 *
 * @param digests by image name, of all that were built or brought into the cluster now or before
 * @param problems of the others; none when all is well
 */
public record Outcome(Map<String, String> digests, List<Problem> problems) {
    public Outcome {
        digests = Map.copyOf(digests);
        problems = List.copyOf(problems);
    }

    /** Why a service has no image; in lines for people. */
    public record Problem(String service, String words) {}
}
