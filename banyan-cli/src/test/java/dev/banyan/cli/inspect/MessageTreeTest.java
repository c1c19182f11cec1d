package dev.banyan.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.google.protobuf.ByteString;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.ExtraHost;
import dev.banyan.api.v1.PullStatus;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.TaskStatus;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class MessageTreeTest {
    @Test
    void hasWhatIsSetUnderTheNamesOfTheSchemaInItsOrder() {
        var status = TaskStatus.newBuilder()
                .setMessage("waits")
                .setState(TaskStatus.State.STARTING)
                .setStartedAtMs(5_000_000_000L)
                .setReady(true)
                .build();

        assertThat(MessageTree.of(status))
                .containsExactly(
                        entry("state", "starting"),
                        entry("ready", true),
                        entry("message", "waits"),
                        entry("started_at_ms", 5_000_000_000L));
    }

    @Test
    void messagesWithinAreTreesAndListsKeepTheirOrder() {
        var settings = ContainerSettings.newBuilder()
                .addGroups(9)
                .addGroups(3)
                .addExtraHosts(ExtraHost.newBuilder().setName("b").setAddress("192.0.2.1"))
                .addExtraHosts(ExtraHost.newBuilder().setName("a"))
                .build();

        assertThat(MessageTree.of(settings))
                .containsOnly(
                        entry("groups", List.of(9, 3)),
                        entry(
                                "extra_hosts",
                                List.of(Map.of("name", "b", "address", "192.0.2.1"), Map.of("name", "a"))));
    }

    @Test
    void mapsAreOrderedByTheirKeys() {
        var settings = ContainerSettings.newBuilder()
                .putLabels("z", "1")
                .putLabels("a", "")
                .putLabels("m", "3")
                .build();

        assertThat(MessageTree.of(settings).get("labels"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsExactly(entry("a", ""), entry("m", "3"), entry("z", "1"));
    }

    @Test
    void ofAnEnvironmentOnlyTheNamesAreTold() {
        var spec = ContainerSpec.newBuilder()
                .putEnvironment("TOKEN", "k7secret")
                .putEnvironment("COLOUR", "red")
                .build();

        assertThat(MessageTree.of(spec).get("environment"))
                .isEqualTo(Map.of("TOKEN", "(not shown)", "COLOUR", "(not shown)"));
    }

    @Test
    void bytesAreToldByTheirNumberAndNeverShown() {
        var part =
                ReachUp.newBuilder().setData(ByteString.copyFromUtf8("secret")).build();

        assertThat(MessageTree.of(part)).containsExactly(entry("data", "6 bytes"));
    }

    @Test
    void whatAnEmptyMessageSaysIsThatItIsThere() {
        assertThat(MessageTree.of(TaskStatus.getDefaultInstance())).isEmpty();
        assertThat(MessageTree.of(TaskStatus.newBuilder()
                        .setPull(PullStatus.getDefaultInstance())
                        .build()))
                .containsExactly(entry("pull", Map.of()));
    }

    @Test
    void aWordOfANewerVersionIsStillShown() {
        assertThat(MessageTree.of(TaskStatus.newBuilder().setStateValue(77).build()))
                .hasEntrySatisfying("state", word -> assertThat(word).asString().contains("77"));
    }
}
