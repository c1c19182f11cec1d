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
 * @param engines 1, or 2 on the same server and etcd
 * @param engineOptions of {@code banyan-engine run}, without dashes, beside those that the harness needs itself
 * @param agentOptions of {@code banyan-agent run}, likewise, by the number of the agent
 */
public record ClusterPlan(
        List<List<String>> tags,
        int engines,
        Map<String, String> engineOptions,
        Map<Integer, Map<String, String>> agentOptions) {
    /** What a busy machine keeps silent for the usual seven seconds is not to be replaced, unless a test is about that. */
    private static final Map<String, String> PATIENT = Map.of("lost", "60s");

    public ClusterPlan {
        tags = tags.stream().map(List::copyOf).toList();
        engineOptions = Map.copyOf(engineOptions);
        agentOptions = Map.copyOf(agentOptions);
    }

    /** So many agents without tags, which are lost after a minute of silence. */
    public static ClusterPlan agents(int count) {
        return new ClusterPlan(Stream.generate(List::<String>of).limit(count).toList(), 1, PATIENT, Map.of());
    }

    /** The same, but the agent of that number, from 1, has these tags. */
    public ClusterPlan tagged(int agent, String... its) {
        var all = new ArrayList<>(tags);
        all.set(agent - 1, List.of(its));
        return new ClusterPlan(all, engines, engineOptions, agentOptions);
    }

    /** The same with a {@link SecondEngine}. Agents ask the first engine first, and the CLI the second. */
    public ClusterPlan withTwoEngines() {
        return new ClusterPlan(tags, 2, engineOptions, agentOptions);
    }

    /** The same, but the engine runs with this option. */
    public ClusterPlan engineOption(String name, String value) {
        var more = new TreeMap<>(engineOptions);
        more.put(name, value);
        return new ClusterPlan(tags, engines, more, agentOptions);
    }

    /** The same, but the agents run with this option. */
    public ClusterPlan agentOption(String name, String value) {
        var changed = this;
        for (int agent = 1; agent <= tags.size(); agent++) {
            changed = changed.agentOption(agent, name, value);
        }
        return changed;
    }

    /** The same, but the agent of that number, from 1, runs with this option. */
    public ClusterPlan agentOption(int agent, String name, String value) {
        var its = new TreeMap<>(agentOptions.getOrDefault(agent, Map.of()));
        its.put(name, value);
        var more = new TreeMap<>(agentOptions);
        more.put(agent, Map.copyOf(its));
        return new ClusterPlan(tags, engines, engineOptions, more);
    }
}
