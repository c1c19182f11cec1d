package dev.banyan.api.kinds.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.DeviceNames;
import dev.banyan.api.v1.DeviceRequest;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceRulesTest {
    @ParameterizedTest
    @CsvSource({
        "nvidia.com/gpu, nvidia.com/gpu, true",
        "NVIDIA.com/GPU, nvidia.com/gpu, true",
        "*/gpu, nvidia.com/gpu, true",
        "*/GPU, amd.com/gpu, true",
        "*/gpu, nvidia.com/gpu2, false",
        "*/gpu, nvidia.com/mygpu, false",
        "amd.com/gpu, nvidia.com/gpu, false",
        "nvidia.com/gp, nvidia.com/gpu, false",
    })
    void knowsWhichKindMeetsARequest(String wanted, String kind, boolean meets) {
        assertThat(DeviceRules.matches(wanted, kind)).isEqualTo(meets);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvidia.com/gpu=0", "a/b=c", "nvidia.com/gpu=GPU-0f4e:1", "x-y.z/a_b=all"})
    void knowsADeviceByItsWholeName(String name) {
        assertThat(DeviceRules.isWhole(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpu=0",
                "/gpu=0",
                "nvidia.com/gpu",
                "nvidia.com/gpu=",
                "*/gpu=0",
                "a/b/c=d",
                "a/b=c d",
                "/dev/x=y"
            })
    void knowsWhatIsNone(String name) {
        assertThat(DeviceRules.isWhole(name)).isFalse();
    }

    @Test
    void findsWhatIsWrongWithARequestWhoeverMadeIt() {
        var right = DeviceRequest.newBuilder().setKind("*/gpu");

        assertThat(problem(right.clone().setCount(1))).isEmpty();
        assertThat(problem(right.clone().setAll(true))).isEmpty();
        assertThat(problem(right.clone())).isEqualTo("asks for no device");
        assertThat(problem(right.clone().setAll(false))).isEqualTo("asks for no device");
        assertThat(problem(right.clone().setCount(-1))).isEqualTo("must be from 1 to 256 devices");
        assertThat(problem(right.clone().setNamed(DeviceNames.getDefaultInstance())))
                .isEqualTo("must name from 1 to 256 devices");
        assertThat(problem(right.clone().setNamed(DeviceNames.newBuilder().addNames("a b"))))
                .isEqualTo("'a b' is no name of a device");
        assertThat(problem(right.clone().setKind("gpu").setCount(1))).startsWith("'gpu' is no kind of devices");
    }

    @Test
    void takesAsManyRequestsAsAnybodyNeeds() {
        var one = DeviceRequest.newBuilder().setKind("a/b").setCount(1).build();

        assertThat(DeviceRules.problem(Collections.nCopies(32, one))).isEmpty();
        assertThat(DeviceRules.problem(Collections.nCopies(33, one))).contains("at most 32 requests");
        assertThat(DeviceRules.problem(List.of(one, DeviceRequest.getDefaultInstance())))
                .isPresent();
    }

    private static String problem(DeviceRequest.Builder request) {
        return DeviceRules.problem(request.build()).orElse("");
    }
}
