package dev.banyan.agent.container.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.DeviceEdits;
import dev.banyan.agent.container.DeviceEdits.Hook;
import dev.banyan.agent.container.DeviceEdits.Node;
import dev.banyan.agent.container.DeviceEdits.Shown;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DevicePatchTest {
    private static final Node CARD =
            new Node("/dev/w0", "c", 1, 3, Optional.of(0660), Optional.of(7L), Optional.of(8L), "rw");

    @Test
    void leavesASpecAloneThatNeedsNothing() {
        assertThat(DevicePatch.apply("{\"a\":1}", DeviceEdits.NONE)).isEqualTo("{\"a\":1}");
        assertThat(DevicePatch.apply(
                        "{\"a\":1}", new DeviceEdits(Map.of("A", "b"), List.of(), List.of(), List.of(), List.of())))
                .as("its environment is given another way")
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void addsTheFileAndTheRightToUseIt() {
        var spec =
                """
                {"linux": {"devices": [{"path": "/dev/w0", "type": "b"}, {"path": "/dev/other"}],
                           "resources": {"devices": [{"allow": false, "access": "rwm"}]}}}""";

        assertThat(patched(spec, nodes(CARD)))
                .isEqualTo(
                        json(
                                """
                        {"linux": {"devices": [{"path": "/dev/other"},
                                     {"path": "/dev/w0", "type": "c", "major": 1, "minor": 3, "fileMode": 432, "uid": 7, "gid": 8}],
                                   "resources": {"devices": [{"allow": false, "access": "rwm"},
                                     {"allow": true, "type": "c", "major": 1, "minor": 3, "access": "rw"}]}}}"""));
    }

    @Test
    void aPipeNeedsNoRightAndAnUnbufferedDeviceThatOfCharacters() {
        var pipe = new Node("/dev/p", "p", 0, 0, Optional.empty(), Optional.empty(), Optional.empty(), "rwm");
        var raw = new Node("/dev/u", "u", 5, 6, Optional.empty(), Optional.empty(), Optional.empty(), "m");

        assertThat(patched("{}", nodes(pipe, raw)))
                .isEqualTo(
                        json(
                                """
                        {"linux": {"devices": [{"path": "/dev/p", "type": "p", "major": 0, "minor": 0},
                                               {"path": "/dev/u", "type": "u", "major": 5, "minor": 6}],
                                   "resources": {"devices": [{"allow": true, "type": "c", "major": 5, "minor": 6, "access": "m"}]}}}"""));
    }

    @Test
    void mountsAfterWhatIsThereAndInPlaceOfTheSame() {
        var edits = new DeviceEdits(
                Map.of(),
                List.of(),
                List.of(
                        new Shown("/usr/lib/a.so", "/lib/a.so", "", List.of("ro")),
                        new Shown("/x", "/y", "", List.of("bind", "ro")),
                        new Shown("none", "/t", "tmpfs", List.of())),
                List.of(),
                List.of());

        assertThat(patched("{\"mounts\": [{\"destination\": \"/lib/a.so\"}, {\"destination\": \"/proc\"}]}", edits))
                .isEqualTo(
                        json(
                                """
                        {"mounts": [{"destination": "/proc"},
                          {"destination": "/lib/a.so", "source": "/usr/lib/a.so", "type": "bind", "options": ["ro", "rbind"]},
                          {"destination": "/y", "source": "/x", "type": "bind", "options": ["bind", "ro"]},
                          {"destination": "/t", "source": "none", "type": "tmpfs", "options": []}]}"""));
    }

    @Test
    void addsHooksToThoseThatAreThere() {
        var hook = new Hook("createContainer", "/bin/h", List.of("h", "x"), List.of("A=b"), Optional.of(5));
        var bare = new Hook("poststop", "/bin/p", List.of(), List.of(), Optional.empty());
        var edits = new DeviceEdits(Map.of(), List.of(), List.of(), List.of(hook, bare), List.of());

        assertThat(patched("{\"hooks\": {\"createContainer\": [{\"path\": \"/first\"}]}}", edits))
                .isEqualTo(
                        json(
                                """
                        {"hooks": {"createContainer": [{"path": "/first"},
                            {"path": "/bin/h", "args": ["h", "x"], "env": ["A=b"], "timeout": 5}],
                          "poststop": [{"path": "/bin/p"}]}}"""));
    }

    @Test
    void addsEachGroupOnce() {
        var edits = new DeviceEdits(Map.of(), List.of(), List.of(), List.of(), List.of(5L, 44L));

        assertThat(patched("{\"process\": {\"user\": {\"uid\": 1, \"additionalGids\": [5]}}}", edits))
                .isEqualTo(json("{\"process\": {\"user\": {\"uid\": 1, \"additionalGids\": [5, 44]}}}"));
    }

    private static DeviceEdits nodes(Node... nodes) {
        return new DeviceEdits(Map.of(), List.of(nodes), List.of(), List.of(), List.of());
    }

    private static JsonElement patched(String spec, DeviceEdits edits) {
        return json(DevicePatch.apply(spec, edits));
    }

    private static JsonElement json(String text) {
        return JsonParser.parseString(text);
    }
}
