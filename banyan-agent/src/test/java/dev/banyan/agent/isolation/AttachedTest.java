package dev.banyan.agent.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.watch.SandboxWatcher;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.SettingsTree;
import dev.banyan.api.twin.TwinPrefix;
import dev.banyan.runtime.simulation.Simulation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A container that shall have IPv6: when it gets it. */
class AttachedTest {
    private static final String LABEL = "task";
    private static final String OFF = "net/ipv6/conf/veth1/disable_ipv6";
    private static final String ROUTES = "[{\"dst\":\"10.192.3.7\",\"dev\":\"veth1\"}%s]";
    private static final String TWIN = ",{\"dst\":\"fd5c:1:2:c003::7\",\"dev\":\"veth1\"}";

    private final Simulation simulation = new Simulation(1);
    private final Map<String, String> settings = new HashMap<>(Map.of(OFF, "0", "net/ipv6/conf/veth1/accept_ra", "1"));
    private final List<String> changes = new ArrayList<>();
    private final Attached attached = new Attached(
            simulation.process("agent").env(),
            this::run,
            new Settings(),
            Drawn.RANGES.with(TwinPrefix.parse("fd5c:1:2::/48")),
            LABEL);
    private boolean routed;
    private boolean refuses;
    private Runnable meanwhile = () -> {};

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    private CommandResult run(CommandLine line) {
        var words = String.join(" ", line.arguments());
        meanwhile.run();
        if (!words.contains(" -j ")) {
            if (refuses) {
                return new CommandResult(line, 2, "", "RTNETLINK answers: drawn");
            }
            changes.add(words);
        }
        var listed = words.endsWith("list-id")
                ? "[{\"nsid\":0,\"name\":\"cni-1\"}]"
                : words.contains("link show")
                        ? "[{\"ifname\":\"veth1\",\"link_netnsid\":0}]"
                        : ROUTES.formatted(routed ? TWIN : "");
        return new CommandResult(line, 0, listed, "");
    }

    private final class Settings implements SettingsTree {
        @Override
        public boolean has(String name) {
            return settings.containsKey(name);
        }

        @Override
        public String value(String name) {
            return settings.getOrDefault(name, "");
        }

        @Override
        public void set(String name, String value) {
            settings.put(name, value);
        }
    }

    private void seen(Map<String, String> annotations) throws InterruptedException {
        attached.seen(sandbox("s1", "10.192.3.7", annotations));
        attached.settle();
    }

    private static ObservedSandbox sandbox(String id, String address, Map<String, String> annotations) {
        return new ObservedSandbox(
                id, "name", "uid", 0, true, Optional.of(address), Map.of(LABEL, "default/shop.web.1.0.0"), annotations);
    }

    private static final Map<String, String> DUAL = Map.of(SandboxWatcher.NETWORK, SandboxWatcher.DUAL);

    /** Rules without the other one would cut it off, and an agent starts while its containers serve. */
    @Test
    void isNotCompleteByWhatIsSeenDuringTheLook() throws InterruptedException {
        attached.seen(sandbox("s1", "10.192.3.7", Map.of()));
        meanwhile = () -> {
            attached.seen(sandbox("s2", "10.192.3.8", Map.of()));
            attached.allSeen();
        };

        assertThat(attached.settle()).as("the other one may have come too late").isFalse();

        meanwhile = () -> {};
        assertThat(attached.settle()).isTrue();
    }

    @Test
    void hasNoIpv6BeforeThereAreRulesForIt() throws InterruptedException {
        seen(DUAL);
        assertThat(settings).containsEntry(OFF, "1");
        attached.led(List.of());
        assertThat(settings).containsEntry(OFF, "1");
        assertThat(changes).isEmpty();

        attached.led(attached.containers());
        assertThat(settings).containsEntry(OFF, "0").containsEntry("net/ipv6/conf/veth1/accept_ra", "0");
        assertThat(changes).hasSize(5);
        attached.led(attached.containers());
        assertThat(changes).as("once").hasSize(5);
    }

    @Test
    void whatARestartedAgentFindsRightIsLeftAlone() throws InterruptedException {
        routed = true;
        settings.put("net/ipv6/conf/veth1/accept_ra", "0");
        seen(DUAL);
        attached.led(attached.containers());

        assertThat(settings).containsEntry(OFF, "0");
        assertThat(changes).isEmpty();
    }

    @Test
    void aRefusalIsTriedAgain() throws InterruptedException {
        refuses = true;
        seen(DUAL);
        attached.led(attached.containers());
        assertThat(changes).isEmpty();

        refuses = false;
        attached.led(attached.containers());
        assertThat(changes).hasSize(5);
    }

    @Test
    void othersHaveIpv4Alone() throws InterruptedException {
        seen(Map.of());
        attached.led(attached.containers());

        assertThat(settings).containsEntry(OFF, "1");
        assertThat(changes).isEmpty();
    }
}
