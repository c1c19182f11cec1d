package dev.banyan.engine.server.call;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.Role;
import dev.banyan.runtime.resource.LabelSelector.Requirement;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Selection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What each role may do to which objects. What no rule allows is denied.
 *
 * @param rules in no order: one that allows is enough
 */
public record AccessTable(List<Rule> rules) {
    /** What is done to an object. */
    public enum Action {
        READ,
        CREATE,
        /** Labels, owners and spec. */
        UPDATE,
        /** Status. */
        REPORT,
        DELETE
    }

    /** Which objects of the kind a rule is about. */
    public enum Extent {
        /** Every one. */
        ALL,
        /** Those labelled with the caller's name as their agent. */
        ASSIGNED,
        /** The one that bears the caller's name. */
        NAMESAKE,
        /** Those whose name starts with the caller's name and a dot. */
        PREFIXED,
        /** The one that bears the uid of the caller's Agent object. */
        OWN_UID,
        /** Every one, if the caller was granted the kind when it was let in. */
        GRANTED
    }

    /** Every kind, shipped or not. */
    public static final String ANY_KIND = "*";

    /** One permission. */
    public record Rule(Role role, String kind, Set<Action> actions, Extent extent) {
        public Rule {
            actions = Set.copyOf(actions);
        }
    }

    /** An object as far as rules look at it. */
    public record Subject(ObjectKey key, Map<String, String> labels) {
        public Subject {
            labels = Map.copyOf(labels);
        }
    }

    /**
     * Who asks.
     *
     * @param uid of the agent's own Agent object; empty where there is none
     * @param granted kinds that a controller was granted to read
     */
    public record Asker(Role role, String name, String uid, Set<String> granted) {
        public Asker {
            granted = Set.copyOf(granted);
        }

        /** Who was granted nothing. */
        public Asker(Role role, String name, String uid) {
            this(role, name, uid, Set.of());
        }
    }

    private static final List<Rule> FIXED = List.of(
            // Other engines have the store's own credentials; refusing them here would protect nothing.
            new Rule(Role.ENGINE, ANY_KIND, EnumSet.allOf(Action.class), Extent.ALL),
            new Rule(Role.ADMIN, ANY_KIND, Set.of(Action.READ), Extent.ALL),
            new Rule(Role.ADMIN, Kinds.AGENTS.name(), Set.of(Action.UPDATE, Action.DELETE), Extent.ALL),
            new Rule(Role.ADMIN, Kinds.CONTROLLERS.name(), Set.of(Action.DELETE), Extent.ALL),
            new Rule(Role.AGENT, Kinds.TASKS.name(), Set.of(Action.READ, Action.REPORT), Extent.ASSIGNED),
            // To report includes to say that the data is gone, by removing the finalizer.
            new Rule(Role.AGENT, Kinds.VOLUMES.name(), Set.of(Action.READ, Action.REPORT), Extent.ASSIGNED),
            // The proxy and names of every agent carry every service.
            new Rule(Role.AGENT, Kinds.SERVICES.name(), Set.of(Action.READ), Extent.ALL),
            new Rule(Role.AGENT, Kinds.ENDPOINTS.name(), Set.of(Action.READ), Extent.ALL),
            // Subnets and addresses of the others, for routes: an address is something that an agent reports.
            new Rule(Role.AGENT, Kinds.AGENTS.name(), Set.of(Action.READ), Extent.ALL),
            // One that leaves says so itself.
            new Rule(Role.AGENT, Kinds.AGENTS.name(), Set.of(Action.DELETE), Extent.NAMESAKE),
            new Rule(Role.AGENT, Kinds.AGENT_REPORTS.name(), Set.of(Action.READ), Extent.ALL),
            new Rule(Role.AGENT, Kinds.AGENT_REPORTS.name(), Set.of(Action.CREATE, Action.REPORT), Extent.NAMESAKE),
            new Rule(Role.AGENT, Kinds.SESSIONS.name(), Set.of(Action.READ), Extent.OWN_UID),
            new Rule(
                    Role.AGENT,
                    Kinds.EVENTS.name(),
                    Set.of(Action.READ, Action.CREATE, Action.UPDATE),
                    Extent.PREFIXED),
            // Schemas and grants are no secret; who wants to register a kind has to see what is there.
            new Rule(Role.CONTROLLER, Kinds.DEFINITIONS.name(), Set.of(Action.READ), Extent.ALL),
            new Rule(Role.CONTROLLER, Kinds.CONTROLLERS.name(), Set.of(Action.READ), Extent.NAMESAKE));

    /** The table in force. Kinds that users define are not in it: their definitions say who may do what. */
    public static final AccessTable BANYAN =
            new AccessTable(Stream.concat(FIXED.stream(), grantable()).toList());

    public AccessTable {
        rules = List.copyOf(rules);
    }

    /** May {@code asker} do this to the object? */
    public boolean allows(Asker asker, Action action, Subject object) {
        return rules.stream()
                .filter(rule -> covers(rule, asker, action, object.key().kind()))
                .anyMatch(rule -> within(rule.extent(), asker, object));
    }

    /** May {@code asker} read everything that {@code selection} could ever match? */
    public boolean allows(Asker asker, Selection selection) {
        // No kind has this name, so a selection of all kinds meets only rules for any kind.
        var kind = selection.kind().orElse("");
        return rules.stream()
                .filter(rule -> covers(rule, asker, Action.READ, kind))
                .anyMatch(rule -> within(rule.extent(), asker, selection));
    }

    /** Rules that only an admin's grant makes true. */
    private static Stream<Rule> grantable() {
        return Kinds.OPEN_TO_CONTROLLERS.stream()
                .map(kind -> new Rule(Role.CONTROLLER, kind.name(), Set.of(Action.READ), Extent.GRANTED));
    }

    private static boolean covers(Rule rule, Asker asker, Action action, String kind) {
        return rule.role() == asker.role()
                && rule.actions().contains(action)
                && (rule.kind().equals(ANY_KIND) || rule.kind().equals(kind));
    }

    private static boolean within(Extent extent, Asker asker, Subject object) {
        var name = object.key().name();
        return switch (extent) {
            case ALL -> true;
            case ASSIGNED -> asker.name().equals(object.labels().get(Labels.AGENT));
            case NAMESAKE -> name.equals(asker.name());
            case PREFIXED -> name.startsWith(asker.name() + ".");
            case OWN_UID -> name.equals(asker.uid());
            case GRANTED -> asker.granted().contains(object.key().kind());
        };
    }

    private static boolean within(Extent extent, Asker asker, Selection selection) {
        return switch (extent) {
            case ALL -> true;
            case ASSIGNED ->
                selection.labels().requirements().stream()
                        .anyMatch(requirement -> requirement instanceof Requirement.In in
                                && in.key().equals(Labels.AGENT)
                                && in.values().equals(Set.of(asker.name())));
            case NAMESAKE -> selection.name().filter(asker.name()::equals).isPresent();
            case PREFIXED ->
                selection
                        .name()
                        .filter(name -> name.startsWith(asker.name() + "."))
                        .isPresent();
            case OWN_UID ->
                selection.name().filter(name -> name.equals(asker.uid())).isPresent();
            case GRANTED -> selection.kind().filter(asker.granted()::contains).isPresent();
        };
    }
}
