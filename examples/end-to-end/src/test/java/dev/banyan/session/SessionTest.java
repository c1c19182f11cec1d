package dev.banyan.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.session.Membership;
import dev.banyan.agent.session.Session;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.harness.Await;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent keeps a session with whatever engine there is. */
class SessionTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path disk;

    private final LocalEngine engine = new LocalEngine();
    private final List<Session> sessions = new ArrayList<>();

    @AfterEach
    void close() {
        sessions.forEach(Session::stop);
        engine.close();
    }

    @Test
    void learnsWhoItIsAtItsFirstRegistration() throws Exception {
        var session = session();

        var membership = session.membership();

        assertThat(membership).isEqualTo(new Membership(engine.agentUid(), "10.192.0.0/24", "127.0.0.1:7444"));
        // On a busy machine a session may end and another one begin at any moment.
        await(
                () -> session.health().ready() && session.health().detail().contains("epoch " + session.epoch()),
                session);
    }

    @Test
    void fencesItsWritesWithTheSessionObjectsRevision() throws Exception {
        var session = session();
        var key = Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, engine.agentUid());

        // On a busy machine a session may end and another one begin at any moment.
        await(() -> session.fence().isPresent() && session.fence().equals(known(key)), session);
    }

    @Test
    void isHeardAgainAndAgain() {
        var session = session();
        await(() -> session.epoch() != 0, session);

        await(() -> engine.heard().size() > 5, session);

        assertThat(engine.heard()).containsOnly("web");
    }

    @Test
    void saysThatItsMembershipCannotBeWrittenAndBeginsOnceItCan() throws Exception {
        var inTheWay = Files.createDirectories(disk.resolve("membership.new").resolve("directory"));
        var session = session();
        await(() -> session.health().detail().contains("could not write"), session);
        assertThat(session.epoch()).isZero();

        // At once, since the session removes what is empty.
        Files.move(inTheWay.getParent(), disk.resolve("aside"));

        await(() -> session.epoch() != 0, session);
    }

    @Test
    void hasNoEpochAndNoFenceWhileNoEngineAnswers() {
        engine.stop();

        var session = session();
        await(() -> !session.health().detail().contains("not connected yet"), session);

        assertThat(session.epoch()).isZero();
        assertThat(session.fence()).isEmpty();
        assertThat(session.health().ready()).isFalse();
    }

    @Test
    void knowsWhoItIsFromItsFormerLifeWhileNoEngineAnswers() throws Exception {
        var first = session();
        var membership = first.membership();
        await(() -> first.epoch() != 0, first);
        first.stop();
        engine.stop();

        assertThat(session().membership()).isEqualTo(membership);
    }

    @Test
    void aDamagedMemoryIsAskedForAnew() throws Exception {
        Files.writeString(disk.resolve("membership"), "agent-of-nobody\n10.0.0.0/24\nnowhere\n");

        assertThat(session().membership().agentUid()).isEqualTo(engine.agentUid());
    }

    @Test
    void beginsANewSessionWhenTheEngineReturns() {
        var session = session();
        await(() -> session.epoch() != 0, session);
        long before = session.epoch();

        engine.stop();
        await(() -> session.epoch() == 0, session);
        engine.startAgain();
        await(() -> session.epoch() != 0, session);

        assertThat(session.epoch()).isGreaterThan(before);
    }

    @Test
    void aNewerSessionOfTheSameAgentEndsIt() {
        var session = session();
        await(() -> session.epoch() != 0, session);
        long before = session.epoch();

        long other = engine.register("boot-2");
        await(() -> session.epoch() > other, session);

        assertThat(other).isGreaterThan(before);
    }

    @Test
    void aRemovedAgentIsToldSo() {
        engine.removeAgent();

        var session = session();
        await(() -> session.health().detail().contains("was removed from the cluster"), session);

        assertThat(session.fence()).isEmpty();
    }

    @Test
    void isNoMoreHeardOnceItStopped() {
        var session = session();
        await(() -> session.epoch() != 0, session);

        session.stop();

        // What was on the way arrives; then an order of magnitude more than a period passes without a sign.
        Await.until(this::silent, PATIENCE, () -> engine.heard().size() + " signs of life");
    }

    private boolean silent() {
        int before = engine.heard().size();
        try {
            return !LocalEngine.ENV.signal().await(Duration.ofSeconds(1))
                    && engine.heard().size() == before;
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** The fence of the session that the engine knows. */
    private Optional<Precondition> known(ObjectKey key) {
        return engine.store()
                .get(key, ReadAt.LATEST)
                .map(object -> new Precondition.Fence(key, object.meta().revision()));
    }

    private Session session() {
        var session = new Session(
                LocalEngine.ENV, engine.agent(), new CheckedFile(disk.resolve("membership")), "boot-1", "0.1.0");
        session.start();
        sessions.add(session);
        return session;
    }

    private static void await(BooleanSupplier condition, Session session) {
        Await.until(condition, PATIENCE, () -> session.health().detail());
    }
}
