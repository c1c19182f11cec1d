package dev.banyan.api.compose.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.verdict.Verdict.Honoured;
import dev.banyan.api.compose.verdict.Verdict.Metadata;
import dev.banyan.api.compose.verdict.Verdict.Refused;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictsTest {
    private static final Verdict YES = new Honoured("");
    private static final Verdict NO = new Refused(false, "why", Optional.empty(), Optional.empty());
    private static final Verdict NOTE = new Metadata("what for");

    @Test
    void haveAnAnswerForEveryPathOfTheTableOfKeys() {
        assertThat(Verdicts.ALL.paths())
                .containsExactlyElementsOf(ComposeKeys.DOCUMENT.paths())
                .hasSizeGreaterThan(250)
                .allSatisfy(path -> assertThat(Verdicts.ALL.of(path)).isNotNull());
    }

    @Test
    void areGivenToEveryKeyAtTheTopAndOfAServiceByItself() {
        var own = Verdicts.ALL.ownPaths();

        assertThat(own).containsAll(ComposeKeys.DOCUMENT.keys().keySet());
        assertThat(own)
                .containsAll(ComposeKeys.SERVICE.keys().keySet().stream()
                        .map(key -> "services.*." + key)
                        .toList());
    }

    @Test
    void holdForWhatIsBelowARefusedKeyAndNotBelowAnHonouredOne() {
        assertThat(Verdicts.ALL.of("services.*.credential_spec.file"))
                .isEqualTo(Verdicts.ALL.of("services.*.credential_spec"));
        assertThat(Verdicts.ALL.of("services.*.develop.watch.*.exec.command")).isInstanceOf(Metadata.class);
        assertThat(Verdicts.ALL.of("services.*.gpus.*.options")).isInstanceOf(Refused.class);
        assertThat(Verdicts.ALL.of("services.*.ports")).isInstanceOf(Honoured.class);
    }

    @Test
    void sayWhyWhereverSomethingIsRefusedOrOnlyRead() {
        assertThat(Verdicts.ALL.paths())
                .filteredOn(path -> !(Verdicts.ALL.of(path) instanceof Honoured))
                .allSatisfy(path -> assertThat(Verdicts.ALL.of(path).words()).hasSizeGreaterThan(8));
    }

    @Test
    void areRefusedAsATableWhenAKeyHasNone() {
        assertThatThrownBy(() -> new Verdicts(ComposeKeys.INCLUDE, Map.of("path", YES, "env_file", YES)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no verdict for project_directory");
    }

    @Test
    void areRefusedAsATableWhenAKeyBelowAnHonouredOneHasNone() {
        assertThatThrownBy(() -> new Verdicts(ComposeKeys.DOCUMENT, Map.of("configs", YES)))
                .hasMessage("no verdict for configs.*.content");
    }

    @Test
    void areRefusedAsATableWhenOneIsAboutNoKey() {
        var about = Map.of("path", YES, "env_file", NO, "project_directory", NOTE, "projectdirectory", YES);

        assertThatThrownBy(() -> new Verdicts(ComposeKeys.INCLUDE, about))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("verdicts for no key: [projectdirectory]");
    }

    @Test
    void areRefusedAsATableWhenAKeyHasTwo() {
        assertThatThrownBy(() -> new VerdictTable().honoured("image", "").never("image", "no"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("two verdicts for image");
    }

    @Test
    void answerNoPathThatIsNone() {
        assertThatThrownBy(() -> Verdicts.ALL.of("services.*.imag"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no key services.*.imag");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "services.*.mac_address",
                "services.*.deploy.autoscale.target_cpu",
                "services.*.deploy.update_config.order",
                "services.*.deploy.rollback_config.order",
                "services.*.pre_start",
            })
    void promiseWhatLaterWorkBrings(String path) {
        assertThat(Verdicts.ALL.of(path)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.yet()).isTrue();
            assertThat(refused.complaint("k")).startsWith("\"k\" is not supported yet: it comes with ");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"models", "services.*.isolation", "services.*.provider", "services.*.volumes_from"})
    void promiseNothingElse(String path) {
        assertThat(Verdicts.ALL.of(path)).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.yet()).isFalse();
            assertThat(refused.complaint("k"))
                    .startsWith("\"k\" is not supported: ")
                    .doesNotContain(" yet");
        });
    }
}
