package dev.banyan.api.compose.project;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExtendingTest {
    @Test
    void takesOverAServiceOfTheSameFileAndChangesIt() {
        var loaded = Projects.of(
                        """
                services:
                  base: {image: x, environment: {A: 1, B: 2}, ports: [80], command: [a]}
                  web: {extends: base, environment: {B: 3}, ports: ["81"], command: [b]}
                """)
                .load();

        assertThat(loaded.printed())
                .contains(
                        """
                  web:
                    image: x
                    environment:
                      A: "1"
                      B: "3"
                    ports:
                      - target: 80
                        protocol: tcp
                      - target: 81
                        protocol: tcp
                    command:
                      - b
                """);
    }

    @Test
    void followsChainsThroughFilesAndRebasesTheirPaths() {
        var loaded = Projects.web("extends: {file: lib/one.yaml, service: one}")
                .file(
                        "lib/one.yaml",
                        "services: {one: {extends: {file: deep/two.yaml, service: two}, volumes: ['./a:/a']}}")
                .file(
                        "lib/deep/two.yaml",
                        "services: {two: {image: y, build: ../src, volumes: ['./b:/b'], env_file: e.env}}")
                .file("lib/deep/e.env", "FROM=two\n")
                .load();

        var web = loaded.service("web");
        assertThat(web.text("image")).contains("nginx");
        assertThat(web.mapping("build").text("context")).contains("lib/src");
        assertThat(web.items("volumes"))
                .extracting(mount -> ((dev.banyan.api.compose.node.Node.Mapping) mount)
                        .text("source")
                        .orElse(""))
                .containsExactly("lib/deep/b", "lib/a");
        assertThat(web.mapping("environment").text("FROM")).contains("two");
        assertThat(web.member("extends")).isEmpty();
    }

    @Test
    void takesNothingElseOfTheOtherFile() {
        var loaded = Projects.web("extends: {file: o.yaml, service: one}")
                .file("o.yaml", "name: other\nservices: {one: {user: u}, two: {image: y}}\nvolumes: {v: {}}\n")
                .load();

        assertThat(loaded.right().services().members()).hasSize(1);
        assertThat(loaded.right().tree().member("volumes")).isEmpty();
        assertThat(loaded.right().name()).isEqualTo("app");
    }

    @Test
    void resetsAndOverridesWhatItTookOver() {
        var loaded = Projects.of(
                        """
                services:
                  base: {image: x, ports: [80], volumes: [/a], user: u}
                  web: {extends: {service: base}, ports: !reset [], volumes: !override [/b]}
                """)
                .load();

        assertThat(loaded.service("web").member("ports")).isEmpty();
        assertThat(loaded.service("web").items("volumes")).hasSize(1);
        assertThat(loaded.service("web").text("user")).contains("u");
    }

    @Test
    void namesTheWholeCircle() {
        assertThat(Projects.of(
                                """
                        services:
                          a: {image: x, extends: b}
                          b: {image: x, extends: c}
                          c: {image: x, extends: a}
                        """)
                        .load()
                        .reasons())
                .containsExactly("compose.yaml:2:26 services.a.extends: services extend each other: a -> b -> c -> a");
    }

    @Test
    void namesTheFilesOfACircle() {
        assertThat(Projects.web("extends: {file: o.yaml, service: one}")
                        .file("o.yaml", "services: {one: {extends: {file: compose.yaml, service: web}}}")
                        .load()
                        .reasons())
                .containsExactly(
                        "compose.yaml:4:14 services.web.extends: services extend each other: web -> one in o.yaml"
                                + " -> web");
    }

    @Test
    void refusesAServiceToExtendItself() {
        assertThat(Projects.web("extends: web").load().reasons())
                .containsExactly("compose.yaml:4:14 services.web.extends: services extend each other: web -> web");
    }

    @Test
    void saysWhatIsNotThere() {
        assertThat(Projects.of(
                                """
                        services:
                          a: {image: x, extends: bas}
                          b: {image: x, extends: {service: y, file: none.yaml}}
                          c: {image: x, extends: {service: on, file: o.yaml}}
                          base: {image: x}
                        """)
                        .file("o.yaml", "services: {one: {image: x}}")
                        .load()
                        .reasons())
                .containsExactly(
                        "compose.yaml:2:26 services.a.extends: there is no service \"bas\" (did you mean \"base\"?)",
                        "compose.yaml:3:26 services.b.extends: the file \"none.yaml\" cannot be read",
                        "compose.yaml:4:26 services.c.extends: there is no service \"on\" in o.yaml (did you mean \"one\"?)");
    }

    @Test
    void findsMistakesInTheOtherFileThere() {
        assertThat(Projects.web("extends: {file: o.yaml, service: one}")
                        .file("o.yaml", "services:\n  one:\n    prots: [80]\n")
                        .load()
                        .reasons())
                .containsExactly("o.yaml:3:5 services.one.prots: unknown key \"prots\" (did you mean \"ports\"?)");
    }

    @Test
    void boundsAChain() {
        var services = new StringBuilder("services:\n  s0: {image: x}\n");
        for (int i = 1; i < 100; i++) {
            services.append("  s%d: {extends: s%d}\n".formatted(i, i - 1));
        }
        var backwards = new StringBuilder("services:\n");
        for (int i = 100; i > 0; i--) {
            backwards.append("  s%d: {image: x, extends: s%d}\n".formatted(i, i - 1));
        }

        assertThat(Projects.of(services.toString()).load().reasons()).isEmpty();
        assertThat(Projects.of(backwards + "  s0: {image: x}\n").load().reasons())
                .singleElement()
                .asString()
                .endsWith("the chain is longer than 64");
    }

    @Test
    void equalsWritingItAllInOnePlace() {
        var extended = Projects.of("services: {a: {image: x, labels: {l: m}}, web: {extends: a, tty: true}}")
                .load();
        var inline = Projects.of(
                        "services: {a: {image: x, labels: {l: m}}, web: {image: x, labels: {l: m}, tty: true}}")
                .load();

        assertThat(extended.printed()).isEqualTo(inline.printed());
    }
}
