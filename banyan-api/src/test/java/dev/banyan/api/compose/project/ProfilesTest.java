package dev.banyan.api.compose.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProfilesTest {
    private static final String TEXT =
            """
            services:
              web: {image: x}
              debug: {image: x, profiles: [dev, debug]}
              load: {image: x, profiles: [test]}
            """;

    @Test
    void leavesOutWhatIsNotEnabled() {
        assertThat(names(Projects.of(TEXT))).containsExactly("web");
        assertThat(names(Projects.of(TEXT).asking(request -> request.profiles("debug"))))
                .containsExactly("web", "debug");
        assertThat(names(Projects.of(TEXT).asking(request -> request.profiles("*"))))
                .containsExactly("web", "debug", "load");
        assertThat(names(Projects.of(TEXT).variable("COMPOSE_PROFILES", "test, dev")))
                .containsExactly("web", "debug", "load");
    }

    @Test
    void saysWhatItLeftOut() {
        assertThat(Projects.of(TEXT).load().right().disabled()).containsExactly("debug", "load");
    }

    @Test
    void refusesToNeedWhatIsLeftOut() {
        assertThat(Projects.of(TEXT + "  api: {image: x, depends_on: [debug, web]}\n")
                        .load()
                        .reasons())
                .containsExactly(
                        "compose.yaml:5:32 services.api.depends_on.debug: service \"debug\" is left out: none of its"
                                + " profiles is enabled (enable it with --profile dev, or write required: false)");
    }

    @Test
    void forgetsADependencyThatIsNotRequired() {
        var loaded = Projects.of(
                        TEXT
                                + "  api: {image: x, depends_on: {debug: {condition: service_started, required: false}, web: {}}}\n")
                .load();

        assertThat(loaded.service("api").mapping("depends_on").members())
                .extracting(member -> member.key())
                .containsExactly("web");
    }

    @Test
    void checksNothingInWhatIsLeftOut() {
        assertThat(Projects.of(TEXT + "  bad: {profiles: [dev], volumes: ['none:/x'], depends_on: [nobody]}\n")
                        .load()
                        .reasons())
                .isEmpty();
    }

    @Test
    void saysWhenNothingIsLeft() {
        assertThat(Projects.of("services: {a: {image: x, profiles: [p]}}")
                        .load()
                        .reasons())
                .containsExactly(
                        "compose.yaml:1:1 services: has no service without a profile, and none of their profiles is"
                                + " enabled (enable one with --profile)");
    }

    private static List<String> names(Projects projects) {
        return projects.load().right().services().members().stream()
                .map(member -> member.key())
                .toList();
    }

    @Test
    void areAllKnownWhetherTheyAreEnabledOrNot() {
        var text = "services:\n  a: {image: x}\n  b: {image: x, profiles: [q, p]}\n  c: {image: x, profiles: [p, r]}\n";

        assertThat(Projects.of(text).load().right().profiles()).containsExactly("p", "q", "r");
        assertThat(Projects.of(text)
                        .variable("COMPOSE_PROFILES", "q")
                        .load()
                        .right()
                        .profiles())
                .containsExactly("p", "q", "r");
        assertThat(Projects.of("services: {a: {image: x}}").load().right().profiles())
                .isEmpty();
    }
}
