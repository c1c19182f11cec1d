package dev.banyan.api.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PolicyPort;
import dev.banyan.api.v1.PolicyRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {
    private static Manifest manifest(String text) {
        return ComposeFiles.loaded(text);
    }

    /** Of service web; its line is the fourth. */
    private static Connections web(String line, String top) {
        return manifest("services:\n  db: {image: x}\n  web:\n    image: x\n    " + line + "\n" + top)
                .getServices(1)
                .getConnections();
    }

    private static List<String> reasons(String line, String top) {
        return ComposeFiles.reasons("services:\n  db: {image: x}\n  web:\n    image: x\n    " + line + "\n" + top);
    }

    private static Attachment.Builder in(String network) {
        return Attachment.newBuilder().setNetwork(network);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "networks: [default]",
                "networks: {default: {priority: 3, gw_priority: 1, interface_name: eth0}}",
                "network_mode: bridge",
                "network_mode: default",
                "working_dir: /x",
            })
    void theDefaultNetworkIsUsual(String line) {
        assertThat(manifest("services:\n  web:\n    image: x\n    " + line + "\n")
                        .getServices(0)
                        .hasConnections())
                .isFalse();
    }

    @Test
    void aServiceIsInTheNetworksThatItNames() {
        assertThat(web("networks: {front: {aliases: [b, a]}, back: }", "networks: {front: , back: {internal: true}}\n"))
                .isEqualTo(Connections.newBuilder()
                        .addNetworks(in("back").setInternal(true))
                        .addNetworks(in("front").addAliases("a").addAliases("b"))
                        .build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{front: {name: common}};common",
                "{front: {external: true}};front",
                "{front: {external: true, name: common}};common",
                "{front: {external: {name: common}}};common",
                "{front: {name: common, driver: overlay, attachable: true, labels: [a=b], enable_ipv6: false}};common",
            })
    void aNetworkWithANameIsShared(String networks, String name) {
        assertThat(web("networks: [front]", "networks: " + networks + "\n").getNetworksList())
                .containsExactly(in(name).setShared(true).build());
    }

    @Test
    void settingsOfTheDefaultNetworkAreOfAllWhoNameNone() {
        assertThat(web("working_dir: /x", "networks: {default: {internal: true}}\n")
                        .getNetworksList())
                .containsExactly(in("default").setInternal(true).build());
    }

    @Test
    void noNetworkIsNone() {
        var loaded =
                manifest("services:\n  web: {image: x, network_mode: none}\n").getServices(0);

        assertThat(loaded.getConnections()).isEqualTo(Connections.getDefaultInstance());
        assertThat(loaded.hasConnections()).isTrue();
        assertThat(loaded.getSettings().getNoNetwork()).isTrue();
    }

    @Test
    void theServersNetworkIsSharedAndNoneOfTheApps() {
        var loaded = manifest("services:\n  web: {image: x, network_mode: host, expose: [80]}\n")
                .getServices(0);

        assertThat(loaded.getConnections()).isEqualTo(Connections.getDefaultInstance());
        assertThat(loaded.hasConnections()).isTrue();
        assertThat(loaded.getSettings().getPowers().getHostNamespacesList()).containsExactly(HostNamespace.NETWORK);
        assertThat(loaded.getSettings().getNoNetwork()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "ports: [80];6:12 services.web.ports: cannot be given together with \"network_mode: host\"",
                "networks: [default];5:5 services.web.network_mode: cannot be given together with \"networks\"",
                "x-banyan-policy: [{deny: db}];cannot be given together with \"network_mode: host\"",
                "x-banyan-affinity: 3h;cannot be given together with \"network_mode: host\"",
                "deploy: {endpoint_mode: dnsrr};no name of the cluster leads to such a service",
                "links: [db];which \"network_mode: host\" has no part in",
                "hostname: a;is the server's own with \"network_mode: host\"",
                "domainname: a;is the server's own with \"network_mode: host\"",
                "dns_search: a.example;unless \"dns\" names servers",
                "dns_opt: [rotate];unless \"dns\" names servers",
                "sysctls: {net.core.somaxconn: 7};would change the whole server",
            })
    void refusesWhatTheServersNetworkCannotHave(String line, String words) {
        assertThat(reasons("network_mode: host\n    " + line, ""))
                .singleElement()
                .asString()
                .contains(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dns: 192.0.2.53",
                "extra_hosts: [\"a:192.0.2.1\"]",
                "sysctls: {kernel.sem: 1 2 3 4}",
                "container_name: the-web",
                "healthcheck: {test: [CMD, \"true\"]}",
                "cap_drop: [ALL]",
                "uts: host",
            })
    void takesWhatTheServersNetworkCanHave(String line) {
        assertThat(reasons("network_mode: host\n    " + line, "")).isEmpty();
        assertThat(reasons("network_mode: host\n    dns: 192.0.2.53\n    dns_opt: [rotate]", ""))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{to: web, deny: db}", "{to: db, allow: web}"})
    void rulesCannotNameWhoIsOnTheServersNetwork(String rule) {
        assertThat(reasons("network_mode: host", "x-banyan-policy: [" + rule + "]\n"))
                .singleElement()
                .asString()
                .startsWith("6:")
                .contains("so that rules cannot tell it from the server");
    }

    @Test
    void noOtherNameLeadsToTheServersNetwork() {
        assertThat(ComposeFiles.reasons(
                        "services:\n  db: {image: x, network_mode: host}\n  web: {image: x, links: [\"db:store\"]}\n"))
                .singleElement()
                .asString()
                .contains("which has no virtual address");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "network_mode: service:db;use the other service's name instead of localhost",
                "network_mode: container:x;is not supported yet",
                "network_mode: nonne;is no mode of networks",
                "networks: {default: {ipv4_address: 192.0.2.1}};agents give addresses",
                "networks: {default: {aliases: [a b]}};is no name that can be looked up",
            })
    void refusesWhatCannotBe(String line, String words) {
        assertThat(reasons(line, ""))
                .singleElement()
                .asString()
                .startsWith("5:")
                .contains(words);
    }

    @Test
    void refusesPortsWithoutANetwork() {
        assertThat(ComposeFiles.reasons("services:\n  web: {image: x, network_mode: none, ports: [80]}\n"))
                .singleElement()
                .asString()
                .contains("a service without a network can publish no ports");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{front: {driver: macvlan}};\"macvlan\" is no driver of networks that is supported",
                "{front: {ipam: {driver: d}}};agents give addresses",
                "{front: {driver_opts: {a: b}}};it is an option of Docker's drivers",
                "{front: {name: a/b}};is no name of a network",
            })
    void refusesNetworksThatCannotBe(String networks, String words) {
        assertThat(reasons("networks: [front]", "networks: " + networks + "\n"))
                .singleElement()
                .asString()
                .startsWith("6:")
                .contains(words);
    }

    @Test
    void aServiceHasIpv6WhereOneOfItsNetworksHas() {
        var services = "services:\n  web: {image: x, networks: [front, back]}\n  db: {image: x, networks: [back]}\n"
                + "  job: {image: x, network_mode: none}\n";
        var manifest = ComposeFiles.loaded(services + "networks: {front: {enable_ipv6: true}, back: {}}\n");

        assertThat(manifest.getServicesList().stream()
                        .filter(service -> service.getSettings().getIpv6())
                        .map(service -> service.getName()))
                .containsExactly("web");
        assertThat(manifest.getServices(2).getConnections().getNetworksList())
                .containsExactly(in("back").build(), in("front").setIpv6(true).build());
    }

    @Test
    void readsRulesOfTheServiceBeforeThoseOfTheApp() {
        var rules = web(
                        "x-banyan-policy: [{allow: [web, db], ports: [53/udp, 80, 80/tcp]}]",
                        "x-banyan-policy: [{to: web, deny: \"*\"}, {to: \"*\", allow: billing.api}, {to: db, deny: web}]\n"
                                + "x-banyan-peers: [billing]\n")
                .getRulesList();

        assertThat(rules)
                .containsExactly(
                        PolicyRule.newBuilder()
                                .setAllow(true)
                                .addAllFrom(List.of("db", "web"))
                                .addPorts(PolicyPort.newBuilder().setNumber(53).setUdp(true))
                                .addPorts(PolicyPort.newBuilder().setNumber(80))
                                .build(),
                        PolicyRule.newBuilder().addFrom("*").build(),
                        PolicyRule.newBuilder()
                                .setAllow(true)
                                .addFrom("billing.api")
                                .build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{to: web};a rule either allows or denies",
                "{to: web, allow: db, deny: db};a rule either allows or denies",
                "{to: weeb, allow: db};there is no service \"weeb\" (did you mean \"web\"?)",
                "{to: web, allow: bd};there is no service \"bd\" (did you mean \"db\"?)",
                "{to: web, allow: biling.api};\"biling\" is no peer of this app (did you mean \"billing\"?)",
                "{to: web, allow: other.api};\"other\" is no peer of this app (name it under \"x-banyan-peers\")",
                "{to: web, allow: We};'We' is no service",
                "{to: web, allow: []};names nobody",
                "{to: web, allow: db, ports: [70000]};\"70000\" is no port",
                "{to: web, allow: db, ports: []};\"ports\" names none",
                "{to: web, allow: db, ports: [http]};\"http\" is no port",
                "{allow: db};has no \"to\"",
                "{to: web, alow: db};did you mean \"allow\"?",
            })
    void saysWhatIsWrongWithARule(String rule, String words) {
        assertThat(reasons("working_dir: /x", "x-banyan-peers: billing\nx-banyan-policy: [" + rule + "]\n"))
                .isNotEmpty()
                .allSatisfy(reason -> assertThat(reason).startsWith("7:"))
                .anySatisfy(reason -> assertThat(reason).contains(words));
    }

    @Test
    void appsOfASharedNetworkNeedNotBePeersToBeNamed() {
        assertThat(reasons(
                        "networks: [common]",
                        "networks: {common: {external: true}}\nx-banyan-policy: [{to: web, deny: other.api}]\n"))
                .isEmpty();
    }

    @Test
    void namesPeersInOrder() {
        assertThat(manifest("services: {web: {image: x}}\nx-banyan-peers: [b, a.eu, b]\n")
                        .getPeersList())
                .containsExactly("a.eu", "b");
        assertThat(ComposeFiles.reasons("name: shop\nservices: {web: {image: x}}\nx-banyan-peers: [shop, We]\n"))
                .hasSize(2)
                .first()
                .asString()
                .contains("3:18 x-banyan-peers[0]: an app is no peer of itself");
    }
}
