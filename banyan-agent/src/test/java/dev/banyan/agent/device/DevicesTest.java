package dev.banyan.agent.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.DeviceEdits;
import dev.banyan.agent.container.DeviceEdits.Node;
import dev.banyan.agent.device.Description.Numbers;
import dev.banyan.agent.device.Devices.Needed;
import dev.banyan.api.v1.DeviceKind;
import dev.banyan.api.v1.OfferedDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server offers by the descriptions in its directories. */
class DevicesTest {
    @TempDir
    private Path disk;

    private final Map<String, Numbers> nodes = new HashMap<>();
    private Path low;
    private Path high;
    private Devices devices;

    @BeforeEach
    void makeDirectories() throws IOException {
        low = Files.createDirectory(disk.resolve("etc"));
        high = Files.createDirectory(disk.resolve("run"));
        devices = new Devices(List.of(low, high, disk.resolve("absent")), path -> Optional.ofNullable(nodes.get(path)));
    }

    @Test
    void offersWhatIsDescribed() throws IOException {
        describe(low, "a.yaml", "z.org/nic", "x: [/dev/x]");
        describe(high, "b.json", "a.org/gpu", "1: [/dev/g1], 0: [/dev/g0]");
        Files.writeString(low.resolve("README.txt"), "not one");

        assertThat(offered()).isEqualTo("a.org/gpu: 0 1; z.org/nic: x");
        assertThat(devices.told().problems()).isEmpty();
    }

    @Test
    void takesSeveralNamesOfOneDeviceForOneAndAGroupForNone() throws IOException {
        describe(
                low,
                "a.yaml",
                "a.org/gpu",
                "0: [/dev/g0], GPU-a: [/dev/g0], 1: [/dev/g1], GPU-b: [/dev/g1], all: [/dev/g0, /dev/g1]");

        assertThat(offered()).isEqualTo("a.org/gpu: 0=GPU-a 1=GPU-b");
    }

    @Test
    void aGroupOfOneIsThatOne() throws IOException {
        describe(low, "a.yaml", "a.org/gpu", "0: [/dev/g0], all: [/dev/g0]");

        assertThat(offered()).isEqualTo("a.org/gpu: 0=all");
    }

    @Test
    void devicesWithoutFilesAreEachForItself() throws IOException {
        describe(low, "a.yaml", "a.org/licence", "0: [], 1: []");

        assertThat(offered()).isEqualTo("a.org/licence: 0 1");
    }

    @Test
    void theLaterDirectoryWins() throws IOException {
        describe(low, "a.yaml", "a.org/gpu", "0: [/dev/old], 1: [/dev/one]");
        describe(high, "a.yaml", "a.org/gpu", "0: [/dev/new]");
        nodes.put("/dev/new", new Numbers("c", 1, 3));
        devices.refresh();

        assertThat(offered()).isEqualTo("a.org/gpu: 0 1");
        assertThat(edits("a.org/gpu=0").nodes()).extracting(Node::path).containsExactly("/dev/new");
    }

    @Test
    void ofTwoDescriptionsInOneDirectoryNeitherIsBelieved() throws IOException {
        describe(low, "a.yaml", "a.org/gpu", "0: [/dev/a]");
        describe(low, "b.yaml", "a.org/gpu", "0: [/dev/b], 1: [/dev/c]");

        assertThat(offered()).isEqualTo("a.org/gpu: 1");
        assertThat(devices.told().problems())
                .containsExactly("a.org/gpu=0 is described twice, in " + low.resolve("a.yaml") + " and "
                        + low.resolve("b.yaml"));
    }

    @Test
    void aDescriptionThatIsWrongIsToldAndTheOthersAreUsed() throws IOException {
        describe(low, "a.yaml", "a.org/gpu", "0: [/dev/a]");
        Files.writeString(low.resolve("b.json"), "{\"kind\": \"gpu\"}");
        Files.write(low.resolve("c.yaml"), new byte[] {(byte) 0xC3, 0x28});
        Files.writeString(low.resolve("d.yaml"), " ".repeat(2 * 1024 * 1024));

        assertThat(offered()).isEqualTo("a.org/gpu: 0");
        assertThat(devices.told().problems())
                .hasSize(3)
                .anySatisfy(problem -> assertThat(problem).contains("b.json").contains("its kind \"gpu\" is none"))
                .anySatisfy(problem -> assertThat(problem).endsWith("c.yaml: is no text"))
                .anySatisfy(problem -> assertThat(problem).endsWith("d.yaml: is larger than 256 KiB"));
    }

