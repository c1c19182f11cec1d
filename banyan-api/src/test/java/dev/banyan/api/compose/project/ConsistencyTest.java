package dev.banyan.api.compose.project;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsistencyTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "depends_on: [dbb];services.web.depends_on.dbb: there is no service \"dbb\" (did you mean \"db\"?)",
                "depends_on: [web];services.web.depends_on.web: services wait for each other: web -> web",
                "links: [\"nobody:alias\"];services.web.links[0]: there is no service \"nobody\"",
                "volumes_from: [\"nobody:ro\"];services.web.volumes_from[0]: there is no service \"nobody\"",
                "network_mode: service:dbs;services.web.network_mode: there is no service \"dbs\" (did you mean \"db\"?)",
                "ipc: service:nobody;services.web.ipc: there is no service \"nobody\"",
                "volumes: [\"dta:/x\"];services.web.volumes[0]: there is no volume \"dta\" (did you mean \"data\"?)",
                "secrets: [none];services.web.secrets[0]: there is no secret \"none\" (declare it under \"secrets\" at the top of the file)",
                "configs: [none];services.web.configs[0]: there is no config \"none\" (declare it under \"configs\" at the top of the file)",
                "networks: [none];services.web.networks.none: there is no network \"none\" (declare it under \"networks\" at the top of the file)",
                "models: [none];services.web.models.none: there is no model \"none\" (declare it under \"models\" at the top of the file)",
                "scale: 2, deploy: {replicas: 3};services.web.scale: says another number than \"deploy.replicas\" (remove one of them)",
                "scale: 2, container_name: one;services.web.container_name: one name cannot be that of 2 containers (remove it)",
                "deploy: {replicas: 2}, container_name: one;services.web.container_name: one name cannot be that of 2 containers (remove it)",
                "network_mode: host, networks: [default];services.web.network_mode: cannot be given together with \"networks\"",
                "build: {context: ., dockerfile: D, dockerfile_inline: FROM x};services.web.build.dockerfile_inline: cannot be given together with \"dockerfile\"",
                "ulimits: {n: {soft: 2, hard: 1}};services.web.ulimits.n: its soft limit is above the hard one",
                "ulimits: {n: {soft: -1, hard: 1}};services.web.ulimits.n: its soft limit is above the hard one",
                "ulimits: {n: {soft: 2}};services.web.ulimits.n: needs \"soft\" and \"hard\"",
                "healthcheck: {disable: true, test: x};services.web.healthcheck.disable: cannot be given together with \"test\""
            })
    void refusesWhatCannotBe(String keys, String expected) {
        assertThat(project(keys).load().reasons())
                .singleElement()
                .asString()
                .startsWith("compose.yaml:3:")
                .endsWith(" " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "depends_on: [db]",
                "links: ['db:alias']",
                "volumes_from: ['container:any']",
                "network_mode: service:db",
                "network_mode: host",
                "volumes: ['data:/x', './y:/y', /z]",
                "networks: [default]",
                "scale: 2, deploy: {replicas: 2}",
                "scale: 1, container_name: one",
                "ulimits: {n: {soft: 1, hard: -1}, m: -1}",
                "healthcheck: {disable: true}",
                "healthcheck: {disable: true, test: [NONE]}",
                "healthcheck: {disable: false, test: x}"
            })
    void takesWhatCanBe(String keys) {
        assertThat(project(keys).load().reasons()).isEmpty();
    }

    private static Projects project(String keys) {
        return Projects.of("services:\n  db: {image: x}\n  web: {image: x, " + keys + "}\nvolumes: {data: }\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "secrets: {s: {}};secrets.s: says not where it comes from (give it \"file\", \"environment\", \"driver\" or external: true)",
                "secrets: {s: {file: a, environment: B}};secrets.s: comes from more than one place: file, environment",
                "configs: {s: {name: n}};configs.s: says not where it comes from (give it \"file\", \"content\", \"environment\" or external: true)",
                "configs: {s: {external: true, content: x}};configs.s.content: cannot be given for what is external",
                "volumes: {v: {external: true, driver_opts: {a: b}}};volumes.v.driver_opts: cannot be given for what is external",
                "networks: {n: {external: true, internal: true}};networks.n.internal: cannot be given for what is external",
                "models: {m: {name: x}};models.m: has no \"model\""
            })
    void refusesResourcesThatCannotBe(String line, String expected) {
        assertThat(Projects.of("services: {web: {image: x}}\n" + line + "\n")
                        .load()
                        .reasons())
                .singleElement()
                .asString()
                .startsWith("compose.yaml:2:")
                .endsWith(" " + expected);
    }

    @Test
    void wantsServicesThatCanBeMade() {
        assertThat(Projects.of("name: x\n").load().reasons()).containsExactly("compose.yaml:1:1 : has no \"services\"");
        assertThat(Projects.of("services: {}\n").load().reasons())
                .containsExactly("compose.yaml:1:1 services: names no service");
        assertThat(Projects.of("services:\n  a: {tty: true}\n  b: {imag: x}\n  c: {build: .}\n  d:\n")
                        .load()
                        .reasons())
                .containsExactly(
                        "compose.yaml:2:3 services.a: has no \"image\"",
                        "compose.yaml:3:7 services.b.imag: unknown key \"imag\" (did you mean \"image\"?)",
                        "compose.yaml:5:3 services.d: has no \"image\"");
    }

    @Test
    void letsAnotherFileCompleteAService() {
        var loaded = Projects.of("services: {web: {tty: true}}")
                .file("compose.override.yaml", "services: {web: {image: x}}")
                .load();

        assertThat(loaded.reasons()).isEmpty();
    }

    @Test
    void namesEachCircleOnce() {
        assertThat(Projects.of(
                                """
                        services:
                          d: {image: x, depends_on: [a]}
                          c: {image: x, depends_on: [a]}
                          b: {image: x, depends_on: [c]}
                          a: {image: x, depends_on: [b]}
                        """)
                        .load()
                        .reasons())
                .containsExactly(
                        "compose.yaml:3:30 services.c.depends_on.a: services wait for each other: a -> b -> c -> a");
    }

    @Test
    void boundsTheServices() {
        var text = new StringBuilder("services:\n");
        for (int i = 0; i < 3000; i++) {
            text.append("  s%d: {depends_on: [s%d]}\n".formatted(i, i + 1));
        }

        assertThat(Projects.of(text.toString()).load().reasons())
                .containsExactly("compose.yaml:2:3 services: has 3000 services; at most 200 are possible");
    }
}
