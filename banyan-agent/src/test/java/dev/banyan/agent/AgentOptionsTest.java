package dev.banyan.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.config.Option;
import dev.banyan.api.config.Settings;
import dev.banyan.api.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentOptionsTest {
    @Test
    void everyOptionHasItsOwnNameAndSaysWhatItIs() {
        var all = all();

        assertThat(all).extracting(Option::name).doesNotHaveDuplicates();
        assertThat(all).extracting(Option::meaning).doesNotHaveDuplicates().allSatisfy(meaning -> assertThat(meaning)
                .isNotBlank());
    }

    @Test
    void withoutAWordTheUsualPlacesAreUsed() {
        var settings = settings(Map.of(), Map.of());

        assertThat(settings.text(AgentOptions.DATA)).isEqualTo("/var/lib/banyan/agent");
        assertThat(settings.text(AgentOptions.LOGS)).isEqualTo("/var/log/banyan");
        assertThat(settings.text(AgentOptions.MTU)).isEqualTo("1450");
        assertThat(settings.list(AgentOptions.ENGINE)).isEmpty();
    }

    @Test
    void aFlagIsStrongerThanTheEnvironment() {
        var variable = all().stream()
                .filter(option -> option.name().equals(AgentOptions.DATA))
                .findFirst()
                .orElseThrow()
                .variable();

        assertThat(settings(Map.of(), Map.of(variable, "/from/environment")).text(AgentOptions.DATA))
                .isEqualTo("/from/environment");
        assertThat(settings(Map.of(AgentOptions.DATA, "/from/flag"), Map.of(variable, "/from/environment"))
                        .text(AgentOptions.DATA))
                .isEqualTo("/from/flag");
    }

    @Test
    void severalEnginesAreNamedWithCommas() {
        assertThat(settings(Map.of(AgentOptions.ENGINE, "one:7443,two:7443"), Map.of())
                        .list(AgentOptions.ENGINE))
                .containsExactly("one:7443", "two:7443");
    }

    @Test
    void whatIsNoOptionIsRefused() {
        assertThatThrownBy(() -> settings(Map.of("datta", "/x"), Map.of())).hasMessageContaining("datta");
    }

    @Test
    void grantsNothingUnlessTold() {
        var untold = settings(Map.of(), Map.of());

        AgentOptions.checkPrivileges(untold);
        assertThat(untold.list(AgentOptions.PRIVILEGES)).isEmpty();
    }

    @Test
    void takesAListOfGrantsFromAFile(@TempDir Path directory) throws IOException {
        var file = Files.writeString(
                directory.resolve("agent.yaml"), "privileges:\n  - cap:NET_ADMIN\n  - device-rule:c 10:* rwm\n");
        var settings = Settings.resolve(all(), new Settings.Sources(Map.of(), Map.of(), Optional.of(file)));

        AgentOptions.checkPrivileges(settings);
        assertThat(settings.list(AgentOptions.PRIVILEGES)).containsExactly("cap:NET_ADMIN", "device-rule:c 10:* rwm");
    }

    @Test
    void refusesEveryGrantThatIsNone() {
        var settings = settings(Map.of(AgentOptions.PRIVILEGES, "cap:NET_ADMIN,root,host:net"), Map.of());

        assertThatThrownBy(() -> AgentOptions.checkPrivileges(settings))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("'root' is no privilege")
                .hasMessageContaining("'host:net' is no privilege");
    }

    @Test
    void refusesAListThatNobodyKeeps() {
        var many = String.join(",", Collections.nCopies(101, "privileged"));
        var settings = settings(Map.of(AgentOptions.PRIVILEGES, many), Map.of());

        assertThatThrownBy(() -> AgentOptions.checkPrivileges(settings)).hasMessageContaining("at most 100");
    }

    private static List<Option> all() {
        return Stream.concat(AgentOptions.SHARED.stream(), AgentOptions.JOIN.stream())
                .toList();
    }

    private static Settings settings(Map<String, String> flags, Map<String, String> environment) {
        return Settings.resolve(all(), new Settings.Sources(flags, environment, Optional.empty()));
    }
}
