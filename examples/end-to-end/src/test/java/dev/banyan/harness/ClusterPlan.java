package dev.banyan.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a {@link Cluster} is made of.
 *
 * @param tags of each agent; as many as there are agents, 1 to 9
 * @param engineOptions of {@code banyan-engine run}, without dashes, beside those that the harness needs itself
 */
public record ClusterPlan(List<List<String>> tags, Map<String, String> engineOptions) {
    public ClusterPlan {
        tags = tags.stream().map(List::copyOf).toList();
        engineOptions = Map.copyOf(engineOptions);
    }

    /** So many agents without tags. */
    public static ClusterPlan agents(int count) {
        return new ClusterPlan(Stream.generate(List::<String>of).limit(count).toList(), Map.of());
    }

    /** The same, but the agent of that number, from 1, has these tags. */
    public ClusterPlan tagged(int agent, String... its) {
        var all = new ArrayList<>(tags);
        all.set(agent - 1, List.of(its));
        return new ClusterPlan(all, engineOptions);
    }

    /** The same, but the engine runs with this option. */
    public ClusterPlan engineOption(String name, String value) {
        var more = new TreeMap<>(engineOptions);
        more.put(name, value);
        return new ClusterPlan(tags, more);
    }
}
