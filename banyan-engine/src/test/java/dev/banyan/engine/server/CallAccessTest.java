package dev.banyan.engine.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Definitions;
import dev.banyan.api.v1.DeploymentsOuterClass;
import dev.banyan.api.v1.EnrollmentOuterClass;
import dev.banyan.api.v1.ImagesOuterClass;
import dev.banyan.api.v1.ReachOuterClass;
import dev.banyan.api.v1.ResourcesOuterClass;
import dev.banyan.api.v1.Sealing;
import dev.banyan.api.v1.Session;
import dev.banyan.api.v1.Storage;
import dev.banyan.engine.identity.ClusterAuthority;
import dev.banyan.engine.identity.Subject;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Write;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Every rpc, called by everybody over real connections. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallAccessTest {
    /** Who may call what. An rpc that is not here, or has other roles in its proto, fails the build. */
    private static final Map<String, String> WANTED = new TreeMap<>(Map.ofEntries(
            Map.entry("banyan.v1.AgentSessions/Heartbeats", "agent"),
            Map.entry("banyan.v1.AgentSessions/Register", "agent"),
            Map.entry("banyan.v1.AgentSessions/Relay", "agent"),
            Map.entry("banyan.v1.Cluster/Status", "admin"),
            Map.entry("banyan.v1.Cluster/AcceptRestore", "admin"),
            Map.entry("banyan.v1.Deployments/Apply", "admin"),
            Map.entry("banyan.v1.Deployments/Plan", "admin"),
            Map.entry("banyan.v1.Deployments/Remove", "admin"),
            Map.entry("banyan.v1.Deployments/Scale", "admin"),
            Map.entry("banyan.v1.Enrollment/CreateToken", "admin"),
            Map.entry("banyan.v1.Enrollment/Join", "nobody"),
            Map.entry("banyan.v1.Enrollment/Renew", "admin agent controller engine"),
            Map.entry("banyan.v1.Images/Mirror", "admin"),
            Map.entry("banyan.v1.Images/Locate", "admin"),
            Map.entry("banyan.v1.Images/List", "admin"),
            Map.entry("banyan.v1.Images/Prune", "admin"),
            Map.entry("banyan.v1.KindDefinitions/Register", "admin controller"),
            Map.entry("banyan.v1.KindDefinitions/Remove", "admin controller"),
            Map.entry("banyan.v1.Logs/Read", "admin"),
            Map.entry("banyan.v1.Reach/Exec", "admin"),
            Map.entry("banyan.v1.Reach/ReadFiles", "admin"),
            Map.entry("banyan.v1.Reach/WriteFiles", "admin"),
            Map.entry("banyan.v1.Reach/Forward", "admin"),
            Map.entry("banyan.v1.Reach/Probe", "admin"),
            Map.entry("banyan.v1.Reach/Inspect", "admin"),
            Map.entry("banyan.v1.Contents/Missing", "admin"),
            Map.entry("banyan.v1.Contents/Put", "admin"),
            Map.entry("banyan.v1.Material/Open", "agent"),
            Map.entry("banyan.v1.Values/Remove", "admin"),
            Map.entry("banyan.v1.Volumes/Remove", "admin"),
            Map.entry("banyan.v1.Values/Set", "admin"),
            Map.entry("banyan.v1.Resources/Commit", "admin agent controller engine"),
            Map.entry("banyan.v1.Resources/Get", "admin agent controller engine"),
            Map.entry("banyan.v1.Resources/List", "admin agent controller engine"),
            Map.entry("banyan.v1.Resources/Watch", "admin agent controller engine")));

    private static final List<String> CALLERS = List.of("nobody", "admin", "agent", "engine", "controller");

    private final TestCluster cluster = new TestCluster();
    private final Map<String, RawConnection> connections = new TreeMap<>();
    private int port;

    @BeforeAll
    void serve() throws Exception {
        var store = new MemoryStore(TestCluster.ENV);
        store.commit(Commit.of(new Write.Create(Draft.of(Kinds.AGENTS.key("", "one"), Bytes.EMPTY))));
        store.commit(Commit.of(new Write.Create(Draft.of(Kinds.CONTROLLERS.key("", "one"), Bytes.EMPTY))));
        port = cluster.server(store, 0, Optional.empty()).port();
        for (var caller : CALLERS) {
            connections.put(caller, RawConnection.open(port, shownBy(caller)));
        }
    }

    @AfterAll
    void close() {
        connections.values().forEach(RawConnection::close);
        cluster.close();
    }

    @Test
    void everyRpcIsInTheTable() {
        assertThat(rpcs().map(CallAccessTest::name)).containsExactlyInAnyOrderElementsOf(WANTED.keySet());
    }

    @TestFactory
    Stream<DynamicTest> letsInWhoIsInTheTableAndNobodyElse() {
        var tests = new ArrayList<DynamicTest>();
        rpcs().forEach(rpc -> CALLERS.forEach(caller ->
                tests.add(DynamicTest.dynamicTest(caller + " calls " + name(rpc), () -> examine(rpc, caller)))));
        return tests.stream();
    }

    @Test
    void answersHealthToAnybody() {
        connections.forEach((caller, connection) -> assertThat(connection
                        .call("grpc.health.v1.Health/Check", MethodType.UNARY, new byte[0])
                        .getCode())
                .as(caller)
                .isEqualTo(Status.Code.OK));
    }

    @Test
    void knowsNoOtherRpc() {
        var status = of("admin").call("banyan.v1.Cluster/Reset", MethodType.UNARY, new byte[0]);

        assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    @Test
    void refusesTheConnectionOfAMemberOfAnotherCluster() throws Exception {
        var other = ClusterAuthority.create("othercluster1", TestCluster.ENV);
        var foreign = other.issue(Subject.member(new SpiffeId("othercluster1", "admin", "eve")));

        assertThat(statusOf(foreign)).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void refusesTheConnectionOfOneWhoTakesTheClustersNameUnderAnotherAuthority() throws Exception {
        var other = ClusterAuthority.create(TestCluster.ID, TestCluster.ENV);
        var forged = other.issue(Subject.member(new SpiffeId(TestCluster.ID, "admin", "eve")));

        assertThat(statusOf(forged)).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void refusesTheConnectionOfAServerThatIsNoMember() throws Exception {
        assertThat(statusOf(TestCluster.credentials("etcd", "etcd"))).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void refusesOlderTls() throws Exception {
        try (var old = RawConnection.open(port, shownBy("admin"), "TLSv1.2")) {
            assertThat(old.call("grpc.health.v1.Health/Check", MethodType.UNARY, new byte[0])
                            .getCode())
                    .isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    private Status.Code statusOf(Credentials shown) throws Exception {
        try (var connection = RawConnection.open(port, Optional.of(shown))) {
            return connection
                    .call("grpc.health.v1.Health/Check", MethodType.UNARY, new byte[0])
                    .getCode();
        }
    }

    private void examine(MethodDescriptor rpc, String caller) {
        // A request that no service understands: who gets past the guard is told so, or served nothing.
        var streams = rpc.isClientStreaming() || rpc.isServerStreaming();
        var type = streams ? MethodType.BIDI_STREAMING : MethodType.UNARY;
        var status = of(caller).call(name(rpc), type, new byte[] {0x07});

        boolean wanted = WANTED.getOrDefault(name(rpc), "").contains(caller);
        if (wanted) {
            assertThat(String.valueOf(status.getDescription())).doesNotContain("may not call", "needs a certificate");
        } else {
            assertThat(status.getCode())
                    .isEqualTo(caller.equals("nobody") ? Status.Code.UNAUTHENTICATED : Status.Code.PERMISSION_DENIED);
        }
    }

    private RawConnection of(String caller) {
        return Objects.requireNonNull(connections.get(caller), caller);
    }

    private static Stream<MethodDescriptor> rpcs() {
        return Stream.of(
                        Definitions.getDescriptor(),
                        DeploymentsOuterClass.getDescriptor(),
                        EnrollmentOuterClass.getDescriptor(),
                        ImagesOuterClass.getDescriptor(),
                        ReachOuterClass.getDescriptor(),
                        ResourcesOuterClass.getDescriptor(),
                        Sealing.getDescriptor(),
                        Session.getDescriptor(),
                        Storage.getDescriptor())
                .flatMap(file -> file.getServices().stream())
                .flatMap(service -> service.getMethods().stream());
    }

    private static String name(MethodDescriptor rpc) {
        return rpc.getService().getFullName() + "/" + rpc.getName();
    }

    private static Optional<Credentials> shownBy(String caller) {
        return caller.equals("nobody") ? Optional.empty() : Optional.of(TestCluster.credentials(caller, "one"));
    }
}
