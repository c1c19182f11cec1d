package dev.banyan.runtime.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.resource.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelSelectorTest {
    private static final Map<String, String> LABELS = Map.of("app", "web", "tier", "front");

    @Test
    void matchesEverythingWithoutRequirements() {
        assertThat(LabelSelector.EVERYTHING.matches(LABELS)).isTrue();
        assertThat(LabelSelector.EVERYTHING.matches(Map.of())).isTrue();
    }

    @Test
    void matchesOneOfSeveralValues() {
        assertThat(matches(new Requirement.In("app", Set.of("web", "api")))).isTrue();
        assertThat(matches(new Requirement.In("app", Set.of("api")))).isFalse();
        assertThat(matches(new Requirement.In("missing", Set.of("web")))).isFalse();
        assertThat(matches(new Requirement.In("app", Set.of()))).isFalse();
        assertThat(LabelSelector.of("app", "web").matches(LABELS)).isTrue();
    }

    @Test
    void matchesPresenceAndAbsence() {
        assertThat(matches(new Requirement.Exists("app"))).isTrue();
        assertThat(matches(new Requirement.Exists("missing"))).isFalse();
        assertThat(matches(new Requirement.Absent("missing"))).isTrue();
        assertThat(matches(new Requirement.Absent("app"))).isFalse();
    }

    @Test
    void demandsAllRequirements() {
        assertThat(matches(new Requirement.Exists("app"), new Requirement.Absent("tier")))
                .isFalse();
        assertThat(matches(new Requirement.Exists("app"), new Requirement.Exists("tier")))
                .isTrue();
    }

    @Test
    void isNotChangedThroughTheListItCameFrom() {
        var requirements = new ArrayList<Requirement>(List.of(new Requirement.Exists("app")));
        var selector = new LabelSelector(requirements);
        requirements.add(new Requirement.Exists("missing"));

        assertThat(selector.matches(LABELS)).isTrue();
    }

    @Test
    void refusesMoreRequirementsThanItsLimit() {
        List<Requirement> most = Collections.nCopies(LabelSelector.REQUIREMENTS_MAX, new Requirement.Exists("app"));
        var more = new ArrayList<>(most);
        more.add(new Requirement.Exists("app"));

        assertThat(new LabelSelector(most).matches(LABELS)).isTrue();
        assertThatThrownBy(() -> new LabelSelector(more)).isInstanceOf(IllegalArgumentException.class);
    }

    private static boolean matches(Requirement... requirements) {
        return new LabelSelector(List.of(requirements)).matches(LABELS);
    }
}
