package dev.banyan.api.kinds.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.Device;
import dev.banyan.api.v1.ExtraHost;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.Link;
import dev.banyan.api.v1.Logging;
import dev.banyan.api.v1.NameLookup;
import dev.banyan.api.v1.Powers;
import dev.banyan.api.v1.Ulimit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsRulesTest {
    /** A change that breaks one rule, and the field that is named for it. */
    record Wrong(String field, Consumer<ContainerSettings.Builder> change) {
        @Override
        public String toString() {
            return field;
        }
    }

    static List<Wrong> wrong() {
        return List.of(
                new Wrong("working_dir", s -> s.setWorkingDir("here")),
                new Wrong("user", s -> s.setUser("a b")),
                new Wrong("user", s -> s.setUser("a:")),
                new Wrong("group_add", s -> s.addAllGroups(java.util.Collections.nCopies(129, 1))),
                new Wrong("stop_signal", s -> s.setStopSignal(65)),
                new Wrong("stop_signal", s -> s.setStopSignal(-1)),
                new Wrong("stop_grace_period", s -> s.setStopGraceMs(-1)),
                new Wrong("stop_grace_period", s -> s.setStopGraceMs(Long.MAX_VALUE)),
                new Wrong("labels.dev.banyan/task", s -> s.putLabels("dev.banyan/task", "forged")),
                new Wrong("labels.io.kubernetes.x", s -> s.putLabels("io.kubernetes.x", "")),
                new Wrong("annotations.io.cri-containerd.x", s -> s.putAnnotations("io.cri-containerd.x", "")),
                new Wrong("labels.a", s -> s.putLabels("a", "x".repeat(4096))),
                new Wrong("labels", s -> s.putAllLabels(many(129))),
                new Wrong("hostname", s -> s.setHostname("a b")),
                new Wrong("hostname", s -> s.setHostname("a".repeat(64))),
                new Wrong("domainname", s -> s.setDomainname("-x")),
                new Wrong("container_name", s -> s.setContainerName("a/b")),
                new Wrong("extra_hosts[0]", s -> s.addExtraHosts(host("db", "nowhere"))),
                new Wrong(
                        "extra_hosts[1]", s -> s.addExtraHosts(host("a", "::1")).addExtraHosts(host("a b", "::1"))),
                new Wrong(
                        "links[0]",
                        s -> s.addLinks(Link.newBuilder().setService("db").setAlias("a b"))));
    }

    static List<Wrong> wrongLookups() {
        return List.of(
                new Wrong("dns[1]", lookup(l -> l.addServers("192.0.2.1").addServers("ns.example"))),
                new Wrong("dns[0]", lookup(l -> l.addServers("192.0.2.256"))),
                new Wrong("dns[0]", lookup(l -> l.addServers("192.0.2.1 options x"))),
                new Wrong("dns", lookup(l -> l.addAllServers(java.util.Collections.nCopies(9, "192.0.2.1")))),
                new Wrong("dns_search[0]", lookup(l -> l.addSearches("a\nnameserver 192.0.2.1"))),
                new Wrong("dns_search[0]", lookup(l -> l.addSearches("a".repeat(64)))),
                new Wrong("dns_search", lookup(l -> l.addAllSearches(java.util.Collections.nCopies(17, "a")))),
                new Wrong("dns_opt[0]", lookup(l -> l.addOptions("ndots:x"))),
                new Wrong("dns_opt", lookup(l -> l.addAllOptions(java.util.Collections.nCopies(17, "rotate")))));
    }

    private static Consumer<ContainerSettings.Builder> lookup(Consumer<NameLookup.Builder> change) {
        return settings -> change.accept(settings.getNameLookupBuilder());
    }

    @Test
    void lookupsMayAskAnyoneWithAnAddressForAnything() {
        var settings = ContainerSettings.newBuilder();
        lookup(l -> l.addServers("192.0.2.53")
                        .addServers("2001:db8::53")
                        .addServers("::1")
                        .addSearches(".")
                        .addSearches("Shop.example.")
                        .addSearches("_tcp.example")
                        .addOptions("ndots:15")
                        .addOptions("use-vc"))
                .accept(settings);

        assertThat(SettingsRules.problems(settings.build())).isEmpty();
    }

    static List<Wrong> wrongLimits() {
        return List.of(
                new Wrong("shm_size", s -> s.setShmBytes(-1)),
                new Wrong("ulimits.nope", s -> s.addUlimits(ulimit("nope", 1, 1))),
                new Wrong("ulimits.nofile", s -> s.addUlimits(ulimit("nofile", 2, 1))),
                new Wrong("ulimits.nofile", s -> s.addUlimits(ulimit("nofile", -1, 1))),
                new Wrong("ulimits.nofile", s -> s.addUlimits(ulimit("nofile", 1, -2))),
                new Wrong("sysctls.vm.swappiness", s -> s.putSysctls("vm.swappiness", "1")),
                new Wrong("sysctls.net.core.x", s -> s.putSysctls("net.core.x", " ")),
                new Wrong("sysctls.net.core.x", s -> s.putSysctls("net.core.x", "1\n2")),
                new Wrong("cpuset", s -> s.setCpuset("0;1")),
                new Wrong("cpu_shares", s -> s.setCpuShares(1)),
                new Wrong("cpu_shares", s -> s.setCpuShares(262_145)),
                new Wrong("oom_score_adj", s -> s.setOomScoreAdj(-1001)),
                new Wrong(
                        "logging.options.max-size",
                        s -> s.setLogging(Logging.newBuilder().setFileBytes(10))),
                new Wrong(
                        "logging.options.max-file",
                        s -> s.setLogging(Logging.newBuilder().setFiles(101))),
                new Wrong(
                        "cap_add[1]",
                        s -> s.setPowers(Powers.newBuilder().addAdd("ALL").addAdd("all"))),
                new Wrong("cap_drop[0]", s -> s.setPowers(Powers.newBuilder().addDrop("NO_SUCH"))),
                new Wrong("devices[0]", s -> s.setPowers(device("/etc/passwd", "/dev/x", "r"))),
                new Wrong("devices[0]", s -> s.setPowers(device("/dev/../etc/passwd", "/dev/x", "r"))),
                new Wrong("devices[0]", s -> s.setPowers(device("/dev/x", "/bin/sh", "r"))),
                new Wrong("devices[0]", s -> s.setPowers(device("/dev/x", "/dev/x", "x"))),
                new Wrong(
                        "device_cgroup_rules[0]",
                        s -> s.setPowers(Powers.newBuilder().addDeviceRules("c 1 r"))),
                new Wrong("ipc", s -> s.setPowers(Powers.newBuilder().addHostNamespacesValue(9))),
                new Wrong("uts", s -> s.setHostname("a").setPowers(sharing(HostNamespace.UTS))),
                new Wrong("uts", s -> s.setDomainname("a").setPowers(sharing(HostNamespace.UTS))),
                new Wrong(
                        "cgroup", s -> s.setPowers(sharing(HostNamespace.CGROUP).setOwnCgroupView(true))),
                new Wrong("network_mode", s -> s.setNoNetwork(true).setPowers(sharing(HostNamespace.NETWORK))),
                new Wrong("hostname", s -> s.setHostname("a").setPowers(sharing(HostNamespace.NETWORK))),
                new Wrong("domainname", s -> s.setDomainname("a").setPowers(sharing(HostNamespace.NETWORK))),
                new Wrong("links", s -> s.addLinks(
                                Link.newBuilder().setService("a").setAlias("a"))
                        .setPowers(sharing(HostNamespace.NETWORK))),
                new Wrong("sysctls.net.core.somaxconn", s -> s.putSysctls("net.core.somaxconn", "1")
                        .setPowers(sharing(HostNamespace.NETWORK))),
                new Wrong("shm_size", s -> s.setShmBytes(1).setPowers(sharing(HostNamespace.IPC))),
                new Wrong("sysctls.kernel.sem", s -> s.putSysctls("kernel.sem", "1")
                        .setPowers(sharing(HostNamespace.IPC))));
    }

    @ParameterizedTest
    @MethodSource({"wrong", "wrongLookups", "wrongLimits"})
    void namesWhatIsWrong(Wrong wrong) {
        var settings = ContainerSettings.newBuilder();
        wrong.change().accept(settings);

        assertThat(SettingsRules.problems(settings.build()))
                .extracting(SettingsProblem::field)
                .containsExactly(wrong.field());
    }

    @Test
    void takesWhatIsAsItShouldBe() {
        var settings = ContainerSettings.newBuilder()
                .setWorkingDir("/srv/my shop")
                .setUser("app:staff")
                .addGroups(-2) // 4294967294
                .putLabels("team", "x".repeat(4092))
                .putAllAnnotations(many(128))
                .setHostname("a".repeat(63))
                .setDomainname("shop.example")
                .setContainerName("my_shop.web-1")
                .addExtraHosts(host("db", "192.0.2.7"))
                .addExtraHosts(host("host.docker.internal", "host-gateway"))
                .addLinks(Link.newBuilder().setService("db").setAlias("database"))
                .setStopSignal(64)
                .setStopGraceMs(0)
                .addUlimits(ulimit("nofile", 1, -1))
                .addUlimits(ulimit("core", -1, -1))
                .putSysctls("net.ipv4.ip_local_port_range", "1024 65000")
                .setCpuset("0-3,5")
                .setCpuShares(2)
                .setOomScoreAdj(-1000)
                .setLogging(Logging.newBuilder().setFileBytes(1024).setFiles(100))
                .setPowers(Powers.newBuilder()
                        .addAdd("ALL")
                        .addDrop("CHOWN")
                        .addDevices(Device.newBuilder()
                                .setSource("/dev/bus/usb/001")
                                .setTarget("/dev/x")
                                .setPermissions("rwm"))
                        .addDeviceRules("b *:229 r")
                        .addHostNamespaces(HostNamespace.PID))
                .build();

        assertThat(SettingsRules.problems(settings)).isEmpty();
        assertThat(SettingsRules.problems(ContainerSettings.getDefaultInstance()))
                .isEmpty();
    }

    @Test
    void collectsAllAtOnce() {
        var settings = ContainerSettings.newBuilder()
                .setWorkingDir("x")
                .setUser(":")
                .setCpuset("?")
                .build();

        assertThat(SettingsRules.problems(settings)).hasSize(3);
    }

    private static Map<String, String> many(int count) {
        var labels = new TreeMap<String, String>();
        for (int i = 0; i < count; i++) {
            labels.put("l" + i, "");
        }
        return labels;
    }

    private static ExtraHost.Builder host(String name, String address) {
        return ExtraHost.newBuilder().setName(name).setAddress(address);
    }

    private static Ulimit.Builder ulimit(String name, long soft, long hard) {
        return Ulimit.newBuilder().setName(name).setSoft(soft).setHard(hard);
    }

    private static Powers.Builder device(String source, String target, String permissions) {
        return Powers.newBuilder()
                .addDevices(
                        Device.newBuilder().setSource(source).setTarget(target).setPermissions(permissions));
    }

    private static Powers.Builder sharing(HostNamespace namespace) {
        return Powers.newBuilder().addHostNamespaces(namespace);
    }
}
