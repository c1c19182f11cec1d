package dev.banyan.agent.container.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ContainerSpec.Limits;
import dev.banyan.agent.container.ContainerSpec.Rlimit;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.Isolation;
import dev.banyan.agent.container.Isolation.Shared;
import dev.banyan.agent.container.Tuning;
import dev.banyan.agent.container.Tuning.Powers;
import dev.banyan.agent.container.Tuning.Shares;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpecPatchTest {
    private static final HostLimits HOST = new HostLimits(Map.of("RLIMIT_NOFILE", 20_000L), -100);
    private static final String SPEC =
            """
            {"process": {"args": ["/bin/x"]}, "linux": {"resources": {"memory": {"limit": 9223372036854775807}}}}""";

    private static final ContainerSpec PLAIN =
            ContainerSpec.of("web", 1, ImageReference.parse("registry.banyan/a@sha256:" + "0".repeat(64)), "1.log");

    @Test
    void swapIsLimitedWithTheMemoryThatIsLimitedAlready() {
        var wanted = PLAIN.withTuning(
                new Tuning(Tuning.Manner.USUAL, new Shares("", 0, 0, 0, 4096), Powers.USUAL, Isolation.USUAL));

        assertThat(SpecPatch.needed(wanted)).isTrue();
        var patched = SpecPatch.apply(
                """
                {"linux": {"resources": {"memory": {"limit": 1024, "swap": 1024}}}}""",
                wanted,
                HostLimits.ofThisProcess());
        assertThat(JsonParser.parseString(patched))
                .isEqualTo(
                        JsonParser.parseString(
                                """
                                {"linux": {"resources": {"memory": {"limit": 1024, "swap": 4096}}}}"""));
    }

    @Test
    void isNeededOnlyForWhatTheInterfaceLacks() {
        assertThat(SpecPatch.needed(with(new Limits(500, 1 << 20, 0, List.of()))))
                .isFalse();
        assertThat(SpecPatch.needed(with(new Limits(0, 0, 1, List.of())))).isTrue();
        assertThat(SpecPatch.needed(with(new Limits(0, 0, 0, List.of(new Rlimit("nofile", 1, 1))))))
                .isTrue();
    }

    @Test
    void addsLimitsAndKeepsEverythingElse() {
        var limits = new Limits(0, 0, 40, List.of(new Rlimit("nofile", 100, 1_000_000)));

        var patched = SpecPatch.apply(SPEC, with(limits), HOST);

        assertThat(JsonParser.parseString(patched))
                .isEqualTo(
                        JsonParser.parseString(
                                """
                {"process": {"args": ["/bin/x"], "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 100, "hard": 20000}]},
                 "linux": {"resources": {"memory": {"limit": 9223372036854775807}, "pids": {"limit": 40}}}}"""));
        assertThat(patched).contains("9223372036854775807");
    }

    @Test
    void makesThePartsThatAreMissing() {
        var patched = SpecPatch.apply("{}", with(new Limits(0, 0, 5, List.of())), HOST);

        assertThat(patched).isEqualTo("{\"linux\":{\"resources\":{\"pids\":{\"limit\":5}}}}");
    }

    @Test
    void refusesALimitThatTheServerDoesNotKnow() {
        var limits = new Limits(0, 0, 0, List.of(new Rlimit("nosuch", 1, 1)));

        assertThatThrownBy(() -> SpecPatch.apply(SPEC, with(limits), HOST))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("nosuch");
    }

    @Test
    void isNeededForEachThingThatTheInterfaceLacks() {
        assertThat(SpecPatch.needed(PLAIN)).isFalse();
        assertThat(SpecPatch.needed(shares(new Shares("0", 7, 0, 0)))).isFalse();
        assertThat(SpecPatch.needed(shares(new Shares("", 0, 1, 0)))).isTrue();
        assertThat(SpecPatch.needed(shares(new Shares("", 0, 0, 1)))).isTrue();
        assertThat(SpecPatch.needed(powers(List.of("c 1:3 r"), false))).isTrue();
        assertThat(SpecPatch.needed(powers(List.of(), true))).isTrue();
        assertThat(SpecPatch.needed(sharing(Shared.UTS))).isTrue();
        assertThat(SpecPatch.needed(sharing(Shared.CGROUP))).isTrue();
        assertThat(SpecPatch.needed(sharing(Shared.NETWORK))).isTrue();
        assertThat(SpecPatch.needed(sharing(Shared.IPC))).isFalse();
        assertThat(SpecPatch.needed(sharing(Shared.PID))).isFalse();
    }

    @Test
    void writesNoLimitAsTheKernelDoes() {
        var limits = new Limits(0, 0, 0, List.of(new Rlimit("core", 0, Long.MAX_VALUE)));

        assertThat(SpecPatch.apply("{}", with(limits), new HostLimits(Map.of("RLIMIT_CORE", Long.MAX_VALUE), 0)))
                .contains("\"hard\":18446744073709551615");
    }

    @Test
    void replacesTheSharedMemoryAndKeepsOtherMounts() {
        var spec =
                """
                {"mounts": [{"destination": "/proc"}, {"destination": "/dev/shm", "type": "bind"}, {"type": "x"}]}""";

        assertThat(JsonParser.parseString(SpecPatch.apply(spec, shares(new Shares("", 0, 0, 4096)), HOST)))
                .isEqualTo(
                        JsonParser.parseString(
                                """
                {"mounts": [{"destination": "/proc"}, {"type": "x"}, {"destination": "/dev/shm", "type": "tmpfs",
                  "source": "shm", "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=4096"]}]}"""));
    }

    @Test
    void raisesTheScoreToWhatTheServerCanGrant() {
        assertThat(SpecPatch.apply("{}", shares(new Shares("", 0, -500, 0)), HOST))
                .isEqualTo("{\"process\":{\"oomScoreAdj\":-100}}");
        assertThat(SpecPatch.apply("{}", shares(new Shares("", 0, 500, 0)), HOST))
                .isEqualTo("{\"process\":{\"oomScoreAdj\":500}}");
    }

    @Test
    void allowsDevicesAfterAllWereDenied() {
        var spec = """
                {"linux": {"resources": {"devices": [{"allow": false, "access": "rwm"}]}}}""";

        assertThat(JsonParser.parseString(
                        SpecPatch.apply(spec, powers(List.of("c 10:229 rw", "b *:3 r"), false), HOST)))
                .isEqualTo(
                        JsonParser.parseString(
                                """
                {"linux": {"resources": {"devices": [{"allow": false, "access": "rwm"},
                  {"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"},
                  {"allow": true, "type": "b", "minor": 3, "access": "r"}]}}}"""));
    }

    @Test
    void partsOrJoinsNamespaces() {
        var spec =
                """
                {"linux": {"namespaces": [{"type": "uts", "path": "/x"}, {"type": "cgroup"}, {"type": "pid"}]}}""";

        assertThat(SpecPatch.apply(spec, sharing(Shared.UTS), HOST))
                .isEqualTo("{\"linux\":{\"namespaces\":[{\"type\":\"cgroup\"},{\"type\":\"pid\"}]}}");
        assertThat(SpecPatch.apply(spec, sharing(Shared.CGROUP), HOST))
                .isEqualTo("{\"linux\":{\"namespaces\":[{\"type\":\"uts\",\"path\":\"/x\"},{\"type\":\"pid\"}]}}");
        assertThat(SpecPatch.apply(spec, sharing(Shared.NETWORK), HOST))
                .isEqualTo("{\"linux\":{\"namespaces\":[{\"type\":\"cgroup\"},{\"type\":\"pid\"},"
                        + "{\"type\":\"uts\"}]}}");
        assertThat(SpecPatch.apply(spec, sharing(Shared.NETWORK, Shared.UTS), HOST))
                .isEqualTo("{\"linux\":{\"namespaces\":[{\"type\":\"cgroup\"},{\"type\":\"pid\"}]}}");
        assertThat(SpecPatch.apply(spec, powers(List.of(), true), HOST))
                .isEqualTo("{\"linux\":{\"namespaces\":[{\"type\":\"uts\",\"path\":\"/x\"},{\"type\":\"pid\"},"
                        + "{\"type\":\"cgroup\"}]}}");
    }

    private static ContainerSpec shares(Shares shares) {
        return PLAIN.withTuning(new Tuning(Tuning.Manner.USUAL, shares, Powers.USUAL, Isolation.USUAL));
    }

    private static ContainerSpec powers(List<String> rules, boolean ownView) {
        var powers = new Powers(List.of(), List.of(), false, false, List.of(), rules, ownView);
        return PLAIN.withTuning(new Tuning(Tuning.Manner.USUAL, Shares.USUAL, powers, Isolation.USUAL));
    }

    private static ContainerSpec sharing(Shared... shared) {
        var isolation = new Isolation(false, Set.of(shared), Map.of());
        return PLAIN.withTuning(new Tuning(Tuning.Manner.USUAL, Shares.USUAL, Powers.USUAL, isolation));
    }

    private static ContainerSpec with(Limits limits) {
        return PLAIN.withLimits(limits);
    }
}
