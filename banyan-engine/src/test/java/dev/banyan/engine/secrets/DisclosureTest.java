package dev.banyan.engine.secrets;

import static dev.banyan.engine.secrets.Sealed.large;
import static dev.banyan.engine.secrets.Sealed.manifest;
import static dev.banyan.engine.secrets.Sealed.mount;
import static dev.banyan.engine.secrets.Sealed.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.MaterialPart;
import dev.banyan.api.v1.OpenMaterialRequest;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DisclosureTest {
    private static final String TASK = "shop.web.1.0.0";

    private final Sealed sealed = new Sealed();
    private String agentUid = "";
    private long epoch;

    @BeforeEach
    void joinAgents() {
        agentUid = sealed.world
                .create(Kinds.AGENTS, Kinds.AGENTS.key("-", "a1"), AgentSpec.getDefaultInstance())
                .uid();
        sealed.world.create(Kinds.AGENTS, Kinds.AGENTS.key("-", "a2"), AgentSpec.getDefaultInstance());
        epoch = session().meta().revision();
    }

    @Test
    void handsTheWholeMaterialToTheAgentOfTheTask() throws Exception {
        var large = large(2 * ContentStore.PART_BYTES + 5);
        sealed.put("shop", large);
        var service =
                service("web").putEnvironment("A", "1").putEnvironment("B", "2").addContentMounts(mount(large));
        var uid = task(service, spec -> spec);

        var parts = open("a1", uid, epoch);

        var variables = new HashMap<String, String>();
        parts.forEach(part -> variables.putAll(part.getVariablesMap()));
        assertThat(variables).containsEntry("A", "1").containsEntry("B", "2").hasSize(2);
        var data = parts.stream().map(MaterialPart::getData).reduce(ByteString.EMPTY, ByteString::concat);
        assertThat(data).isEqualTo(large.bytes());
        assertThat(parts.getLast().getLast()).isTrue();
        assertThat(parts)
                .allSatisfy(part -> assertThat(part.getSerializedSize()).isLessThan(300 * 1024));
    }

    @Test
    void sendsManyVariablesInBoundedParts() throws Exception {
        var service = service("web");
        for (int i = 0; i < 60; i++) {
            service.putEnvironment("V" + i, "x".repeat(7 * 1024));
        }
        var parts = open("a1", task(service, spec -> spec), epoch);

        assertThat(parts.size()).isGreaterThan(3);
        assertThat(parts)
                .allSatisfy(part -> assertThat(part.getSerializedSize()).isLessThan(300 * 1024));
        assertThat(parts.stream().mapToInt(MaterialPart::getVariablesCount).sum())
                .isEqualTo(60);
    }

    @Test
    void deniesAnotherAgent() {
        var uid = task(service("web").putEnvironment("A", "1"), spec -> spec);

        assertRefused(Reason.DENIED, "a2", uid, epoch);
        assertRefused(Reason.DENIED, "nobody", uid, epoch);
    }

    @Test
    void deniesAFormerAgentOfTheSameName() {
        var uid = task(
                service("web").putEnvironment("A", "1"),
                spec -> spec.setAssignment(
                        Assignment.newBuilder().setAgent("a1").setAgentUid("former")));

        assertRefused(Reason.DENIED, "a1", uid, epoch);
    }

    @Test
    void deniesATaskThatIsNotAssignedOrNotToRun() {
        var unassigned = task(service("web").putEnvironment("A", "1"), TaskSpec.Builder::clearAssignment);
        assertRefused(Reason.DENIED, "a1", unassigned, epoch);
        sealed.world.delete(Kinds.TASKS.key("default", TASK));

        var stopped = task(service("web").putEnvironment("A", "1"), spec -> spec.setDesired(TaskSpec.Desired.STOP));
        assertRefused(Reason.DENIED, "a1", stopped, epoch);
        sealed.world.delete(Kinds.TASKS.key("default", TASK));

        var over = task(service("web").putEnvironment("A", "1"), spec -> spec);
        sealed.world.report(
                Kinds.TASKS,
                Kinds.TASKS.key("default", TASK),
                TaskStatus.newBuilder().setState(TaskStatus.State.EXITED).build());
        assertRefused(Reason.DENIED, "a1", over, epoch);
    }

    @Test
    void deniesATaskThatIsGoneOrIsAnotherOfTheName() {
        task(service("web").putEnvironment("A", "1"), spec -> spec);

        assertRefused(Reason.DENIED, "a1", "another uid", epoch);
        sealed.world.delete(Kinds.TASKS.key("default", TASK));
        assertRefused(Reason.DENIED, "a1", "another uid", epoch);
    }

    @Test
    void fencesASessionThatIsNotTheNewest() {
        var uid = task(service("web").putEnvironment("A", "1"), spec -> spec);
        var key = Kinds.SESSIONS.key("-", agentUid);
        sealed.world.update(
                Kinds.SESSIONS, key, spec -> spec.toBuilder().setEngine("other").build());

        assertRefused(Reason.FENCED, "a1", uid, epoch);
        assertRefused(Reason.FENCED, "a1", uid, 0);
    }

    @Test
    void saysThatItWasSealedWithAnotherKey() {
        var uid = task(service("web").putEnvironment("A", "1"), spec -> spec);
        var other = new Disclosure(sealed.world.truth, VaultTest.vault(2), sealed.clock.time());

        assertThatThrownBy(() -> other.open(other.judge("a1", request(uid, epoch)), part -> true))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.CORRUPT))
                .hasMessageContaining("apply the app again");
    }

    @Test
    void stopsWhenTheReceiverIsGone() throws Exception {
        var uid = task(service("web").putEnvironment("A", "1"), spec -> spec);
        var received = new ArrayList<MaterialPart>();

        sealed.disclosure.open(sealed.disclosure.judge("a1", request(uid, epoch)), part -> {
            received.add(part);
            return false;
        });

        assertThat(received).hasSize(1);
    }

    private dev.banyan.runtime.resource.Resource<AgentSessionSpec, ?> session() {
        return sealed.world.create(
                Kinds.SESSIONS,
                Kinds.SESSIONS.key("-", agentUid),
                AgentSessionSpec.newBuilder().setAgent("a1").build());
    }

    /** The uid of a task of the service, assigned to the first agent unless {@code change} says otherwise. */
    private String task(ServiceManifest.Builder service, UnaryOperator<TaskSpec.Builder> change) {
        var stored = sealed.seal(manifest("shop", service.build())).getServices(0);
        assertThat(sealed.violations).isEmpty();
        var container = ContainerSpec.newBuilder().addAllContentMounts(stored.getContentMountsList());
        if (stored.hasSealedEnvironment()) {
            container.setSealedEnvironment(stored.getSealedEnvironment());
        }
        var spec = TaskSpec.newBuilder()
                .setDeployment("shop")
                .setService("web")
                .setDesired(TaskSpec.Desired.RUN)
                .setContainer(container)
                .setAssignment(Assignment.newBuilder().setAgent("a1").setAgentUid(agentUid));
        return sealed.world
                .create(
                        Kinds.TASKS,
                        Kinds.TASKS.key("default", TASK),
                        change.apply(spec).build())
                .uid();
    }

    private List<MaterialPart> open(String agent, String uid, long session) throws InterruptedException {
        var parts = new ArrayList<MaterialPart>();
        sealed.disclosure.open(sealed.disclosure.judge(agent, request(uid, session)), parts::add);
        return parts;
    }

    private void assertRefused(Reason reason, String agent, String uid, long session) {
        assertThatThrownBy(() -> open(agent, uid, session))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(reason));
    }

    private static OpenMaterialRequest request(String uid, long session) {
        return OpenMaterialRequest.newBuilder()
                .setNamespace("default")
                .setTask(TASK)
                .setTaskUid(uid)
                .setEpoch(session)
                .build();
    }
}