    @Test
    void readsNoMoreFilesAndDevicesThanItsLimits() throws IOException {
        for (int i = 0; i < Devices.FILES_MAX + 1; i++) {
            var names = new StringBuilder();
            for (int j = 0; j < 5; j++) {
                names.append(j == 0 ? "" : ", ").append("d" + i + "x" + j).append(": []");
            }
            describe(low, "f" + i + ".yaml", "a.org/gpu", names.toString());
        }
        devices.refresh();

        assertThat(devices.told().offered().getFirst().getDevicesCount()).isEqualTo(256);
        assertThat(devices.told().problems())
                .containsExactly(
                        low + ": only 64 files are read", "a.org/gpu: only the first 256 devices are offered, of 320");
    }

    @Test
    void aContainerNeedsWhatItsDevicesAndTheirDescriptionsSayEachOnce() throws IOException {
        Files.writeString(
                low.resolve("a.yaml"),
                """
                kind: a.org/gpu
                devices:
                  - {name: "0", containerEdits: {env: [CARD=0], deviceNodes: [{path: /dev/g0}, {path: /dev/ctl}]}}
                  - {name: "1", containerEdits: {deviceNodes: [{path: /dev/g1}, {path: /dev/ctl}]}}
                containerEdits: {env: [ALL=yes], additionalGids: [44]}
                """);
        nodes.put("/dev/g0", new Numbers("c", 195, 0));
        nodes.put("/dev/g1", new Numbers("c", 195, 1));
        nodes.put("/dev/ctl", new Numbers("c", 195, 255));

        var edits = edits("a.org/gpu=0", "a.org/gpu=1");

        assertThat(edits.nodes()).extracting(Node::path).containsExactly("/dev/g0", "/dev/ctl", "/dev/g1");
        assertThat(edits.nodes()).extracting(Node::minor).containsExactly(0L, 255L, 1L);
        assertThat(edits.environment()).isEqualTo(Map.of("CARD", "0", "ALL", "yes"));
        assertThat(edits.groups()).containsExactly(44L);
    }

    @Test
    void whoHasNoDeviceNeedsNothing() {
        assertThat(Devices.none().needed(List.of())).isEqualTo(new Needed.Ready(DeviceEdits.NONE));
    }

    @Test
    void saysWhatIsGone() throws IOException {
        describe(low, "a.yaml", "a.org/gpu", "0: [/dev/g0]");

        assertThat(devices.needed(List.of("a.org/gpu=1"))).isEqualTo(new Needed.Gone("this server has no a.org/gpu=1"));
        assertThat(devices.needed(List.of("a.org/gpu=0")))
                .isEqualTo(new Needed.Gone("this server has no device file /dev/g0"));
        Files.delete(low.resolve("a.yaml"));
        nodes.put("/dev/g0", new Numbers("c", 1, 1));
        assertThat(devices.needed(List.of("a.org/gpu=0")))
                .as("descriptions are read anew")
                .isEqualTo(new Needed.Gone("this server has no a.org/gpu=0"));
    }

    @Test
    void findsTheNumbersOfThisServersDevices() {
        assertThat(HostNodes.ofThisServer("/dev/null")).contains(new Numbers("c", 1, 3));
        assertThat(HostNodes.ofThisServer("/dev/no-such")).isEmpty();
        assertThat(HostNodes.ofThisServer("/")).isEmpty();
    }

    private DeviceEdits edits(String... names) {
        var needed = devices.needed(List.of(names));
        assertThat(needed).isInstanceOf(Needed.Ready.class);
        return needed instanceof Needed.Ready ready ? ready.edits() : DeviceEdits.NONE;
    }

    /** As in {@code kind: name=alias name; kind: name}. */
    private String offered() {
        devices.refresh();
        return devices.told().offered().stream().map(DevicesTest::text).collect(Collectors.joining("; "));
    }

    private static String text(DeviceKind kind) {
        return kind.getKind() + ": "
                + kind.getDevicesList().stream().map(DevicesTest::text).collect(Collectors.joining(" "));
    }

    private static String text(OfferedDevice device) {
        return device.getAliasesCount() == 0
                ? device.getName()
                : device.getName() + "=" + String.join(",", device.getAliasesList());
    }

    /** {@code names} as in {@code one: [/dev/a, /dev/b], two: [/dev/c]}. */
    private static void describe(Path directory, String file, String kind, String names) throws IOException {
        var text = new StringBuilder("kind: " + kind + "\ndevices:\n");
        for (var named : names.split("], ")) {
            var parts = named.replace("]", "").split(": \\[", 2);
            var paths = parts.length < 2 || parts[1].isEmpty() ? new String[0] : parts[1].split(", ");
            text.append("- {name: \"").append(parts[0]).append("\", containerEdits: {deviceNodes: [");
            for (var path : paths) {
                text.append("{path: ").append(path).append("},");
            }
            text.append("]}}\n");
        }
        Files.writeString(directory.resolve(file), text);
    }
}
