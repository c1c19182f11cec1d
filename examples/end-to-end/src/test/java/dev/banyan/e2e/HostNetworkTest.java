package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A service on the network of its server, where one of two agents grants that. */
@Tag("servers")
class HostNetworkTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final DemoImage IMAGE = DemoImage.of("busybox");

    private static final Pattern ENDPOINTS_OF_PROXY = Pattern.compile("edge\\.proxy +- +- ");

    private static final String APP =
            """
            name: edge
            services:
              proxy:
                image: %1$s
                network_mode: host
                extra_hosts: ["elsewhere:192.0.2.7", "server:host-gateway"]
                environment: {ROUND: "%2$s"}
                healthcheck: {test: [CMD, sh, -c, "wget -q -O - http://server:8181/healthz"], interval: 1s}
                command: [sh, -c, "trap 'exit 0' TERM; httpd -f -p 8181 -h /www & wait"]
              web:
                image: %1$s
                command: [sh, -c, "trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait"]
            """;

    /** There is one server for this app alone, however long a busy machine keeps it silent. */
    private final Cluster cluster = Cluster.start(
            ClusterPlan.agents(2).engineOption("suspect", "30s").agentOption(2, "privileges", "host:network"));

    @Test
    void isTheServersOwn() {
        try (cluster) {
            cluster.push(IMAGE);
            up("edge", APP.formatted(IMAGE.reference(), "one"));

            runsWhereItIsGrantedAndIsReachedAtTheServer();
            seesWhatTheServerSees();
            hasNeitherNameNorAddressInTheCluster();
            isReachedInto();
            makesRoomForTheNext();
            goesOnWithoutItsAgent();
            isRefusedWhereNobodyGrantsIt();
            cluster.cli("down", "edge").orFail();
        }
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    private void up(String name, String text) {
        cluster.cli("up", "-f", WebApp.file(cluster, name + ".yaml", text).toString())
                .orFail();
    }

    private String within(String service, String script) {
        return cluster.cli("exec", "edge/" + service + ".0", "--", "sh", "-c", script)
                .orFail()
                .out();
    }

    private void answers() {
        var url = "http://" + cluster.agentServer(2).address() + ":8181/healthz";
        var answer = cluster.outside().get(url);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    private void runsWhereItIsGrantedAndIsReachedAtTheServer() {
        assertThat(cluster.cli("ps", "edge").orFail().out())
                .containsPattern("proxy.*" + Pattern.quote(cluster.agentName(2)));
        answers();
    }

    private void seesWhatTheServerSees() {
        var server = cluster.agentServer(2);
        assertThat(within("proxy", "readlink /proc/self/ns/net"))
                .isEqualTo(server.run("readlink", "/proc/self/ns/net").orFail().out());
        assertThat(within("proxy", "readlink /proc/self/ns/uts"))
                .isNotEqualTo(
                        server.run("readlink", "/proc/self/ns/uts").orFail().out());
        assertThat(within("proxy", "cat /etc/resolv.conf"))
                .isEqualTo(server.run("cat", "/etc/resolv.conf").orFail().out());
        assertThat(within("proxy", "cat /etc/hosts"))
                .isEqualTo("192.0.2.7\telsewhere\n127.0.0.1\tserver\n"
                        + server.run("cat", "/etc/hosts").orFail().out());
        // What programs of the server reach, once their load balancer follows.
        cluster.awaitCli(
                "ok\n",
                "exec",
                "edge/proxy.0",
                "--",
                "wget",
                "-q",
                "-O",
                "-",
                "http://" + virtualAddress() + ":8080/healthz");
    }

    private String virtualAddress() {
        var shown = cluster.cli("network", "addresses").orFail().out();
        var found = Pattern.compile("edge\\.web +(10\\.[0-9.]+)").matcher(shown);
        assertThat(found.find()).as(shown).isTrue();
        return found.group(1);
    }

    private void hasNeitherNameNorAddressInTheCluster() {
        assertThat(cluster.cli("network", "addresses").orFail().out()).doesNotContain("edge.proxy");
        Await.until(
                () -> ENDPOINTS_OF_PROXY
                        .matcher(cluster.cli("network", "endpoints").out())
                        .find(),
                SOON,
                () -> "the service has no endpoints\n" + cluster.cli("network", "endpoints"));
        assertThat(within("web", "wget -O /dev/null http://proxy.edge.internal:8181/healthz 2>&1 || true"))
                .contains("bad address");
        AllWell.awaitCheck(cluster);
    }

    private void isReachedInto() {
        assertThat(within("proxy", "echo $ROUND")).isEqualTo("one\n");
        var there = WebApp.file(cluster, "there", "copied");
        cluster.cli("cp", there.toString(), "edge/proxy.0:/tmp/there").orFail();
        assertThat(within("proxy", "cat /tmp/there")).isEqualTo("copied");
        cluster.cli("logs", "edge", "proxy").orFail();
        cluster.cli("inspect", "edge/proxy").orFail();
        var forward = cluster.cli("port-forward", "edge/proxy", ":8181");
        assertThat(forward.status()).isNotZero();
        assertThat(forward.err()).contains("is on its server's network");
    }

    /** Two of them would want the same port. */
    private void makesRoomForTheNext() {
        up("edge", APP.formatted(IMAGE.reference(), "two"));
        assertThat(within("proxy", "echo $ROUND")).isEqualTo("two\n");
        answers();
    }

    private void goesOnWithoutItsAgent() {
        var before = within("proxy", "cat /proc/self/stat /proc/1/stat | cut -d' ' -f22 | tail -1");
        cluster.agent(2).kill();
        answers();
        cluster.restartAgent(2);
        cluster.awaitAgents();
        answers();
        assertThat(within("proxy", "cat /proc/self/stat /proc/1/stat | cut -d' ' -f22 | tail -1"))
                .isEqualTo(before);
    }

    private void isRefusedWhereNobodyGrantsIt() {
        var file = WebApp.file(
                cluster,
                "greedy.yaml",
                "name: greedy\nservices:\n  web: {image: %s, network_mode: host, deploy: {placement: {constraints:"
                                .formatted(IMAGE.reference())
                        + " [\"node.hostname == " + cluster.agentName(1) + "\"]}}}\n");
        cluster.cli("up", "-f", file.toString(), "--detach").orFail();
        var reason = cluster.agentName(1) + " does not grant host:network; add it to privileges in its agent.yaml";
        Await.until(
                () -> cluster.cli("status", "greedy")
                        .out()
                        .replaceAll("\\s+", " ")
                        .contains(reason),
                SOON,
                () -> "status tells why nothing runs\n" + cluster.cli("status", "greedy"));
        cluster.cli("down", "greedy").orFail();
    }
}
