package dev.banyan.engine.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.RegisterRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.World;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistrationTest {
    private final World world = new World();
    private final Registration registration = registration("10.192.0.0/23");

    @BeforeEach
    void join() {
        agent("a1");
        agent("a2");
        agent("a3");
    }

    @Test
    void givesAnAgentASubnetWithTheFirstSessionAndTheSameOneEverAfter() {
        var first = begin("a1");
        var again = begin("a1");

        assertThat(first.subnet()).isEqualTo("10.192.0.0/24").isEqualTo(again.subnet());
        assertThat(begin("a2").subnet()).isEqualTo("10.192.1.0/24");
        var agent = world.get(Kinds.AGENTS, "", "a1");
        assertThat(agent.spec().getSubnet()).isEqualTo("10.192.0.0/24");
        var claim = world.get(Kinds.CLAIMS, "", "subnet.10.192.0.0");
        assertThat(claim.spec().getHolder()).isEqualTo("agents/-/a1");
        assertThat(claim.meta().owners()).containsExactly(agent.asOwner());
    }

    @Test
    void theEpochIsTheRevisionOfTheSessionAndGrows() {
        var first = begin("a1");
        var again = begin("a1");

        var session =
                world.get(Kinds.SESSIONS, "", world.get(Kinds.AGENTS, "", "a1").uid());
        assertThat(again.epoch())
                .isGreaterThan(first.epoch())
                .isEqualTo(session.meta().revision());
        assertThat(again.agentUid()).isEqualTo(session.name());
        assertThat(session.spec().getEngine()).isEqualTo("one");
        assertThat(session.spec().getBootId()).isEqualTo("boot");
    }

    @Test
    void saysThatAllSubnetsAreTaken() {
        begin("a1");
        begin("a2");

        assertThatThrownBy(() -> begin("a3"))
                .isInstanceOfSatisfying(
                        ApiException.class, full -> assertThat(full.reason()).isEqualTo(Reason.OVERLOADED))
                .hasMessageContaining("all 2 subnets");
    }

    @Test
    void givesNobodyTheSubnetOfAnAgentThatCannotBeReadAnyMore() {
        begin("a1");
        for (var key : List.of(
                Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, "a1"),
                Kinds.CLAIMS.key(ObjectKey.CLUSTER_SCOPE, "subnet.10.192.0.0"))) {
            var base = world.store.get(key, ReadAt.LATEST).orElseThrow();
            var draft = Draft.from(base).withSpec(Bytes.utf8("\u0007 not what was written"));
            assertThat(world.store
                            .commit(Commit.of(new Write.Update(base, draft)))
                            .written())
                    .isTrue();
        }

        assertThat(begin("a2").subnet()).isEqualTo("10.192.1.0/24");
    }

    @Test
    void takesTheNextSubnetWhenAnotherEngineGaveThisOneAwayMeanwhile() {
        world.store.beforeNextCommit(() -> registration("10.192.0.0/23").begin("a2", request("boot")));

        assertThat(begin("a1").subnet()).isEqualTo("10.192.1.0/24");
        assertThat(world.get(Kinds.AGENTS, "", "a2").spec().getSubnet()).isEqualTo("10.192.0.0/24");
    }

    @Test
    void refusesAnAgentThatIsNotInTheCluster() {
        assertThatThrownBy(() -> begin("stranger"))
                .isInstanceOfSatisfying(ApiException.class, denied -> assertThat(denied.reason())
                        .isEqualTo(Reason.DENIED));
        assertThat(world.names(Kinds.SESSIONS)).isEmpty();
    }

    @Test
    void refusesAnAgentThatIsBeingRemoved() {
        var key = Kinds.AGENTS.key("", "a1");
        var base = world.truth.get(key, ReadAt.LATEST).orElseThrow();
        world.write(new Write.Update(base, Draft.from(base).finalizedBy(List.of("test/hold"))));
        world.delete(key);

        assertThatThrownBy(() -> begin("a1")).hasMessageContaining("not in the cluster");
    }

    @Test
    void beginsNoSessionForAnAgentThatIsRemovedAtThatMoment() {
        begin("a1");
        world.store.beforeNextCommit(() -> world.delete(Kinds.AGENTS.key("", "a1")));

        assertThatThrownBy(() -> begin("a1"))
                .isInstanceOfSatisfying(ApiException.class, denied -> assertThat(denied.reason())
                        .isEqualTo(Reason.DENIED));
    }

    @Test
    void cordonsAnIdentityWhoseMachinesAlternateAndKeepsItsSubnet() {
        for (int i = 0; i < 4; i++) {
            registration.begin("a1", request("boot-" + i % 2));
        }
        assertThat(world.get(Kinds.AGENTS, "", "a1").spec().getCordoned()).isFalse();

        var begun = registration.begin("a1", request("boot-0"));

        assertThat(world.get(Kinds.AGENTS, "", "a1").spec().getCordoned()).isTrue();
        assertThat(begun.subnet()).isEqualTo("10.192.0.0/24");
        assertThat(world.get(Kinds.AGENTS, "", "a2").spec().getCordoned()).isFalse();
    }

    @Test
    void passesOnThatTheStoreIsAway() {
        world.store.answerNext(new WriteOutcome.Unavailable("no leader"));

        assertThatThrownBy(() -> begin("a1"))
                .isInstanceOfSatisfying(
                        ApiException.class, away -> assertThat(away.reason()).isEqualTo(Reason.UNAVAILABLE));
    }

    private Registration.Begun begin(String agent) {
        return registration.begin(agent, request("boot"));
    }

    private Registration registration(String range) {
        var settings = new SessionSettings(
                "one", "127.0.0.1:7443", "127.0.0.1:7444", Duration.ofMillis(500), SubnetRange.parse(range));
        return new Registration(world.store, World.ENV, settings);
    }

    private void agent(String name) {
        ObjectKey key = Kinds.AGENTS.key("", name);
        world.create(Kinds.AGENTS, key, AgentSpec.getDefaultInstance());
    }

    private static RegisterRequest request(String bootId) {
        return RegisterRequest.newBuilder().setBootId(bootId).build();
    }
}
