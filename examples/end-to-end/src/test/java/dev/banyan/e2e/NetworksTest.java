package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.Command;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.HostContainer;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Output;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ten apps on two servers: who reaches whom, by every way there is, compared with what their files say. */
@Tag("servers")
class NetworksTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final DemoImage IMAGE = DemoImage.of("busybox");
    private static final int PORT = 8080;

    /** Of a program of the servers themselves, and of a port that nobody may use. */
    private static final int FOREIGN = 9_999;

    private static final String SERVE =
            "{image: %s, command: [sh, -c, \"trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait\"]";

    /** What each app says besides; by its number. */
    private static final Map<Integer, String> SPECIAL = Map.of(
            1, "x-banyan-peers: [app2]\n",
            2, "x-banyan-peers: [app1]\n",
            3, "x-banyan-peers: [app4]\n",
            5, "x-banyan-policy: [{to: db, deny: web}]\n",
            6, "x-banyan-policy: [{to: db, allow: [far], ports: [8080]}, {to: db, deny: \"*\"}]\n",
            7, "networks: {default: {internal: true}}\n",
            8, "networks: {default: {name: common}}\n",
            9, "networks: {default: {name: common, external: true}}\n");

    /** A container that runs: which service of which app, where. */
    private record Place(String app, String service, int agent, String address, HostContainer container) {
        @Override
        public String toString() {
            return app + "." + service + "@" + agent;
        }
    }

    @Test
    void areKeptApart() {
        var cluster = Cluster.start(2);
        try (cluster) {
            cluster.push(IMAGE);
            for (int app = 0; app < 10; app++) {
                up(cluster, app, special(app), "--detach");
            }
            awaitMatrix(cluster);

            serversAreOutOfReach(cluster);
            publishedPortsAreOpen(cluster);
            namesAreTold(cluster);
            noLinkIsNone(cluster);
            policyIsShown(cluster);
            aFlushIsMended(cluster);
            nothingChangesWhileTheAgentIsDead(cluster);
            whatIsNoLongerAllowedIsCut(cluster);
        }
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    private static String special(int app) {
        return SPECIAL.getOrDefault(app, "");
    }

    private static void up(Cluster cluster, int app, String special, String... more) {
        var serve = SERVE.formatted(IMAGE.reference());
        var apart = app == 0;
        var text = "name: app" + app + "\n" + special
                + (apart ? "networks: {front: , back: }\n" : "")
                + "services:\n"
                + "  web: " + serve + ", deploy: {mode: global}" + (apart ? ", networks: [front, back]" : "")
                + (app == 9
                        ? ", ports: [\"8089:8080\", {target: 8080, published: 8090, x-banyan-allow: [192.0.2.0/24]}]"
                        : "")
                + "}\n"
                + "  db: " + serve + (apart ? ", networks: {back: {aliases: [store]}}" : "") + "}\n"
                + (apart || app == 6 ? "  far: " + serve + (apart ? ", networks: [front]" : "") + "}\n" : "")
                + (app == 8 ? "  mute: " + serve + ", network_mode: none}\n" : "");
        var words = new ArrayList<>(List.of(
                "up", "-f", WebApp.file(cluster, "app" + app + ".yaml", text).toString()));
        words.addAll(List.of(more));
        cluster.cli(words.toArray(String[]::new)).orFail();
    }

    /** Written by hand from what the files above say. */
    private static boolean mayReach(Place from, String app, String service) {
        if (!from.app().equals(app)) {
            return Set.of("app1 app2", "app2 app1", "app8 app9", "app9 app8").contains(from.app() + " " + app);
        }
        var pair = from.service() + " " + service;
        return switch (app) {
            case "app0" -> !pair.equals("far db") && !pair.equals("db far");
            case "app5" -> !pair.equals("web db");
            case "app6" -> !service.equals("db") || from.service().equals("far");
            default -> true;
        };
    }

    private static List<Resource<TaskSpec, TaskStatus>> tasks(Cluster cluster) {
        return cluster.store().list(Selection.of(Kinds.TASKS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .filter(task -> !task.spec().getService().equals("mute"))
                .toList();
    }

    private static List<Place> places(Cluster cluster) {
        var places = new ArrayList<Place>();
        for (int agent = 1; agent <= 2; agent++) {
            var name = cluster.agentName(agent);
            var byAddress = new TreeMap<String, HostContainer>();
            for (var container : HostContainer.appsOf(cluster.agentServer(agent))) {
                byAddress.put(address(container), container);
            }
            for (var task : tasks(cluster)) {
                var address = task.status().getAddress();
                if (task.spec().getAssignment().getAgent().equals(name) && byAddress.containsKey(address)) {
                    places.add(new Place(
                            task.spec().getDeployment(),
                            task.spec().getService(),
                            agent,
                            address,
                            byAddress.get(address)));
                }
            }
        }
        return places;
    }

    private static String address(HostContainer container) {
        var out = within(container, "ip", "-o", "-4", "addr", "show", "dev", "eth0")
                .out();
        return out.isBlank() ? "" : out.split("inet ")[1].split("/")[0];
    }

    private static Map<String, String> virtual(Cluster cluster) {
        var addresses = new TreeMap<String, String>();
        cluster.store().list(Selection.of(Kinds.SERVICES.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.SERVICES::decode)
                .filter(service -> !service.spec().getService().equals("mute"))
                .forEach(service -> addresses.put(
                        service.spec().getVirtualAddress(),
                        service.spec().getDeployment() + " " + service.spec().getService()));
        return addresses;
    }

    /** Everything that differs from what the files say. */
    private static Set<String> wrong(Cluster cluster) {
        var places = places(cluster);
        var targets = new TreeMap<>(virtual(cluster));
        places.forEach(place -> targets.put(place.address(), place.app() + " " + place.service()));
        var wrong = new TreeSet<String>();
        for (var from : places) {
            var reached = reached(from.container(), targets.keySet(), PORT);
            targets.forEach((address, owner) -> {
                var words = owner.split(" ");
                // Its own address is its own, whatever rules say.
                boolean may = address.equals(from.address()) || mayReach(from, words[0], words[1]);
                if (may != reached.contains(address)) {
                    wrong.add(from + (may ? " does not reach " : " reaches ") + owner + " at " + address);
                }
            });
        }
        return wrong;
    }

    private static void awaitMatrix(Cluster cluster) {
        Await.until(
                () -> places(cluster).size() == 32
                        && mute(cluster).size() == 1
                        && wrong(cluster).isEmpty(),
                SOON,
                () -> places(cluster).size() + " containers; " + wrong(cluster) + "\n" + cluster.cli("ps")
                        + cluster.cli("network", "policy"));
    }

    /** Those of {@code addresses} at which a connection is made; what is dropped holds up the others behind it. */
    private static Set<String> reached(HostContainer from, Set<String> addresses, int port) {
        var script = "for a in " + String.join(" ", addresses) + "; do (exec 3<>/dev/tcp/$a/" + port
                + ") 2>/dev/null && echo $a; done";
        return new TreeSet<>(within(from, "timeout", "20", "bash", "-c", script)
                .out()
                .lines()
                .toList());
    }

    private static Output within(HostContainer container, String... words) {
        return Command.of(words)
                .behind("nsenter", "-t", Long.toString(container.pid()), "-n")
                .run();
    }

    private static Place place(Cluster cluster, String app, String service, int agent) {
        return places(cluster).stream()
                .filter(place -> place.app().equals(app)
                        && place.service().equals(service)
                        && (agent == 0 || place.agent() == agent))
                .findFirst()
                .orElseThrow();
    }

    private static void serversAreOutOfReach(Cluster cluster) {
        var program = Path.of(System.getProperty("java.home"), "bin", "jwebserver");
        var first = cluster.agentServer(1);
        first.run("ip", "addr", "add", "169.254.169.254/32", "dev", "lo").orFail();
        var serving = first.open(Command.of(program.toString(), "-b", "0.0.0.0", "-p", Integer.toString(FOREIGN)));
        var all = Set.of(first.address(), "169.254.169.254", "10.192.0.1", "10.192.1.1");
        Await.until(
                () -> cluster.outside()
                                .get("http://" + first.address() + ":" + FOREIGN)
                                .status()
                        == 200,
                SOON,
                () -> "the server's own program answers others");
        for (int agent = 1; agent <= 2; agent++) {
            var web = place(cluster, "app4", "web", agent).container();
            assertThat(reached(web, all, FOREIGN)).isEmpty();
            assertThat(reached(web, Set.of(cluster.engineServer().address()), Cluster.API_PORT))
                    .isEmpty();
            assertThat(reached(web, Set.of(cluster.engineServer().address()), Cluster.REGISTRY_PORT))
                    .isEmpty();
        }
        serving.destroy();
    }

    private static void publishedPortsAreOpen(Cluster cluster) {
        var servers =
                Set.of(cluster.agentServer(1).address(), cluster.agentServer(2).address());
        for (int agent = 1; agent <= 2; agent++) {
            var web = place(cluster, "app4", "web", agent).container();
            Await.until(
                    () -> reached(web, servers, 8089).equals(servers),
                    SOON,
                    () -> servers + " are reached, not only " + reached(web, servers, 8089) + cluster.cli("ports"));
            assertThat(reached(web, Set.of("10.192." + (agent - 1) + ".1"), 8089))
                    .hasSize(1);
            assertThat(reached(web, servers, 8090)).isEmpty();
            // Without a way out neither servers nor others are reached.
            assertThat(reached(place(cluster, "app7", "web", agent).container(), servers, 8089))
                    .isEmpty();
        }
        assertThat(cluster.outside()
                        .get("http://" + cluster.agentServer(1).address() + ":8089/healthz")
                        .status())
                .isEqualTo(200);
    }

    private static void namesAreTold(Cluster cluster) {
        awaitTold(
                cluster,
                "app1",
                List.of("db.app2.internal", "db", "db.app3.internal", "web.app0.internal"),
                List.of("NOERROR 1", "NOERROR 1", "NXDOMAIN", "NXDOMAIN"));
        awaitTold(cluster, "app3", List.of("db.app4.internal", "db.app1.internal"), List.of("NXDOMAIN", "NXDOMAIN"));
        awaitTold(cluster, "app0", List.of("store", "far", "db"), List.of("NOERROR 1", "NOERROR 1", "NOERROR 1"));
    }

    private static void awaitTold(Cluster cluster, String app, List<String> names, List<String> wanted) {
        Await.until(
                () -> ask(cluster, app, names).equals(wanted),
                SOON,
                () -> app + " is told " + wanted + " of " + names + ", not " + ask(cluster, app, names));
    }

    /** What the container of the app's web service on the first agent is told, without addresses. */
    private static List<String> ask(Cluster cluster, String app, List<String> names) {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                NamesProgram.class.getName(),
                "ask",
                "10.192.0.1"));
        for (var name : names) {
            words.add("udp:" + name + ":A");
        }
        var web = place(cluster, app, "web", 1);
        return within(web.container(), words.toArray(String[]::new))
                .out()
                .lines()
                .filter(line -> line.startsWith("udp:"))
                .map(line -> line.substring(line.indexOf(' ') + 1)
                        .replaceAll(" 10\\..*", "")
                        .strip())
                .toList();
    }

    private static void noLinkIsNone(Cluster cluster) {
        var link = within(mute(cluster).getFirst(), "ip", "-o", "link").orFail().out();
        assertThat(link.lines()).hasSize(1).allMatch(line -> line.contains("lo:"));
    }

    private static List<HostContainer> mute(Cluster cluster) {
        var mute = new ArrayList<HostContainer>();
        for (int agent = 1; agent <= 2; agent++) {
            mute.addAll(HostContainer.appsOf(cluster.agentServer(agent)).stream()
                    .filter(container -> container.hostname().startsWith("mute-"))
                    .toList());
        }
        return mute;
    }

    private static void policyIsShown(Cluster cluster) {
        var shown = cluster.cli("network", "policy", "app6").orFail().out();
        assertThat(shown).containsPattern("app6\\.far +app6\\.db +8080/tcp +network app6/default, policy");
        assertThat(shown).doesNotContain("app5", "not isolating");
        assertThat(cluster.cli("network", "policy", "app1", "-o", "json")
                        .orFail()
                        .out())
                .contains("\"peer\"");
        assertThat(cluster.cli("network", "networks").orFail().out()).contains("common", "app8.web, ");
    }

    private static void aFlushIsMended(Cluster cluster) {
        cluster.agentServer(1).run("nft", "flush", "ruleset").orFail();
        awaitMatrix(cluster);
    }

    private static void nothingChangesWhileTheAgentIsDead(Cluster cluster) {
        var peer = place(cluster, "app1", "web", 1);
        var other = place(cluster, "app4", "web", 1);
        var wanted = Set.of(place(cluster, "app2", "web", 1).address());
        cluster.agent(1).kill();
        assertThat(reached(peer.container(), wanted, PORT)).isEqualTo(wanted);
        assertThat(reached(other.container(), wanted, PORT)).isEmpty();
        cluster.restartAgent(1);
        assertThat(reached(peer.container(), wanted, PORT)).isEqualTo(wanted);
        assertThat(reached(other.container(), wanted, PORT)).isEmpty();
        cluster.awaitAgents();
        awaitMatrix(cluster);
    }

    private static void whatIsNoLongerAllowedIsCut(Cluster cluster) {
        var from = place(cluster, "app1", "web", 1);
        var to = place(cluster, "app2", "web", 2);
        var beside = place(cluster, "app1", "web", 2);
        var cut = hold(cluster, from, to);
        var kept = hold(cluster, from, beside);
        up(cluster, 2, "");
        Await.until(
                () -> reached(from.container(), Set.of(to.address()), PORT).isEmpty(), SOON, () -> "no peer any more");
        // The door closes first, then what is inside is put out.
        Await.until(
                () -> flows(cluster, from, to).isBlank(), SOON, () -> "no flow is left: " + flows(cluster, from, to));

        assertThat(answer(cut)).noneMatch(line -> line.startsWith("HTTP/"));
        assertThat(answer(kept)).anyMatch(line -> line.startsWith("HTTP/"));
    }

    private static String flows(Cluster cluster, Place from, Place to) {
        return cluster.agentServer(to.agent())
                .run("conntrack", "-L", "-p", "tcp", "--orig-src", from.address(), "--reply-src", to.address())
                .orFail()
                .out();
    }

    /** A connection that is made now, and asks once it is told to. */
    private static Process hold(Cluster cluster, Place from, Place to) {
        var script = "exec 3<>/dev/tcp/" + to.address() + "/8080; echo open; read; "
                + "printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3; timeout 5 cat <&3; echo end";
        var held = cluster.agentServer(1)
                .open(Command.of("bash", "-c", script)
                        .behind("nsenter", "-t", Long.toString(from.container().pid()), "-n"));
        try {
            assertThat(held.inputReader().readLine()).isEqualTo("open");
            return held;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static List<String> answer(Process held) {
        try (var out = held.outputWriter()) {
            out.write("\n");
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        return held.inputReader().lines().toList();
    }
}
