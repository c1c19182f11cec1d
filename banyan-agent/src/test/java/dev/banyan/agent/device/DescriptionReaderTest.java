package dev.banyan.agent.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.device.Description.Edits;
import dev.banyan.agent.device.Description.Hook;
import dev.banyan.agent.device.Description.Mount;
import dev.banyan.agent.device.Description.Node;
import dev.banyan.agent.device.Description.Numbers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptionReaderTest {
    private static final String WHOLE =
            """
            {
            \t"cdiVersion": "0.6.0", "kind": "example.com/widget", "annotations": {"a": "b"},
            \t"devices": [{
            \t\t"name": "one",
            \t\t"annotations": {"c": "d"},
            \t\t"containerEdits": {
            \t\t\t"env": ["WIDGET=one=1"],
            \t\t\t"deviceNodes": [
            \t\t\t\t{"path": "/dev/w0", "hostPath": "/dev/null", "permissions": "rw", "uid": 7, "gid": 8, "fileMode": 8624},
            \t\t\t\t{"path": "/dev/w1", "type": "b", "major": 7, "minor": 3}
            \t\t\t],
            \t\t\t"mounts": [{"hostPath": "/usr/lib/w.so", "containerPath": "/lib/w.so", "options": ["ro", "nosuid"]}],
            \t\t\t"hooks": [{"hookName": "createContainer", "path": "/bin/h", "args": ["h", "x"], "env": ["A=b"], "timeout": 5}],
            \t\t\t"additionalGids": [44]
            \t\t}
            \t}],
            \t"containerEdits": {"mounts": [{"hostPath": "none", "containerPath": "/w", "type": "tmpfs"}]}
            }
            """;

    @Test
    void readsAWholeDescription() {
        var description = read(WHOLE);

        assertThat(description.kind()).isEqualTo("example.com/widget");
        assertThat(description.devices().get("one"))
                .isEqualTo(new Edits(
                        Map.of("WIDGET", "one=1"),
                        List.of(
                                new Node(
                                        "/dev/w0",
                                        "/dev/null",
                                        Optional.empty(),
                                        Optional.of(0660),
                                        Optional.of(7L),
                                        Optional.of(8L),
                                        "rw"),
                                new Node(
                                        "/dev/w1",
                                        "/dev/w1",
                                        Optional.of(new Numbers("b", 7, 3)),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        "rwm")),
                        List.of(new Mount("/usr/lib/w.so", "/lib/w.so", "", List.of("ro", "nosuid"))),
                        List.of(new Hook(
                                "createContainer", "/bin/h", List.of("h", "x"), List.of("A=b"), Optional.of(5))),
                        List.of(44L)));
        assertThat(description.common().mounts()).containsExactly(new Mount("none", "/w", "tmpfs", List.of()));
    }

    @Test
    void readsYamlAsWell() {
        var description = read(
                """
                cdiVersion: 0.5.0
                kind: example.com/widget
                devices:
                  - name: "0"
                    containerEdits:
                      deviceNodes:
                        - path: /dev/null
                """);

        assertThat(description.devices()).containsOnlyKeys("0");
        assertThat(Objects.requireNonNull(description.devices().get("0")).paths())
                .containsExactly("/dev/null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "kind: gpu;                                             its kind \"gpu\" is none",
                "{};                                                    its kind \"\" is none",
                "cdiVersion: 9.0.0;                                     cdiVersion: \"9.0.0\" is no version",
                "devices: [{name: a b}];                                devices[0]: \"a b\" is no name of a device",
                "devices: [{name: a}, {name: a}];                       devices[1]: \"a\" is there twice",
                "devices: [{name: a, extra: 1}];                        devices[0].extra: unknown key",
                "containerEdits: {netDevices: [{hostInterfaceName: x}]}; netDevices\" is not supported",
                "containerEdits: {intelRdt: {closID: x}};               intelRdt\" is not supported",
                "containerEdits: {env: [NOTHING]};                      containerEdits.env[0]: \"NOTHING\" is no NAME=VALUE",
                "containerEdits: {deviceNodes: [{path: dev/x}]};        deviceNodes[0]: has no absolute path",
                "containerEdits: {deviceNodes: [{path: /dev/x, type: z}]}; deviceNodes[0]: \"z\" is no type",
                "containerEdits: {deviceNodes: [{path: /dev/x, permissions: all}]}; deviceNodes[0]: has permissions other",
                "containerEdits: {deviceNodes: [{path: /dev/x, major: -1}]}; deviceNodes[0].major: must be a whole number",
                "containerEdits: {mounts: [{hostPath: /x}]};            mounts[0]: shows nothing at an absolute path",
                "containerEdits: {hooks: [{hookName: later, path: /x}]}; hooks[0]: is no hook: \"later\"",
                "containerEdits: {hooks: [{hookName: poststop, path: x}]}; hooks[0]: is no hook",
                "containerEdits: {additionalGids: [0]};                 additionalGids[0]: must be a whole number from 1",
                "'[';                                                   is not valid YAML",
            })
    void refusesTheWholeFileAndSaysWhere(String line, String reason) {
        var text = line.startsWith("kind") || line.startsWith("{}") ? line : "kind: a.b/c\n" + line;

        assertThat(DescriptionReader.read("f.yaml", 0, text))
                .isInstanceOfSatisfying(DescriptionReader.Outcome.Refused.class, refused -> assertThat(refused.reason())
                        .startsWith("f.yaml:")
                        .contains(reason));
    }

    private static Description read(String text) {
        var outcome = DescriptionReader.read("f.json", 0, text);
        assertThat(outcome).isInstanceOf(DescriptionReader.Outcome.Read.class);
        return ((DescriptionReader.Outcome.Read) outcome).description();
    }
}
