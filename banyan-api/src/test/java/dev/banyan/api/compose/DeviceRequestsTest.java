package dev.banyan.api.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.DeviceRequest;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way in which a file may ask for devices of an agent. */
class DeviceRequestsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "gpus: all;                                                   */gpu all",
                "gpus: [{}];                                                  */gpu all",
                "gpus: [{count: -1}];                                         */gpu all",
                "gpus: [{count: 2}];                                          */gpu 2",
                "gpus: [{driver: nvidia, count: 2}];                          nvidia.com/gpu 2",
                "gpus: [{driver: amd, device_ids: ['1', '0']}];               amd.com/gpu=0,1",
                "gpus: [{driver: example.com, count: 1}];                     example.com/gpu 1",
                "gpus: [{capabilities: [gpu, utility, compute], count: 1}];   */gpu 1",
                "gpus: [{driver: cdi, device_ids: [a.b/c=d, a.b/c=e]}];       a.b/c=d a.b/c=e",
                "devices: ['nvidia.com/gpu=0'];                               nvidia.com/gpu=0",
                "devices: ['nvidia.com/gpu=0:1'];                             nvidia.com/gpu=0:1",
                "devices: [{source: 'nvidia.com/gpu=all'}];                   nvidia.com/gpu=all",
                "devices: [/dev/fuse];                                        ''",
            })
    void readsOneWay(String line, String expected) {
        assertThat(requests(line)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "devices: [{capabilities: [gpu], driver: nvidia, count: 1}];             nvidia.com/gpu 1",
                "devices: [{capabilities: [gpu]}];                                       */gpu all",
                "devices: [{capabilities: [tpu], driver: google.com, device_ids: [x]}];  google.com/tpu=x",
                "devices: [{capabilities: [nic], count: 3}];                             */nic 3",
                "devices: [{capabilities: [], driver: cdi, device_ids: [a.b/c=d]}];      a.b/c=d",
                "generic_resources: [{discrete_resource_spec: {kind: gpu, value: 2}}];   */gpu 2",
                "generic_resources: [{discrete_resource_spec: {kind: a.b/c, value: 1}}]; a.b/c 1",
            })
    void readsReservations(String line, String expected) {
        assertThat(requests("deploy: {resources: {reservations: {" + line + "}}}"))
                .isEqualTo(expected);
    }

    @Test
    void grantsFirstWhatIsAskedForByNameAndLastWhatTakesTheRest() {
        var two = "deploy: {resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: gpu, value:"
                + " 2}}]}}}";

        assertThat(requests("gpus: all", "devices: ['a.b/gpu=7', /dev/fuse]", two))
                .isEqualTo("a.b/gpu=7 */gpu 2 */gpu all");
    }

    @Test
    void leavesPathsOfTheServerToWhatAgentsGrant() {
        var web = ComposeFiles.web("devices: ['a.b/gpu=7', /dev/fuse]");

        assertThat(web.getSettings().getPowers().getDevicesList())
                .singleElement()
                .satisfies(device -> assertThat(device.getSource()).isEqualTo("/dev/fuse"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "gpus: [{count: 0}];                             gpus[0]: must be from 1 to 256 devices",
                "gpus: [{count: 300}];                           gpus[0]: must be from 1 to 256 devices",
                "gpus: [{capabilities: [tpu]}];                  gpus[0]: its capabilities do not say what it is",
                "gpus: [{capabilities: [gpu, laser]}];           gpus[0]: \"laser\" is no capability of a gpu",
                "gpus: [{driver: a b, count: 1}];                gpus[0]: 'a b/gpu' is no kind of devices",
                "gpus: [{device_ids: ['a/b']}];                  gpus[0]: 'a/b' is no name of a device",
                "gpus: [{driver: cdi}];                          gpus[0]: driver \"cdi\" needs \"device_ids\"",
                "gpus: [{driver: cdi, device_ids: ['0']}];       gpus[0]: \"0\" is no device by name",
                "devices: ['gpu=0'];                             devices[0]: \"gpu=0\" is no device by name",
                "devices: [{source: 'a.b/c=d', target: /dev/x}]; devices[0]: its description says where it is shown",
                "gpus: [{options: {a: b}}];                      gpus[0].options: \"options\" is not supported",
            })
    void refusesWhatIsNone(String line, String reason) {
        assertThat(reasons(line)).singleElement().asString().contains("services.web." + reason);
    }

    @Test
    void refusesReservationsOfWhichNobodyKnowsTheKind() {
        assertThat(reasons("deploy: {resources: {reservations: {devices: [{capabilities: [a, b], count: 1}]}}}"))
                .singleElement()
                .asString()
                .contains("reservations.devices[0]: its capabilities do not say what it is");
    }

    @Test
    void refusesMoreRequestsThanAnybodyNeeds() {
        assertThat(reasons("gpus: [{count: 1}" + ", {count: 1}".repeat(32) + "]"))
                .singleElement()
                .asString()
                .contains("at most 32 requests");
    }

    /** What the service with these lines asks for, in words. */
    private static String requests(String... lines) {
        return ComposeFiles.web(lines).getDevicesList().stream()
                .map(DeviceRequestsTest::text)
                .collect(Collectors.joining(" "));
    }

    private static List<String> reasons(String line) {
        return ComposeFiles.reasons(ComposeFiles.webText(line));
    }

    private static String text(DeviceRequest request) {
        return request.getKind()
                + switch (request.getWhichCase()) {
                    case COUNT -> " " + request.getCount();
                    case NAMED -> "=" + String.join(",", request.getNamed().getNamesList());
                    case ALL -> " all";
                    case WHICH_NOT_SET -> " nothing";
                };
    }
}
