package dev.banyan.engine.server.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.Role;
import dev.banyan.engine.server.call.AccessTable.Action;
import dev.banyan.engine.server.call.AccessTable.Asker;
import dev.banyan.engine.server.call.AccessTable.Subject;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.LabelSelector.Requirement;
import dev.banyan.runtime.store.Selection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AccessTableTest {
    private static final Asker AGENT = new Asker(Role.AGENT, "web", "77");
    private static final Asker CONTROLLER = new Asker(Role.CONTROLLER, "web", "", Set.of());
    private static final Asker ADMIN = new Asker(Role.ADMIN, "ann", "");

    @Test
    void grantsAgentsNoMoreThanThis() {
        assertThat(granted(AGENT))
                .containsExactlyInAnyOrder(
                        "own tasks: READ REPORT",
                        "any services: READ",
                        "any endpoints: READ",
                        "own volumes: READ REPORT",
                        "any agents: READ",
                        "own agents: DELETE READ",
                        "any agentreports: READ",
                        "own agentreports: CREATE READ REPORT",
                        "own .sessions: READ",
                        "own events: CREATE READ UPDATE");
    }

    @Test
    void grantsControllersNoMoreThanThis() {
        assertThat(granted(CONTROLLER)).containsExactlyInAnyOrder("any kinddefinitions: READ", "own controllers: READ");
    }

    @Test
    void grantsControllersToReadWhatAnAdminGrantedWhereThatCanBeGranted() {
        var everything = Kinds.ALL.stream().map(Kind::name).collect(Collectors.toSet());
        var asker = new Asker(Role.CONTROLLER, "web", "", everything);

        assertThat(granted(asker))
                .containsExactlyInAnyOrder(
                        "any deployments: READ",
                        "any services: READ",
                        "any endpoints: READ",
                        "any agents: READ",
                        "any agentreports: READ",
                        "any events: READ",
                        "any kinddefinitions: READ",
                        "own controllers: READ");
        assertThat(AccessTable.BANYAN.allows(asker, Selection.of("services"))).isTrue();
        assertThat(AccessTable.BANYAN.allows(asker, Selection.of("tasks"))).isFalse();
        assertThat(AccessTable.BANYAN.allows(asker, Selection.EVERYTHING)).isFalse();
    }

    @Test
    void grantsAdminsToReadEverythingAndToWriteAgentsAndRevokeControllersOnly() {
        var reads = Kinds.ALL.stream()
                .map(Kind::name)
                .filter(kind -> !kind.equals("agents") && !kind.equals("controllers"))
                .map(kind -> "any " + kind + ": READ")
                .toList();

        assertThat(granted(ADMIN))
                .containsAll(reads)
                .contains("any agents: DELETE READ UPDATE", "any controllers: DELETE READ")
                .hasSize(reads.size() + 2);
    }

    @Test
    void grantsNothingToWhoHasNoRole() {
        for (var role : List.of(Role.JOIN, Role.ROLE_UNSPECIFIED, Role.UNRECOGNIZED)) {
            assertThat(granted(new Asker(role, "web", "77"))).isEmpty();
        }
    }

    @Test
    void letsAnAgentSelectItsOwnTasksOnly() {
        var tasks = Selection.of("tasks");

        assertThat(mayRead(tasks.labelled(LabelSelector.of(Labels.AGENT, "web"))))
                .isTrue();
        assertThat(mayRead(tasks.in("default").labelled(LabelSelector.of(Labels.AGENT, "web"))))
                .isTrue();
        assertThat(mayRead(tasks)).isFalse();
        assertThat(mayRead(tasks.labelled(LabelSelector.of(Labels.AGENT, "db"))))
                .isFalse();
        var both = new LabelSelector(List.of(new Requirement.In(Labels.AGENT, Set.of("web", "db"))));
        assertThat(mayRead(tasks.labelled(both))).isFalse();
        var bound = new LabelSelector(List.of(new Requirement.Exists(Labels.AGENT)));
        assertThat(mayRead(tasks.labelled(bound))).isFalse();
    }

    @Test
    void letsAnAgentSelectItsOwnSessionOnly() {
        assertThat(mayRead(Selection.of(Kinds.SESSIONS.key("", "77")))).isTrue();
        assertThat(mayRead(Selection.of(Kinds.SESSIONS.key("", "78")))).isFalse();
        assertThat(mayRead(Selection.of(".sessions"))).isFalse();
    }

    @Test
    void letsAnAgentSelectAllThatItsDataPlaneCarries() {
        assertThat(mayRead(Selection.of("services"))).isTrue();
        assertThat(mayRead(Selection.of("endpoints").in("default"))).isTrue();
        assertThat(mayRead(Selection.of("agents"))).isTrue();
        assertThat(mayRead(Selection.of("agentreports"))).isTrue();
    }

    @Test
    void letsNoAgentSelectAllKinds() {
        assertThat(mayRead(Selection.EVERYTHING)).isFalse();
        assertThat(mayRead(Selection.EVERYTHING.labelled(LabelSelector.of(Labels.AGENT, "web"))))
                .isFalse();
        assertThat(AccessTable.BANYAN.allows(ADMIN, Selection.EVERYTHING)).isTrue();
    }

    private static boolean mayRead(Selection selection) {
        return AccessTable.BANYAN.allows(AGENT, selection);
    }

    /** What is allowed on an object of each kind, one that is the agent's own and one that is not. */
    private static List<String> granted(Asker asker) {
        var granted = new ArrayList<String>();
        for (var kind : Kinds.ALL) {
            var own = actions(asker, own(kind));
            var any = actions(asker, new Subject(kind.key("default", "other"), Map.of(Labels.AGENT, "db")));
            if (!any.isEmpty()) {
                granted.add("any " + kind.name() + ": " + any);
            }
            if (!own.equals(any)) {
                granted.add("own " + kind.name() + ": " + own);
            }
        }
        return granted;
    }

    private static Subject own(Kind<?, ?> kind) {
        var name = kind.name().equals(".sessions") ? "77" : kind.name().equals("events") ? "web.1" : "web";
        return new Subject(kind.key("default", name), Map.of(Labels.AGENT, "web"));
    }

    private static String actions(Asker asker, Subject subject) {
        return Arrays.stream(Action.values())
                .filter(action -> AccessTable.BANYAN.allows(asker, action, subject))
                .map(Action::name)
                .sorted()
                .collect(Collectors.joining(" "));
    }
}
