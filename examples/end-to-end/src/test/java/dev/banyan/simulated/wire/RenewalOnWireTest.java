package dev.banyan.simulated.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.session.Renewal;
import dev.banyan.agent.session.Session;
import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.engine.identity.Subject;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.grpc.SimulatedWire;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates are renewed at two thirds of their lives, by the wall clocks of those who look at them, over a connection that goes on. Keys
 * and certificates are real ones; two runs make different ones and take the same course.
 */
class RenewalOnWireTest {
    private static final ObjectKey AGENT = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, "a1");
    private static final Duration ONE_LOOK = Duration.ofMinutes(11);
    private static final Duration TWO_THIRDS =
            Subject.MEMBER_VALIDITY.multipliedBy(2).dividedBy(3);
    private static final Duration A_DAY = Duration.ofDays(1);

    @TempDir(factory = MemoryDisk.class)
    private Path disk;

    private Cluster cluster = new Cluster();

    /** Two engines and an agent. */
    private static final class Cluster {
        private final Simulation simulation = new Simulation(13);
        private final SimulatedNetwork network = new SimulatedNetwork(simulation, FaultPlan.none(13));
        private final SimulatedWire wire = new SimulatedWire(simulation, network, FaultPlan.none(13));
        private final MemoryStore truth =
                new MemoryStore(simulation.process("store").env());
        private final List<SimulatedProcess> engines = List.of(engine("e1"), engine("e2"));
        private final SimulatedProcess agent = simulation.process("a1");
        private final OwnKey key = new OwnKey(FrontDoor.issuedNow(engines.getFirst(), "agent", "a1"));

        private SimulatedProcess engine(String name) {
            var process = simulation.process(name);
            var door = FrontDoor.open(wire, process, truth, heard -> {});
            var sessions = Informer.of(Kinds.SESSIONS, truth, process.env()).build();
            sessions.addDirectHandler(door.sessions());
            sessions.start();
            return process;
        }

        /** Session and renewal, the first of which has begun. */
        Session start(Path disk) {
            var spec = Kinds.AGENTS.spec().encode(AgentSpec.getDefaultInstance());
            var ignored = truth.commit(Commit.of(new Write.Create(Draft.of(AGENT, spec))));
            var client = FrontDoor.client(wire, agent, key, "e1", "e2");
            var session =
                    new Session(agent.env(), client, new CheckedFile(disk.resolve("membership")), "boot", "simulated");
            session.start();
            new Renewal(agent.env(), client, key, new CredentialsDirectory(disk.resolve("identity"))).start();
            simulation.runFor(Duration.ofSeconds(5));
            return session;
        }

        /** All clocks show that much later. */
        void later(Duration jump) {
            simulation.hosts().forEach(host -> host.jumpWallClock(jump));
        }
    }

    @AfterEach
    void close() {
        cluster.simulation.close();
    }

    @Test
    void renewsAtTwoThirdsAndNotBeforeAndEndsNoSession() {
        var session = cluster.start(disk);
        long epoch = session.epoch();
        var first = cluster.key.credentials();

        cluster.later(TWO_THIRDS.minus(A_DAY));
        cluster.simulation.runFor(ONE_LOOK);
        assertThat(cluster.key.credentials()).isSameAs(first);

        cluster.later(A_DAY);
        cluster.simulation.runFor(ONE_LOOK);
        var renewed = cluster.key.credentials();
        assertThat(renewed.expires()).isAfter(first.expires().plus(TWO_THIRDS.minus(A_DAY)));
        assertThat(renewed.key()).isNotEqualTo(first.key());
        assertThat(saved()).isEqualTo(renewed.leaf());
        assertThat(session.epoch()).isEqualTo(epoch).isPositive();
    }

    @Test
    void afterARenewalAllGoesOnUnderTheNewCertificate() {
        var session = cluster.start(disk);
        cluster.later(TWO_THIRDS);
        cluster.simulation.runFor(ONE_LOOK);
        var renewed = cluster.key.credentials();

        cluster.engines.getFirst().kill();
        cluster.simulation.runFor(Duration.ofMinutes(1));
        cluster.later(TWO_THIRDS);
        cluster.simulation.runFor(ONE_LOOK);

        assertThat(session.tie().orElseThrow().engine()).hasToString("e2:7443");
        assertThat(cluster.key.credentials().expires()).isAfter(renewed.expires());
    }

    @Test
    void triesAgainWhenNobodyAnswered() {
        var unused = cluster.start(disk);
        var first = cluster.key.credentials();
        cluster.engines.forEach(SimulatedProcess::pause);
        cluster.later(TWO_THIRDS);

        cluster.simulation.runFor(ONE_LOOK);
        assertThat(cluster.key.credentials()).isSameAs(first);

        cluster.engines.forEach(SimulatedProcess::resume);
        cluster.simulation.runFor(ONE_LOOK);
        assertThat(saved()).isEqualTo(cluster.key.credentials().leaf()).isNotEqualTo(first.leaf());
    }

    @Test
    void keepsItsKeyWhileNoAnswerComesAndAsksWithANewOneLater() {
        var unused = cluster.start(disk);
        var first = cluster.key.credentials();
        cluster.later(TWO_THIRDS);
        cluster.network.cut("e1", "a1");
        cluster.network.cut("e2", "a1");

        cluster.simulation.runFor(ONE_LOOK);
        assertThat(cluster.key.credentials()).isSameAs(first);

        cluster.network.heal();
        cluster.simulation.runFor(ONE_LOOK.plus(ONE_LOOK));
        assertThat(saved()).isEqualTo(cluster.key.credentials().leaf()).isNotEqualTo(first.leaf());
    }

    @Test
    void anAgentThatWasRemovedIsNotRenewed() {
        var unused = cluster.start(disk);
        var first = cluster.key.credentials();
        var uid = cluster.truth.get(AGENT, ReadAt.LATEST).orElseThrow().meta().uid();
        var ignored = cluster.truth.commit(Commit.of(new Write.Delete(AGENT, uid)));
        cluster.later(TWO_THIRDS);

        cluster.simulation.runFor(ONE_LOOK);

        assertThat(cluster.key.credentials()).isSameAs(first);
    }

    @Test
    void aClockThatIsMonthsAheadCostsCertificatesAndNoSession() {
        var session = cluster.start(disk);
        long epoch = session.epoch();
        var first = cluster.key.credentials();

        cluster.agent.host().jumpWallClock(TWO_THIRDS);
        cluster.simulation.runFor(ONE_LOOK);
        var second = cluster.key.credentials();
        cluster.agent.host().jumpWallClock(TWO_THIRDS.negated());
        cluster.simulation.runFor(ONE_LOOK);

        assertThat(second.leaf()).isNotEqualTo(first.leaf());
        assertThat(cluster.key.credentials()).as("its clock is right again").isSameAs(second);
        assertThat(session.epoch()).isEqualTo(epoch);
    }

    @Test
    void twoRunsTakeTheSameCourseThoughTheirKeysDiffer() {
        long course = course("first");
        var keys = cluster.key.credentials();
        cluster.simulation.close();
        cluster = new Cluster();

        assertThat(course("second")).isEqualTo(course);
        assertThat(cluster.key.credentials().key()).isNotEqualTo(keys.key());
    }

    private long course(String directory) {
        var unused = cluster.start(disk.resolve(directory));
        cluster.later(TWO_THIRDS);
        cluster.simulation.runFor(ONE_LOOK);
        return cluster.simulation.traceHash();
    }

    private X509Certificate saved() {
        return new CredentialsDirectory(disk.resolve("identity"))
                .load()
                .map(Credentials::leaf)
                .orElseThrow();
    }
}
