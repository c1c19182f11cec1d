package dev.banyan.engine.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.AgentSessionStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.World;
import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final World world = new World();
    private final Sessions sessions = new Sessions(world.truth);
    private final List<String> ended = new ArrayList<>();

    @Test
    void admitsStreamsOfTheNewestEpochOnly() {
        for (int i = 0; i < 7; i++) {
            register("other", "engine-" + i);
        }
        sessions.note("a1", 7);

        sessions.attach(stream("a1", 7));

        assertThatThrownBy(() -> sessions.attach(stream("a1", 6)))
                .isInstanceOfSatisfying(ApiException.class, fenced -> {
                    assertThat(fenced.reason()).isEqualTo(Reason.FENCED);
                    assertThat(fenced.details())
                            .containsEntry("key", "agents/-/a1")
                            .containsEntry("expected", "6");
                });
        assertThat(ended).isEmpty();
    }

    @Test
    void hearsAgentsOfSessionsThatBeganHere() {
        sessions.begun("a1", 7);
        sessions.note("a2", 8);

        assertThatCode(() -> sessions.requireBegunHere("a1", 7)).doesNotThrowAnyException();
        assertThatThrownBy(() -> sessions.requireBegunHere("a1", 6)).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> sessions.requireBegunHere("a2", 8))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("did not begin at this engine");
    }

    @Test
    void endsOlderStreamsWhenANewerSessionBegins() {
        sessions.note("a1", 7);
        sessions.attach(stream("a1", 7));
        sessions.note("a2", 7);
        sessions.attach(stream("a2", 7));

        sessions.note("a1", 9);

        assertThat(ended).containsExactly("a1@7 FENCED");
        sessions.note("a1", 10);
        assertThat(ended).as("each stream is ended once").hasSize(1);
    }

    @Test
    void anOlderRegistrationThatIsHeardOfLateChangesNothing() {
        sessions.note("a1", 9);
        sessions.attach(stream("a1", 9));

        sessions.note("a1", 7);

        assertThat(sessions.newest("a1")).isEqualTo(9);
        assertThat(ended).isEmpty();
    }

    @Test
    void asksTheStoreAboutARegistrationThatItHasNotHeardOf() {
        long epoch = register("a1", "engine-2");

        sessions.attach(stream("a1", epoch));

        assertThat(sessions.newest("a1")).isEqualTo(epoch);
    }

    @Test
    void refusesAnEpochThatTheStoreDoesNotKnow() {
        long epoch = register("a1", "engine-2");

        assertThatThrownBy(() -> sessions.attach(stream("a1", epoch - 1))).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> sessions.attach(stream("a2", epoch))).isInstanceOf(ApiException.class);
    }

    @Test
    void hearsOfRegistrationsAtOtherEnginesAsAHandler() {
        long first = register("a1", "engine-1");
        sessions.on(new ResourceEvent.Added<>(session()));
        sessions.attach(stream("a1", first));

        var before = session();
        register("a1", "engine-2");
        sessions.on(new ResourceEvent.Updated<>(before, session()));

        assertThat(ended).containsExactly("a1@" + first + " FENCED");
    }

    @Test
    void endsEveryStreamOfAnAgentWhoseSessionIsGone() {
        long epoch = register("a1", "engine-1");
        var session = session();
        sessions.attach(stream("a1", epoch));
        world.delete(session.key());

        sessions.on(new ResourceEvent.Deleted<>(session, session.meta().revision() + 1, true));

        assertThat(ended).containsExactly("a1@" + epoch + " FENCED");
    }

    @Test
    void admitsNobodyOnAnEpochWhoseSessionIsGone() {
        long epoch = register("a1", "engine-1");
        var session = session();
        sessions.attach(stream("a1", epoch));
        world.delete(session.key());
        sessions.on(new ResourceEvent.Deleted<>(session, session.meta().revision() + 1, true));

        assertThatThrownBy(() -> sessions.attach(stream("a1", epoch))).isInstanceOf(ApiException.class);
    }

    @Test
    void aSuccessorOfTheNameIsNotFencedByTheEndOfTheFormer() {
        register("a1", "engine-1");
        var former = session();
        long epoch = register("other", "engine-1") + 1;
        sessions.note("a1", epoch);
        sessions.attach(stream("a1", epoch));

        sessions.on(new ResourceEvent.Deleted<>(former, former.meta().revision() + 1, true));

        assertThat(ended).isEmpty();
        assertThat(sessions.newest("a1")).isEqualTo(epoch);
    }

    @Test
    void doesNotKnowAnEpochOfTheFuture() {
        assertThatThrownBy(() -> sessions.attach(stream("a1", 1_000)))
                .isInstanceOfSatisfying(ApiException.class, behind -> assertThat(behind.reason())
                        .isEqualTo(Reason.UNAVAILABLE));
    }

    @Test
    void endsNothingThatLeftByItself() {
        sessions.note("a1", 7);
        var stream = stream("a1", 7);
        sessions.attach(stream);

        sessions.detach(stream);
        sessions.note("a1", 8);

        assertThat(ended).isEmpty();
    }

    private Sessions.Stream stream(String agent, long epoch) {
        return new Sessions.Stream(agent, epoch, why -> ended.add(agent + "@" + epoch + " " + why.reason()));
    }

    private Resource<AgentSessionSpec, AgentSessionStatus> session() {
        return world.list(Kinds.SESSIONS).getFirst();
    }

    /** The epoch of a registration of the agent at an engine. */
    private long register(String agent, String engine) {
        var key = Kinds.SESSIONS.key("", "uid-" + agent);
        var spec =
                AgentSessionSpec.newBuilder().setAgent(agent).setEngine(engine).build();
        if (world.names(Kinds.SESSIONS).contains(key.name())) {
            world.update(Kinds.SESSIONS, key, before -> spec);
        } else {
            world.create(Kinds.SESSIONS, key, spec);
        }
        return world.get(Kinds.SESSIONS, "", key.name()).meta().revision();
    }
}
