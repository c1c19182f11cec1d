package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Names as containers on three servers look them up, also while agents, engine and etcd are dead. */
@Tag("servers")
class NamesTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final DemoImage IMAGE = DemoImage.of("busybox");
    private static final String SHOP =
            """
            name: shop
            services:
              web:
                image: %1$s
                deploy: {mode: global}
                links: ["db:store"]
              db: {image: %1$s, container_name: the-db}
            """;
    private static final String MORE = SHOP + "  cache: {image: %1$s}\n";

    @Test
    void areFoundWhoeverIsDead() throws Exception {
        var file = Files.createTempFile("banyan-names", ".conf");
        var cluster = Cluster.start(plan(file));
        try (cluster) {
            var server = serveNames(cluster);
            Files.writeString(
                    file, "search corp.example\nnameserver " + cluster.outside().address() + "\n");
            cluster.push(IMAGE);
            up(cluster, SHOP);

            findsEverything(cluster);
            answersLikeAnyNameServer(cluster);
            addingAServiceReplacesNothing(cluster);
            findsOnWithoutItsAgent(cluster);
            findsOnWithoutEngine(cluster);

            server.destroy();
        } finally {
            Files.delete(file);
        }
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    private static ClusterPlan plan(Path resolvConf) {
        return ClusterPlan.agents(3).agentOption("resolv-conf", resolvConf.toString());
    }

    private static Process serveNames(Cluster cluster) throws IOException {
        var server = cluster.outside().open(program("serve", cluster.outside().address()));
        assertThat(server.inputReader().readLine()).isEqualTo("serving");
        return server;
    }

    private static void findsEverything(Cluster cluster) {
        for (int agent = 1; agent <= 3; agent++) {
            var web = web(cluster, agent);
            assertThat(read(web, "etc/resolv.conf"))
                    .containsPattern("nameserver 10\\.[0-9.]+\\.1\n")
                    .contains("nameserver 10.207.255.255\n", "search shop.internal corp.example\n")
                    .containsPattern("options timeout:1 attempts:2");
            assertThat(read(web, "etc/hosts")).contains("\tstore\n").doesNotContain("\tdb\n", "the-db");
            for (var name : List.of("db", "the-db", "db.shop.internal", "DB.Shop.Internal", "store")) {
                awaitFound(web, name, List.of(address(cluster, "db")));
            }
            awaitFound(web, "tasks.web", replicas(cluster, "web"));
            awaitFound(web, "tasks.web.shop.internal", replicas(cluster, "web"));
            awaitFound(web, "db-0", replicas(cluster, "db"));
            awaitFound(web, "outside.example", List.of("192.0.2.77"));
            assertThat(found(web, "nope.shop.internal")).isEmpty();
            Await.until(
                    () -> page(web).out().equals("ok\n"), SOON, () -> "db answers by its name, not with " + page(web));
        }
    }

    private static Output page(HostContainer web) {
        return within(web, "-m", "-n", "wget", "-qO-", "http://db:8080/healthz");
    }

    private static void answersLikeAnyNameServer(Cluster cluster) {
        var web = web(cluster, 1);
        var address = address(cluster, "db");
        var vip = address.split("\\.");
        var reverse = vip[3] + "." + vip[2] + "." + vip[1] + "." + vip[0] + ".in-addr.arpa";

        // Until now any agent may have answered; this one alone is asked, and the server that it asks may be slow.
        awaitAnswers(
                web,
                Pattern.quote(
                        """
                        udp:db.shop.internal:A NOERROR 1 %1$s
                        tcp:db.shop.internal:A NOERROR 1 %1$s
                        udp:db:A NOERROR 1 %1$s
                        udp:db.shop.internal:AAAA NOERROR\s
                        udp:nope.shop.internal:A NXDOMAIN\s
                        udp:%2$s:PTR NOERROR 1 db.shop.internal.
                        """
                                .formatted(address, reverse)),
                "udp:db.shop.internal:A",
                "tcp:db.shop.internal:A",
                "udp:db:A",
                "udp:db.shop.internal:AAAA",
                "udp:nope.shop.internal:A",
                "udp:" + reverse + ":PTR");
        awaitAnswers(
                web,
                "tcp:outside.example:A NOERROR [1-6]?[0-9] 192.0.2.77\nudp:outside.example:MX NOERROR \n",
                "tcp:outside.example:A",
                "udp:outside.example:MX");
    }

    private static void awaitAnswers(HostContainer from, String pattern, String... questions) {
        Await.until(
                () -> ask(from, questions).matches(pattern),
                SOON,
                () -> "its agent answers\n" + pattern + "\nnot\n" + ask(from, questions));
    }

    private static void addingAServiceReplacesNothing(Cluster cluster) {
        var before = tasks(cluster);
        up(cluster, MORE);

        assertThat(tasks(cluster)).containsAll(before).hasSize(before.size() + 1);
        for (int agent = 1; agent <= 3; agent++) {
            awaitFound(web(cluster, agent), "cache", List.of(address(cluster, "cache")));
        }
    }

    private static void findsOnWithoutItsAgent(Cluster cluster) {
        var web = web(cluster, 1);
        var db = address(cluster, "db");
        cluster.agent(1).kill();

        // A program asks the other agents when its own has been silent for a second, and a busy machine is slow.
        awaitFound(web, "db", List.of(db));
        Await.until(() -> !found(web, "tasks.web.shop.internal").isEmpty(), SOON, () -> "replicas are found");
        awaitFound(web, "outside.example", List.of("192.0.2.77"));
        awaitFound(web(cluster, 2), "db", List.of(db));
    }

    private static void findsOnWithoutEngine(Cluster cluster) {
        var addresses = Map.of("db", address(cluster, "db"), "cache", address(cluster, "cache"));
        var webs = List.of(web(cluster, 1), web(cluster, 2), web(cluster, 3));
        cluster.engine().kill();
        cluster.engineServer().kill("etcd");
        cluster.agent(2).kill();
        cluster.restartAgent(1);
        cluster.restartAgent(2);

        // Answered by the agent itself, from what it kept.
        for (var web : webs) {
            Await.until(
                    () -> ask(web, "udp:db.shop.internal:A").contains("NOERROR 1 " + addresses.get("db")),
                    SOON,
                    () -> "the agent answers\n" + ask(web, "udp:db.shop.internal:A"));
            addresses.forEach((name, address) -> awaitFound(web, name, List.of(address)));
        }
        cluster.restartEngine();
        cluster.awaitAgents();
    }

    /** What the container's own agent says. */
    private static String ask(HostContainer container, String... questions) {
        var words = new ArrayList<>(List.of("ask", gateway(container)));
        words.addAll(List.of(questions));
        var asked = new ArrayList<>(List.of("-n", "--"));
        asked.addAll(program(words.toArray(String[]::new)).words());
        // What its libraries say of each other is no answer; without an answer it fails, as it may while nobody
        // listens.
        return within(container, asked.toArray(String[]::new))
                .out()
                .lines()
                .filter(line -> line.startsWith("udp:") || line.startsWith("tcp:"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static Command program(String... words) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Command.of(words)
                .behind(
                        java,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NamesProgram.class.getName());
    }

    /** The addresses of a name as a program finds them that is in the container's network and reads its files. */
    private static List<String> found(HostContainer container, String name) {
        // Files of another mount namespace cannot be mounted in this one: copies can.
        var script =
                """
                cd $(mktemp -d) && cp /proc/%1$d/root/etc/resolv.conf /proc/%1$d/root/etc/hosts . || exit 9
                mount --bind resolv.conf /etc/resolv.conf && mount --bind hosts /etc/hosts || exit 9
                rm -r "$PWD"
                exec getent ahostsv4 %2$s
                """
                        .formatted(container.pid(), name);
        var found = within(container, "-n", "unshare", "-m", "sh", "-c", script);
        assertThat(found.status()).as(found.toString()).isLessThan(9);
        return found.out()
                .lines()
                .map(line -> line.split("\\s+")[0])
                .distinct()
                .sorted()
                .toList();
    }

    private static void awaitFound(HostContainer container, String name, List<String> wanted) {
        Await.until(
                () -> found(container, name).equals(wanted),
                SOON,
                () -> name + " is " + wanted + ", not " + found(container, name));
    }

    private static Output within(HostContainer container, String... words) {
        return Command.of(words)
                .behind("nsenter", "-t", Long.toString(container.pid()))
                .run();
    }

    private static HostContainer web(Cluster cluster, int agent) {
        return HostContainer.appsOf(cluster.agentServer(agent)).stream()
                .filter(container -> container.hostname().startsWith("web-"))
                .findFirst()
                .orElseThrow();
    }

    private static String gateway(HostContainer container) {
        return read(container, "etc/resolv.conf")
                .lines()
                .filter(line -> line.startsWith("nameserver "))
                .findFirst()
                .orElseThrow()
                .split(" ")[1];
    }

    private static String read(HostContainer container, String file) {
        try {
            return Files.readString(Path.of("/proc/" + container.pid() + "/root", file));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String address(Cluster cluster, String service) {
        var stored = cluster.store()
                .get(Kinds.SERVICES.key("default", "shop." + service), ReadAt.LATEST)
                .orElseThrow();
        return Kinds.SERVICES.decode(stored).spec().getVirtualAddress();
    }

    private static List<String> replicas(Cluster cluster, String service) {
        return stored(cluster).stream()
                .filter(task -> task.spec().getService().equals(service))
                .map(task -> task.status().getAddress())
                .sorted()
                .toList();
    }

    private static List<String> tasks(Cluster cluster) {
        return stored(cluster).stream().map(Resource::uid).toList();
    }

    private static List<Resource<TaskSpec, TaskStatus>> stored(Cluster cluster) {
        return cluster.store().list(Selection.of(Kinds.TASKS.name()), ReadAt.LATEST).objects().stream()
                .map(Kinds.TASKS::decode)
                .toList();
    }

    private static void up(Cluster cluster, String text) {
        var file = WebApp.file(cluster, "shop.yaml", text.formatted(IMAGE.reference()));
        cluster.cli("up", "-f", file.toString()).orFail();
    }
}
