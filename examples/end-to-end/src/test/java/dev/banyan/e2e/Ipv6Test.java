package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.Command;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.HostContainer;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Output;
import dev.banyan.harness.Server;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Containers with IPv6 addresses on two servers: the tunnel, the load balancer, names, published ports, and who reaches whom. */
@Tag("servers")
class Ipv6Test {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final DemoImage IMAGE = DemoImage.of("busybox");
    private static final int PORT = 8080;
    private static final int PUBLISHED = 8091;
    private static final int GUARDED = 8093;
    private static final int IPV4_ALONE = 8094;
    private static final int OF_ONE = 8095;
    private static final int IPV6_ALONE = 8096;
    private static final int OF_LATER = 8097;
    private static final String LATER = "2001:db8:99::7777";
    private static final int FOREIGN = 9_999;
    private static final String DUAL = "networks: {default: {enable_ipv6: true}}\n";

    @Test
    void isCarriedBesideIpv4() {
        var cluster = Cluster.start(2);
        try (cluster) {
            cluster.push(IMAGE);
            up(cluster, "six", DUAL, ", ports: [\"" + PUBLISHED + ":" + PORT + "\", " + guarded(cluster) + "]");
            up(cluster, "other", DUAL, "");
            up(cluster, "four", "", ", ports: [\"8092:" + PORT + "\"]");
            Await.until(() -> wrong(cluster).isEmpty(), SOON, () -> wrong(cluster) + "\n" + cluster.cli("ps"));

            namesAreTold(cluster);
            publishedPortsAreOpen(cluster);
            portsAreOpenToThoseWhoMay(cluster);
            portsAreOnTheirAddressAlone(cluster);
            serversAreOutOfReach(cluster);
            serversOfEnginesAreOutOfReach(cluster);
            addressesAreFollowed(cluster);
            addressesAreShown(cluster);
            whatIsTakenAwayIsMended(cluster);
            nothingChangesWhileTheAgentIsDead(cluster);
        }
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    private static void up(Cluster cluster, String app, String networks, String ports) {
        var text = "name: " + app + "\n" + networks + "services:\n  web: {image: " + IMAGE.reference()
                + ", command: [sh, -c, \"trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait\"], deploy: {mode: global}"
                + ports + "}\n";
        cluster.cli("up", "-f", WebApp.file(cluster, app + ".yaml", text).toString())
                .orFail();
    }

    /** The container of {@code app} on that agent. */
    private static HostContainer container(Cluster cluster, String app, int agent) {
        var address = cluster.store().list(Selection.of(Kinds.TASKS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .filter(task -> task.spec().getDeployment().equals(app)
                        && task.spec().getAssignment().getAgent().equals(cluster.agentName(agent)))
                .map(task -> task.status().getAddress())
                .findFirst()
                .orElse("");
        return HostContainer.appsOf(cluster.agentServer(agent)).stream()
                .filter(container -> !address.isEmpty()
                        && within(container, "ip", "-o", "-4", "addr", "show", "dev", "eth0")
                                .out()
                                .contains(" " + address + "/"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no container of " + app + " at '" + address + "'"));
    }

    private static Output within(HostContainer container, String... words) {
        return Command.of(words)
                .behind("nsenter", "-t", Long.toString(container.pid()), "-n")
                .run();
    }

    /** Its IPv6 address that others reach; empty without. */
    private static String ipv6(HostContainer container) {
        var out = within(container, "ip", "-o", "-6", "addr", "show", "dev", "eth0", "scope", "global")
                .out();
        return out.isBlank() ? "" : out.split("inet6 ")[1].split("/")[0];
    }

    private static boolean reaches(HostContainer from, String address, int port) {
        return connects(from, address, port, 5);
    }

    /** Whether it connects in the end; what is refused is refused at once, and what is dropped costs all the time. */
    private static boolean connects(HostContainer from, String address, int port, int seconds) {
        var script = "exec 3<>/dev/tcp/" + address + "/" + port;
        return within(from, "timeout", Integer.toString(seconds), "bash", "-c", script)
                        .status()
                == 0;
    }

    /** The IPv6 address of the service itself, as its container's is made of that of IPv4. */
    private static String virtual(Cluster cluster, String app, String beside) {
        var ipv4 = cluster.store().list(Selection.of(Kinds.SERVICES.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.SERVICES::decode)
                .filter(service -> service.name().equals(app + ".web"))
                .map(service -> service.spec().getVirtualAddress())
                .findFirst()
                .orElseThrow();
        var octets = ipv4.split("\\.");
        var subnet = Integer.toHexString(Integer.parseInt(octets[1]) << 8 | Integer.parseInt(octets[2]));
        return String.join(":", List.of(beside.split(":")).subList(0, 3)) + ":" + subnet + "::"
                + Integer.toHexString(Integer.parseInt(octets[3]));
    }

    /** Everything that is not as it should be. */
    private static TreeSet<String> wrong(Cluster cluster) {
        var wrong = new TreeSet<String>();
        try {
            for (int agent = 1; agent <= 2; agent++) {
                var six = container(cluster, "six", agent);
                var other = container(cluster, "other", agent);
                for (var target : targets(cluster).entrySet()) {
                    expect(true, six, target, wrong);
                    expect(false, other, target, wrong);
                    expect(false, container(cluster, "four", agent), target, wrong);
                }
                if (!ipv6(container(cluster, "four", agent)).isEmpty()) {
                    wrong.add("four has IPv6");
                }
            }
        } catch (AssertionError early) {
            wrong.add(early.getMessage());
        }
        return wrong;
    }

    private static Map<String, String> targets(Cluster cluster) {
        var targets = new TreeMap<String, String>();
        for (int agent = 1; agent <= 2; agent++) {
            var address = ipv6(container(cluster, "six", agent));
            assertThat(address).as("address of six at agent %d", agent).startsWith("fd");
            targets.put("six at agent " + agent, address);
            targets.put("six", virtual(cluster, "six", address));
        }
        return targets;
    }

    private static void expect(
            boolean may, HostContainer from, Map.Entry<String, String> target, TreeSet<String> wrong) {
        if (connects(from, target.getValue(), PORT, may ? 20 : 5) != may) {
            wrong.add(from.hostname() + " " + ipv6(from) + (may ? " does not reach " : " reaches ") + target);
        }
    }

    private static void namesAreTold(Cluster cluster) {
        var six = container(cluster, "six", 1);
        var service = virtual(cluster, "six", ipv6(six));
        Await.until(
                () -> Stream.of(six, container(cluster, "six", 2))
                        .allMatch(
                                each -> told(six, "tasks.web.six.internal:AAAA").contains(ipv6(each))),
                SOON,
                () -> "both replicas are told: " + asked(six, "tasks.web.six.internal:AAAA"));
        assertThat(asked(six, "web:AAAA", "web:A", "tasks.web.six.internal:AAAA"))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("NOERROR 1 " + service),
                        line -> assertThat(line).startsWith("NOERROR 1 10.20"),
                        line -> assertThat(line).startsWith("NOERROR 1 ").contains(ipv6(six)));
        assertThat(asked(container(cluster, "four", 1), "web:AAAA")).containsExactly("NOERROR");
        assertThat(asked(container(cluster, "other", 1), "web.six.internal:AAAA"))
                .containsExactly("NXDOMAIN");
    }

    private static String told(HostContainer from, String question) {
        return String.join("\n", asked(from, question));
    }

    private static List<String> asked(HostContainer from, String... questions) {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                NamesProgram.class.getName(),
                "ask",
                "10.192.0.1"));
        for (var question : questions) {
            words.add("udp:" + question);
        }
        return within(from, words.toArray(String[]::new))
                .out()
                .lines()
                .filter(line -> line.startsWith("udp:"))
                .map(line -> line.substring(line.indexOf(' ') + 1).strip().replace(":0:0:0:", "::"))
                .toList();
    }

    private static String wire(Server server) {
        return "2001:db8:99::" + server.address().substring(server.address().lastIndexOf('.') + 1);
    }

    private static void publishedPortsAreOpen(Cluster cluster) {
        for (int agent = 1; agent <= 2; agent++) {
            var server = cluster.agentServer(agent);
            var url = "http://[" + wire(server) + "]:" + PUBLISHED + "/healthz";
            Await.until(
                    () -> cluster.outside().get(url).status() == 200,
                    SOON,
                    () -> url + " answers " + cluster.outside().get(url) + "\n" + cluster.cli("ports"));
            assertThat(cluster.agentServer(3 - agent).get(url).status()).isEqualTo(200);
            assertThat(server.get(url).status()).as("from the server itself").isEqualTo(200);
            assertThat(server.get("http://[::1]:" + PUBLISHED + "/healthz").body())
                    .as("by its own loopback")
                    .contains("Couldn't connect");
            assertThat(server.get("http://localhost:" + PUBLISHED + "/healthz").status())
                    .isEqualTo(200);
            assertThat(reaches(container(cluster, "other", agent), wire(server), PUBLISHED))
                    .as("from a container of another app")
                    .isTrue();
            // Its containers have no IPv6: nobody answers there.
            assertThat(cluster.outside()
                            .get("http://[" + wire(server) + "]:8092/healthz")
                            .status())
                    .isNotEqualTo(200);
        }
    }

    /** Ports that are open to some: by IPv6 to the one outside, by IPv4 to everybody. */
    private static String guarded(Cluster cluster) {
        return "{target: " + PORT + ", published: " + GUARDED + ", x-banyan-allow: [\"" + wire(cluster.outside())
                + "\"]}, {target: " + PORT + ", published: " + IPV4_ALONE + ", x-banyan-allow: [0.0.0.0/0]}, \"["
                + wire(cluster.agentServer(1)) + "]:" + OF_ONE + ":" + PORT + "\", \"[::]:" + IPV6_ALONE + ":" + PORT
                + "\", \"[" + LATER + "]:" + OF_LATER + ":" + PORT + "\"";
    }

    private static void portsAreOnTheirAddressAlone(Cluster cluster) {
        var outside = cluster.outside();
        for (int agent = 1; agent <= 2; agent++) {
            var server = cluster.agentServer(agent);
            var single = outside.get("http://[" + wire(server) + "]:" + OF_ONE + "/healthz");
            assertThat(single.status() == 200).as("agent %d", agent).isEqualTo(agent == 1);
            assertThat(outside.get("http://[" + wire(server) + "]:" + IPV6_ALONE + "/healthz")
                            .status())
                    .isEqualTo(200);
            for (int port : List.of(OF_ONE, IPV6_ALONE)) {
                assertThat(outside.get("http://" + server.address() + ":" + port + "/healthz")
                                .body())
                        .as("by IPv4")
                        .contains("Couldn't connect");
            }
        }
        var other = container(cluster, "other", 2);
        assertThat(reaches(other, wire(cluster.agentServer(1)), OF_ONE))
                .as("from a container of another app on another server")
                .isTrue();
        assertThat(cluster.cli("ports").orFail().out())
                .contains("[" + wire(cluster.agentServer(1)) + "]:" + OF_ONE + "/tcp", "[::]:" + IPV6_ALONE + "/tcp");
    }

    private static void portsAreOpenToThoseWhoMay(Cluster cluster) {
        for (int agent = 1; agent <= 2; agent++) {
            var server = cluster.agentServer(agent);
            var other = cluster.agentServer(3 - agent);
            var six = "http://[" + wire(server) + "]:";
            var four = "http://" + server.address() + ":";
            assertThat(cluster.outside().get(six + GUARDED + "/healthz").status())
                    .as("from a range of the port")
                    .isEqualTo(200);
            assertThat(other.get(six + GUARDED + "/healthz").body())
                    .as("from elsewhere")
                    .contains("Couldn't connect");
            assertThat(reaches(container(cluster, "other", agent), wire(server), GUARDED))
                    .as("from a container")
                    .isFalse();
            assertThat(server.get(six + GUARDED + "/healthz").status())
                    .as("from the server itself")
                    .isEqualTo(200);
            assertThat(cluster.outside().get(four + GUARDED + "/healthz").body())
                    .as("by IPv4, of which it has no range")
                    .contains("Couldn't connect");
            assertThat(cluster.outside().get(four + IPV4_ALONE + "/healthz").status())
                    .isEqualTo(200);
            assertThat(cluster.outside().get(six + IPV4_ALONE + "/healthz").body())
                    .as("by IPv6, of which it has no range")
                    .contains("Couldn't connect");
        }
        assertThat(cluster.cli("ports").orFail().out()).contains(wire(cluster.outside()));
    }

    private static void serversAreOutOfReach(Cluster cluster) {
        var first = cluster.agentServer(1);
        var program = Path.of(System.getProperty("java.home"), "bin", "jwebserver");
        var serving = first.open(Command.of(program.toString(), "-b", "::", "-p", Integer.toString(FOREIGN)));
        Await.until(
                () -> cluster.outside()
                                .get("http://[" + wire(first) + "]:" + FOREIGN)
                                .status()
                        == 200,
                SOON,
                () -> "the server's own program answers others");
        for (int agent = 1; agent <= 2; agent++) {
            var six = container(cluster, "six", agent);
            var gateway = ipv6(six).replaceAll("::.*", "::1");
            for (var address : List.of(wire(first), gateway, linkLocal(first) + "%eth0")) {
                assertThat(reaches(six, address, FOREIGN)).as(address).isFalse();
            }
        }
        serving.destroy();
    }

    /** Agents know the engine by an IPv4 address alone; the others it tells itself. */
    private static void serversOfEnginesAreOutOfReach(Cluster cluster) {
        var engine = cluster.engineServer();
        var program = Path.of(System.getProperty("java.home"), "bin", "jwebserver");
        var serving = engine.open(Command.of(program.toString(), "-b", "::", "-p", Integer.toString(FOREIGN)));
        Await.until(
                () -> cluster.outside()
                                .get("http://[" + wire(engine) + "]:" + FOREIGN)
                                .status()
                        == 200,
                SOON,
                () -> "the program of the engine's server answers others");
        for (int agent = 1; agent <= 2; agent++) {
            var six = container(cluster, "six", agent);
            assertThat(reaches(six, wire(engine), FOREIGN))
                    .as("agent %d", agent)
                    .isFalse();
        }
        serving.destroy();
    }

    /** An address that a server gets later is kept from containers elsewhere, and its port is open, until it goes. */
    private static void addressesAreFollowed(Cluster cluster) {
        var second = cluster.agentServer(2);
        var program = Path.of(System.getProperty("java.home"), "bin", "jwebserver");
        var serving = second.open(Command.of(program.toString(), "-b", "::", "-p", Integer.toString(FOREIGN)));
        var port = "http://[" + LATER + "]:" + OF_LATER + "/healthz";
        assertThat(cluster.cli("ports").orFail().out()).contains("no agent has " + LATER);
        second.run("ip", "addr", "add", LATER + "/64", "dev", "eth0", "nodad").orFail();
        Await.until(() -> cluster.outside().get(port).status() == 200, SOON, () -> cluster.cli("ports")
                .out());
        Await.until(
                () -> cluster.outside().get("http://[" + LATER + "]:" + FOREIGN).status() == 200,
                SOON,
                () -> "the server's own program answers others");
        Await.until(
                () -> !reaches(container(cluster, "six", 1), LATER, FOREIGN),
                SOON,
                () -> "a container reaches a server's program by an address that came later");
        Await.until(
                () -> reaches(container(cluster, "six", 1), LATER, OF_LATER),
                SOON,
                () -> "a container reaches the port at that address\n" + cluster.cli("ports"));
        second.run("ip", "addr", "del", LATER + "/64", "dev", "eth0").orFail();
        Await.until(() -> cluster.cli("ports").out().contains("no agent has " + LATER), SOON, () -> cluster.cli("ports")
                .out());
        serving.destroy();
    }

    /** Of the server's end of some container's link, which answers on that link. */
    private static String linkLocal(Server server) {
        return server.run("ip", "-o", "-6", "addr", "show", "scope", "link")
                .orFail()
                .out()
                .lines()
                .filter(line -> line.contains(" veth"))
                .findFirst()
                .orElseThrow()
                .split("inet6 ")[1]
                .split("/")[0];
    }

    private static void addressesAreShown(Cluster cluster) {
        assertThat(cluster.cli("network", "addresses").orFail().out())
                .contains(
                        ipv6(container(cluster, "six", 1)),
                        virtual(cluster, "six", ipv6(container(cluster, "six", 1))));
        assertThat(AllWell.awaitCheck(cluster).out()).doesNotContain("failed");
        assertThat(AllWell.awaitCheck(cluster, "six/web", "-o", "json").out())
                .contains("name (AAAA)", "[" + ipv6(container(cluster, "six", 2)) + "]:" + PORT + "/tcp");
    }

    private static void whatIsTakenAwayIsMended(Cluster cluster) {
        var second = cluster.agentServer(2);
        second.run("nft", "flush", "ruleset").orFail();
        second.run("ip", "-6", "route", "flush", "proto", "157").orFail();
        Await.until(() -> wrong(cluster).isEmpty(), SOON, () -> wrong(cluster).toString());
    }

    private static void nothingChangesWhileTheAgentIsDead(Cluster cluster) {
        Await.until(
                () -> rules(cluster).stream().noneMatch(rule -> rule.contains(LATER)),
                SOON,
                () -> "nothing tells of the address that has gone: " + rules(cluster));
        var before = rules(cluster);
        cluster.agent(1).kill();
        assertThat(wrong(cluster)).isEmpty();
        cluster.restartAgent(1);
        cluster.awaitAgents();
        assertThat(wrong(cluster)).isEmpty();
        Await.until(() -> rules(cluster).equals(before), SOON, () -> rules(cluster) + "\nand not\n" + before);
    }

    /** Parts of a table have no order but that in which they came, so they are sorted. */
    private static List<String> rules(Cluster cluster) {
        var server = cluster.agentServer(1);
        var tables = server.run("nft", "-s", "list", "ruleset", "ip6").orFail().out();
        var routes = server.run("ip", "-6", "route").orFail().out();
        return Stream.concat(Arrays.stream(tables.split("\n\n|\\{\n(?=\t(?:set|map|chain) )|\n\\}\n")), routes.lines())
                .map(String::strip)
                .sorted()
                .toList();
    }
}
