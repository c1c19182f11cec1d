package dev.banyan.api.kinds.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.SeccompProfile;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeccompRulesTest {
    private static final String SOUND =
            """
            default_action: "SCMP_ACT_ERRNO" default_errno: 1 arch_map { architecture: "SCMP_ARCH_AARCH64" }
            rules { names: "read" action: "SCMP_ACT_ALLOW" errno: 4095
                    arguments { index: 5 operator: "SCMP_CMP_NE" value: 18446744073709551615 }
                    includes { architectures: "arm64" capabilities: "CAP_BPF" kernel_min: "5.10" } }
            """;

    @Test
    void takesWhatAKernelCanTake() throws Exception {
        assertThat(SeccompRules.problem(parsed(SOUND))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "architectures: \"SCMP_ARCH_X86\"; the profile has both architectures and archMap",
                "arch_map { architecture: \"SCMP_ARCH_X32\" sub_architectures: \"x\" }; \"x\" is no architecture",
                "rules { names: \"a\\\"b\" action: \"SCMP_ACT_LOG\" }; is no system call",
                "rules { names: \"read\" }; the profile has no action",
                "rules { names: \"read\" action: \"SCMP_ACT_LOG\" errno: 4294967295 }; above 4095",
                "rules { names: \"read\" action: \"SCMP_ACT_LOG\" arguments { index: 6 operator: \"SCMP_CMP_EQ\" } }; from 0 to 5",
                "rules { names: \"read\" action: \"SCMP_ACT_LOG\" arguments { operator: \"EQ\" } }; \"EQ\" is no op",
                "rules { names: \"read\" action: \"SCMP_ACT_LOG\" excludes { capabilities: \"BPF\" } }; \"BPF\" is no capability",
                "rules { names: \"read\" action: \"SCMP_ACT_LOG\" excludes { kernel_min: \"5\" } }; \"5\" is no version of a kernel",
                "rules { names: \"read\" action: \"SCMP_ACT_LOG\" includes { architectures: \"AMD\" } }; \"AMD\" is no architecture",
            })
    void refusesWhatNoKernelTakes(String more, String problem) throws Exception {
        assertThat(SeccompRules.problem(parsed(SOUND + more)))
                .hasValueSatisfying(text -> assertThat(text).contains(problem));
    }

    @Test
    void refusesWhatIsTooLargeForATask() throws Exception {
        var many = parsed(SOUND).toBuilder();
        many.getRulesBuilder(0).addAllNames(Collections.nCopies(SeccompRules.BYTES_MAX / 6 + 1, "read"));

        assertThat(SeccompRules.problem(many.build())).contains("the profile is larger than 64 KiB");
    }

    @Test
    void admissionLooksAgain() throws Exception {
        var settings = ContainerSettings.newBuilder();
        settings.getPowersBuilder().setSeccomp(parsed("default_action: \"x\""));

        assertThat(SettingsRules.problems(settings.build()))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("\"x\" is no action"));
        settings.getPowersBuilder().setSeccomp(parsed(SOUND)).setSeccompUnconfined(true);
        assertThat(SettingsRules.problems(settings.build())).singleElement().satisfies(problem -> assertThat(
                        problem.message())
                .isEqualTo("has a filter of system calls and none at once"));
    }

    @Test
    void namesOfGroupsAndSwapAreCheckedToo() {
        var settings = ContainerSettings.newBuilder()
                .addGroupNames("video")
                .addGroupNames("a:b")
                .setMemorySwapBytes(-2)
                .build();

        assertThat(SettingsRules.problems(settings))
                .extracting(SettingsProblem::message)
                .containsExactly("'a:b' is no name or number of a group", "must be -1, or a size");
    }

    @ParameterizedTest
    @CsvSource({"0,0,", "0,64,", "-1,64,", "64,64,", "65,64,", "63,64,less", "-1,0,not set", "64,0,not set"})
    void swapIsLimitedTogetherWithMemory(long swap, long memory, String problem) {
        var settings = ContainerSettings.newBuilder().setMemorySwapBytes(swap).build();

        assertThat(SettingsRules.swapProblem(settings, memory).orElse("")).contains(problem == null ? "" : problem);
        assertThat(SettingsRules.swapProblem(settings, memory).isPresent()).isEqualTo(problem != null);
    }

    private static SeccompProfile parsed(String text) throws TextFormat.ParseException {
        return TextFormat.parse(text, SeccompProfile.class);
    }
}
