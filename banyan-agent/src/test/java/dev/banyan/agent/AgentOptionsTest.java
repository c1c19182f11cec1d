package dev.banyan.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.network.OverlayChoice;
import dev.banyan.agent.network.wireguard.TunnelSettings;
import dev.banyan.api.config.Option;
import dev.banyan.api.config.Settings;
import dev.banyan.api.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        assertThat(settings.text(AgentOptions.OVERLAY)).isEqualTo("wireguard");
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
    void encryptsUnlessTold() {
        assertThat(AgentOptions.overlay(settings(Map.of(), Map.of()), 1_500))
                .isEqualTo(new OverlayChoice.Encrypted(new TunnelSettings(7_446, Duration.ZERO, 1_420)));
        var told = Map.of(
                AgentOptions.OVERLAY_PORT, "51820", AgentOptions.OVERLAY_KEEPALIVE, "25", AgentOptions.MTU, "1280");
        assertThat(AgentOptions.overlay(settings(told, Map.of()), 1_500))
                .isEqualTo(new OverlayChoice.Encrypted(new TunnelSettings(51_820, Duration.ofSeconds(25), 1_280)));
        assertThat(AgentOptions.overlay(settings(Map.of(AgentOptions.OVERLAY, "routes"), Map.of()), 1_500))
                .isEqualTo(new OverlayChoice.Routes());
    }

    @Test
    void refusesAnOverlayThatThereIsNot() {
        for (var wrong : List.of(
                Map.of(AgentOptions.OVERLAY, "vxlan"),
                Map.of(AgentOptions.OVERLAY_PORT, "0"),
                Map.of(AgentOptions.OVERLAY_PORT, "x"),
                Map.of(AgentOptions.OVERLAY_KEEPALIVE, "-1"),
                Map.of(AgentOptions.MTU, "100"))) {
            assertThatThrownBy(() -> AgentOptions.overlay(settings(wrong, Map.of()), 1_500))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("overlay");
        }
    }

    @Test
    void leavesRoomForWhatEncryptionAdds() {
        var routes = settings(Map.of(AgentOptions.OVERLAY, "routes"), Map.of());

        assertThat(AgentOptions.mtu(settings(Map.of(), Map.of()), 9_000)).isEqualTo(8_920);
        assertThat(AgentOptions.mtu(routes, 9_000)).isEqualTo(9_000);
        assertThat(AgentOptions.mtu(settings(Map.of(AgentOptions.MTU, "1400"), Map.of()), 9_000))
                .isEqualTo(1_400);
    }

    @Test
    void hasIpv6WhereTheOverlayCarriesItUnlessTold() {
        assertThat(AgentOptions.ipv6(settings(Map.of(), Map.of()), 1_360)).isTrue();
        assertThat(AgentOptions.ipv6(settings(Map.of(), Map.of()), 1_359)).isFalse();
        assertThat(AgentOptions.ipv6(settings(Map.of(AgentOptions.IPV6, "off"), Map.of()), 1_500))
                .isFalse();
        assertThat(AgentOptions.ipv6(settings(Map.of(AgentOptions.OVERLAY, "routes"), Map.of()), 1_500))
                .isFalse();
        assertThatThrownBy(() -> AgentOptions.ipv6(settings(Map.of(AgentOptions.IPV6, "yes"), Map.of()), 1_500))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("ipv6: 'yes' is neither auto nor off");
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
