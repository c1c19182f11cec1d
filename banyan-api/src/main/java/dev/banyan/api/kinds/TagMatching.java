package dev.banyan.api.kinds;

import java.util.Collections;
import java.util.List;

/** Which agents an app with tags may use. */
public final class TagMatching {
    private TagMatching() {}

    /** True when neither has tags, or they have one in common. */
    public static boolean matches(List<String> deployment, List<String> agent) {
        return deployment.isEmpty() ? agent.isEmpty() : !Collections.disjoint(deployment, agent);
    }
}
