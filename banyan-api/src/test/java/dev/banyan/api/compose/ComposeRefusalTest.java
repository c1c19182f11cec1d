package dev.banyan.api.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.project.NameRule;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeRefusalTest {
    @Test
    void namesEveryErrorOfAFileInOnePass() {
        assertThat(ComposeFiles.rendered(ComposeFiles.refused(ComposeFiles.resource("wrong.yaml"))))
                .isEqualTo(ComposeFiles.resource("wrong.txt"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "post_start: [{command: a}]",
                "deploy: {update_config: {order: start-first}}",
            })
    void refusesByNameWhatIsNotSupported(String line) {
        assertThat(ComposeFiles.reasons("services:\n  db: {image: x}\n  web:\n    image: x\n    " + line + "\n"))
                .singleElement()
                .asString()
                .contains("\" is not supported yet: it comes with ")
                .startsWith("5:");
    }

    @Test
    void refusesWhatIsNotSupportedAlsoWhenItIsWrong() {
        assertThat(ComposeFiles.reasons(ComposeFiles.webText("mac_address: [1]")))
                .containsExactly(
                        "4:5 services.web.mac_address: \"mac_address\" is not supported yet: it comes with settings of networks"
                                + " (to go on without it, list it under x-banyan-ignore)",
                        "4:18 services.web.mac_address: must be a single value");
    }

    @Test
    void takesWhatIsSaidAnyway() {
        assertThat(ComposeFiles.reasons("services:\n  db: {image: x}\n"
                        + "  web: {image: x, deploy: {mode: replicated}, ports: [{target: 80, mode: ingress}],"
                        + " depends_on: {db: {condition: service_started, required: true, restart: false}}}\n"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"models"})
    void refusesSectionsOfComposeByName(String key) {
        assertThat(ComposeFiles.reasons(ComposeFiles.webText() + key + ": {}\n"))
                .singleElement()
                .asString()
                .startsWith("4:1 " + key + ": \"" + key + "\" is not supported");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "imag: x;unknown key \"imag\"",
                "restart: allways;\"allways\" is no restart policy",
                "restart: always:3;only \"on-failure\" takes a number",
                "restart: on-failure:x;\"x\" is no number of retries",
                "restart: [a];must be a single value",
                "command: 'a \"b';a quote is not closed",
                "command: {a: b};must be a text or a list",
                "ports: 80;must be a list",
                "ports: [a];\"a\" is no port",
                "ports: [\"80:80/sctp\"];\"sctp\" is no protocol that can be published",
                "ports: [\"0:80\"];\"0\" must lie in 1 to 65535, with at most 100 ports in rising order",
                "ports: [\"80:65536\"];\"65536\" must lie in 1 to 65535, with at most 100 ports in rising order",
                "ports: [\"1-999:1-999\"];\"1-999\" must lie in 1 to 65535, with at most 100 ports in rising order",
                "ports: [\"80-82:80-81\"];both ranges must have the same length, not 3 and 2",
                "ports: [{published: 80}];has no \"target\", the port inside the container",
                "ports: [99999999999999999999];\"99999999999999999999\" is no port",
                "environment: [=x];\"\" is no name of a variable",
                "environment: {A: [1]};must be a single value",
                "env_file: none.env;the file \"none.env\" cannot be read",
                "env_file: [{required: true}];has no \"path\"",
                "depends_on: [we];there is no service \"we\"",
                "depends_on: [web];services wait for each other: web -> web",
                "healthcheck: {interval: 1s};has no \"test\"",
                "healthcheck: {test: [cmd, x]};must begin with CMD, CMD-SHELL or NONE",
                "healthcheck: {test: [CMD]};names no command",
                "healthcheck: {test: [CMD-SHELL, a, b]};CMD-SHELL takes one command line",
                "healthcheck: {test: x, interval: 5};\"5\" is no duration",
                "healthcheck: {test: x, interval: 1ms};must be at least 100ms",
                "healthcheck: {test: x, interval: 9999h};must be at most 168h",
                "healthcheck: {test: x, retries: 0};must be a whole number from 1 to 100, not \"0\"",
                "healthcheck: {test: x, disable: perhaps};must be true or false, not \"perhaps\"",
                "deploy: {replicas: 1001};must be a whole number from 0 to 1000, not \"1001\"",
                "deploy: {replicas: 99999999999999999999};must be a whole number from 0 to 1000, not \"99999999999999999999\"",
                "deploy: {resources: {limits: {cpus: half}}};\"half\" is no number of cores",
                "deploy: {resources: {limits: {cpus: 0}}};must be more than 0, and at most 4096",
                "deploy: {resources: {limits: {memory: lots}}};\"lots\" is no size",
                "deploy: {resources: {limits: {memory: 999999t}}};must be from 1 byte to 1024t",
                "deploy: {resources: {limits: {memory: 1m}, reservations: {memory: 2m}}};reserves more memory than its limit",
                "deploy: {placement: {node: Web_1}};\"Web_1\" matches no agent's name",
                "deploy: {placement: {platform: amd64}};\"amd64\" is no platform",
                "command: $;\"$\" begins no variable"
            })
    void saysWhatIsWrongWithAValue(String line, String message) {
        assertThat(ComposeFiles.refused(ComposeFiles.webText(line)))
                .singleElement()
                .satisfies(reason -> {
                    assertThat(reason.message()).isEqualTo(message);
                    assertThat(reason.position().line()).isEqualTo(4);
                });
    }

    @ParameterizedTest
    @CsvSource({
        "my_web,my-web",
        "Web,web",
        "-web-,web",
        "a.b,a-b",
    })
    void correctsNames(String name, String better) {
        assertThat(ComposeFiles.reasons("services: {" + name + ": {image: x}}"))
                .containsExactly("1:12 services." + name + ": \"" + name + "\" " + NameRule.RULE + " (write \"" + better
                        + "\")");
    }

    @Test
    void refusesNamesOfFortyOneCharacters() {
        assertThat(ComposeFiles.reasons("services: {" + "a".repeat(40) + ": {image: x}}"))
                .isEmpty();
        assertThat(ComposeFiles.reasons("services: {" + "a".repeat(41) + ": {image: x}}"))
                .hasSize(1);
    }

    @Test
    void refusesAProjectNameThatCannotBe() {
        var outcome = ComposeFiles.load(Map.of("COMPOSE_PROJECT_NAME", "My_App"), Map.of(), ComposeFiles.webText());

        assertThat(outcome).isInstanceOf(ComposeOutcome.Refused.class);
        assertThat(ComposeFiles.reasons("name: My_App\n" + ComposeFiles.webText()))
                .singleElement()
                .asString()
                .endsWith("(write \"my-app\")");
    }

    @Test
    void showsACircleOnceAndAPortThatIsTaken() {
        var text = "services:\n  a: {image: x, depends_on: [b], ports: [\"80:80\"]}\n"
                + "  b: {image: x, depends_on: [c]}\n  c: {image: x, depends_on: [a], ports: [\"80:1\", \"80:2/udp\"]}\n";

        assertThat(ComposeFiles.reasons(text))
                .containsExactly(
                        "4:30 services.c.depends_on.a: services wait for each other: a -> b -> c -> a",
                        "4:42 services.c.ports: port 80/tcp is published twice (service \"a\" publishes it on line 2)");
    }

    @Test
    void refusesToWaitForWhatNeverCompletes() {
        var text = "services:\n  a: {image: x, depends_on: {b: {condition: service_completed_successfully}}}\n"
                + "  b: {image: x, restart: always}\n";

        assertThat(ComposeFiles.reasons(text)).singleElement().asString().contains("\"b\" never completes");
    }

    @Test
    void boundsServicesAndVariables() {
        var services = new StringBuilder("services:\n");
        for (int i = 0; i < 201; i++) {
            services.append("  s%d: {image: x}\n".formatted(i));
        }
        var variables = new StringBuilder("environment:\n");
        for (int i = 0; i < 257; i++) {
            variables.append("      V%d: 1\n".formatted(i));
        }

        assertThat(ComposeFiles.reasons(services.toString()))
                .singleElement()
                .asString()
                .contains("at most 200");
        assertThat(ComposeFiles.reasons(ComposeFiles.webText(variables.toString())))
                .singleElement()
                .asString()
                .contains("at most 256");
    }

    @Test
    void namesTheFileAndLineInsideOfAnEnvironmentFileButNotItsContent() {
        var outcome = ComposeFiles.load(
                Map.of(), Map.of("web.env", "A=1\nPASSWORD hunter2\n"), ComposeFiles.webText("env_file: web.env"));

        var reasons = ((ComposeOutcome.Refused) outcome).reasons();
        assertThat(ComposeFiles.rendered(reasons))
                .startsWith("web.env:2:1: must be NAME=value")
                .doesNotContain("hunter2");
    }
}
