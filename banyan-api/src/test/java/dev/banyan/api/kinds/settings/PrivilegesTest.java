package dev.banyan.api.kinds.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.Device;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.Powers;
import dev.banyan.api.v1.SeccompProfile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivilegesTest {
    private static final ContainerSettings GREEDY = with(Powers.newBuilder()
                    .setPrivileged(true)
                    .addAdd("NET_ADMIN")
                    .addAdd("CHOWN")
                    .addAdd("ALL")
                    .setSeccompUnconfined(true)
                    .setApparmorUnconfined(true)
                    .addDevices(Device.newBuilder().setSource("/dev/fuse").setTarget("/dev/x"))
                    .addDeviceRules("c 10:229 rwm")
                    .addHostNamespaces(HostNamespace.IPC)
                    .addHostNamespaces(HostNamespace.PID)
                    .addHostNamespaces(HostNamespace.UTS)
                    .addHostNamespaces(HostNamespace.CGROUP)
                    .addHostNamespaces(HostNamespace.NETWORK))
            .toBuilder()
            .setOomScoreAdj(-1)
            .build();

    @Test
    void namesEverythingThatGoesBeyondAnOrdinaryContainer() {
        assertThat(Privileges.needed(GREEDY))
                .containsExactly(
                        "apparmor:unconfined",
                        "cap:ALL",
                        "cap:NET_ADMIN",
                        "device-rule:c 10:229 rwm",
                        "device:/dev/fuse",
                        "host:cgroup",
                        "host:ipc",
                        "host:network",
                        "host:pid",
                        "host:uts",
                        "oom-score",
                        "privileged",
                        "seccomp:unconfined");
    }

    @Test
    void aFilterOfItsOwnMayLetMorePassAndIsGrantedByItselfOrWithNone() {
        var own =
                with(Powers.newBuilder().setSeccomp(SeccompProfile.newBuilder().setDefaultAction("SCMP_ACT_ALLOW")));

        assertThat(Privileges.needed(own)).containsExactly("seccomp:profile");
        assertThat(Privileges.missing(List.of(), own)).containsExactly("seccomp:profile");
        assertThat(Privileges.missing(List.of("seccomp:profile"), own)).isEmpty();
        assertThat(Privileges.missing(List.of("seccomp:unconfined"), own)).isEmpty();
        assertThat(Privileges.missing(
                        List.of("seccomp:profile"), with(Powers.newBuilder().setSeccompUnconfined(true))))
                .containsExactly("seccomp:unconfined");
        assertThat(Privileges.problem("seccomp:profile")).isEmpty();
    }

    @Test
    void ordinaryContainersNeedNothing() {
        var ordinary = with(Powers.newBuilder()
                        .addAdd("CHOWN")
                        .addDrop("ALL")
                        .setNoNewPrivileges(false)
                        .setOwnCgroupView(true))
                .toBuilder()
                .setOomScoreAdj(500)
                .putSysctls("net.core.somaxconn", "1")
                .build();

        assertThat(Privileges.needed(ordinary)).isEmpty();
        assertThat(Privileges.missing(List.of(), ordinary)).isEmpty();
    }

    @Test
    void everyNeedIsAGrantThatCoversIt() {
        for (var need : Privileges.needed(GREEDY)) {
            assertThat(Privileges.problem(need)).as(need).isEmpty();
            assertThat(Privileges.missing(List.of(need), GREEDY))
                    .as(need)
                    .hasSize(
                            need.equals("privileged")
                                    ? 0
                                    : Privileges.needed(GREEDY).size() - 1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "device:/dev/fuse, true",
        "device:/dev/fu*, true",
        "device:*, true",
        "device:/dev/fus, false",
        "device:/dev/kvm, false",
        "device:/dev/fuse/*, false",
        "cap:*, false",
        "privileged, true",
    })
    void aStarAtTheEndStandsForAnything(String grant, boolean covers) {
        var settings = with(Powers.newBuilder().addDevices(Device.newBuilder().setSource("/dev/fuse")));

        assertThat(Privileges.missing(List.of(grant), settings).isEmpty()).isEqualTo(covers);
    }

    @Test
    void aProfileOfAppArmorIsGrantedByItsName() {
        var tight = with(Powers.newBuilder().setApparmorProfile("tight"));

        assertThat(Privileges.missing(List.of("apparmor:other", "apparmor:unconfined"), tight))
                .containsExactly("apparmor:tight");
        assertThat(Privileges.missing(List.of("apparmor:tight"), tight)).isEmpty();
        assertThat(Privileges.problem("apparmor:tight")).isEmpty();
        assertThat(Privileges.problem("apparmor:a/b")).isPresent();
    }

    @Test
    void aPathThatClimbsIsCoveredByNoStar() {
        var climbing = with(Powers.newBuilder().addDevices(Device.newBuilder().setSource("/dev/dri/../mem")));

        assertThat(Privileges.missing(List.of("device:/dev/dri/*"), climbing))
                .containsExactly("device:/dev/dri/../mem");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "privilege",
                "cap:net_admin",
                "cap:NO_SUCH",
                "cap:CAP_NET_ADMIN",
                "device:/etc/passwd",
                "device:/dev/../etc",
                "device-rule:x 1:2 r",
                "host:net",
                "seccomp:off",
            })
    void refusesGrantsThatAreNone(String grant) {
        assertThat(Privileges.problem(grant)).hasValueSatisfying(why -> assertThat(why)
                .startsWith("'" + grant + "' is no privilege; write such as"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cap:*", "cap:ALL", "device:/dev/dri/*", "device-rule:*", "device-rule:c *:* *", "oom-score"})
    void takesGrantsOfMany(String grant) {
        assertThat(Privileges.problem(grant)).isEmpty();
    }

    private static ContainerSettings with(Powers.Builder powers) {
        return ContainerSettings.newBuilder().setPowers(powers).build();
    }
}
