package dev.banyan.api.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.RestartPolicy.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeployDecoderTest {
    @Test
    void takesFromTheServiceWhatDeployDoesNotSay() {
        var web = ComposeFiles.web(
                "scale: 3",
                "cpus: 1.5",
                "mem_limit: 1g",
                "mem_reservation: 1m",
                "pids_limit: 7",
                "platform: linux/arm64");

        assertThat(web.getReplicas()).isEqualTo(3);
        assertThat(web.getLimits())
                .isEqualTo(ResourceAmounts.newBuilder()
                        .setCpuMilli(1500)
                        .setMemoryBytes(1L << 30)
                        .setPids(7)
                        .build());
        assertThat(web.getReservations())
                .isEqualTo(ResourceAmounts.newBuilder().setMemoryBytes(1L << 20).build());
        assertThat(web.getPlacement().getPlatform()).isEqualTo("linux/arm64");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "scale: 3;                deploy: {replicas: 3}",
                "cpus: .50;               deploy: {resources: {limits: {cpus: '0.5'}}}",
                "mem_limit: 1024m;        deploy: {resources: {limits: {memory: 1g}}}",
                "mem_reservation: 1m;     deploy: {resources: {reservations: {memory: 1m}}}",
                "pids_limit: 7;           deploy: {resources: {limits: {pids: 7}}}",
                "platform: linux/arm64;   deploy: {placement: {platform: linux/arm64}}",
                "cpu_quota: 50000;        cpus: 0.5",
                "cpu_quota: 50ms;         cpus: 0.5",
            })
    void meansTheSameInEitherPlaceAndInBoth(String outer, String deploy) {
        assertThat(ComposeFiles.web(outer))
                .isEqualTo(ComposeFiles.web(deploy))
                .isEqualTo(ComposeFiles.web(outer, deploy))
                .isNotEqualTo(ComposeFiles.web());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "cpus: 1;               deploy: {resources: {limits: {cpus: 2}}};            cpus; resources.limits.cpus",
                "mem_limit: 1m;         deploy: {resources: {limits: {memory: 1g}}};         mem_limit; resources.limits.memory",
                "mem_reservation: 2m;   deploy: {resources: {reservations: {memory: 1m}}};   mem_reservation; resources.reservations.memory",
                "pids_limit: -1;        deploy: {resources: {limits: {pids: 7}}};            pids_limit; resources.limits.pids",
                "platform: linux/amd64; deploy: {placement: {platform: linux/arm64}};        platform; placement.platform",
            })
    void refusesTwoThatDiffer(String outer, String deploy, String key, String path) {
        assertThat(ComposeFiles.reasons(ComposeFiles.webText(outer, deploy)))
                .containsExactly("4:" + (outer.indexOf(':') + 7) + " services.web." + key
                        + ": says something else than \"deploy." + path + "\" (remove one of them)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "cpu_quota: 150000; cpu_period: 100000; 1500",
                "cpu_quota: 5000;   cpu_period: 10ms;   500",
                "cpu_quota: 1000;   cpu_period: 3000;   333",
                "cpu_quota: 0;      cpu_period: 10000;  0",
                "tty: false;        cpu_period: 10000;  0",
            })
    void readsAQuotaOfEachPeriod(String quota, String period, long milli) {
        assertThat(ComposeFiles.web(quota, period).getLimits().getCpuMilli()).isEqualTo(milli);
    }

    @Test
    void refusesAQuotaThatIsAnotherShareThanTold() {
        assertThat(ComposeFiles.reasons(ComposeFiles.webText("cpus: 1", "cpu_quota: 50000")))
                .containsExactly("5:16 services.web.cpu_quota: says something else than \"cpus\" (remove one of them)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "runc", "io.containerd.runc.v2"})
    void takesTheRuntimeThatRunsContainersAnyway(String name) {
        assertThat(ComposeFiles.web("runtime: \"" + name + "\"")).isEqualTo(ComposeFiles.web());
    }

    @Test
    void refusesOtherRuntimes() {
        assertThat(ComposeFiles.reasons(ComposeFiles.webText("runtime: nvidia")))
                .containsExactly("4:14 services.web.runtime: \"nvidia\" is not supported: runc runs containers"
                        + " (for devices write \"gpus\")");
    }

    @ParameterizedTest
    @CsvSource({"0", "-1"})
    void takesNoLimitOfProcessesForNone(String number) {
        assertThat(ComposeFiles.web("pids_limit: " + number)).isEqualTo(ComposeFiles.web());
    }

    @Test
    void comparesReservationsAndLimitsFromAnyPlace() {
        assertThat(ComposeFiles.reasons(ComposeFiles.webText("mem_limit: 1m", "mem_reservation: 2m")))
                .containsExactly("2:3 services.web: reserves more memory than its limit");
        assertThat(ComposeFiles.reasons(
                        ComposeFiles.webText("mem_limit: 1m", "deploy: {resources: {reservations: {memory: 2m}}}")))
                .singleElement()
                .asString()
                .endsWith("services.web.deploy: reserves more memory than its limit");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{};                                             ALWAYS;     0",
                "{condition: any};                               ALWAYS;     0",
                "{condition: any, max_attempts: 0};              ALWAYS;     0",
                "{condition: none};                              NEVER;      0",
                "{condition: on-failure};                        ON_FAILURE; 0",
                "{condition: on-failure, max_attempts: 4};       ON_FAILURE; 4",
                "{condition: any, max_attempts: 4};              ALWAYS;     4",
                "{condition: none, delay: 5s, window: 1m};       NEVER;      0",
            })
    void letsTheRestartPolicyWinOverRestart(String policy, Mode mode, int retries) {
        var expected =
                RestartPolicy.newBuilder().setMode(mode).setRetriesMax(retries).build();

        for (var restart : List.of("restart: \"no\"", "restart: always", "restart: on-failure:9", "tty: false")) {
            assertThat(ComposeFiles.web(restart, "deploy: {restart_policy: " + policy + "}")
                            .getRestart())
                    .isEqualTo(expected);
        }
    }

    @Test
    void refusesAttemptsOfWhichThereAreNone() {
        assertThat(ComposeFiles.reasons(
                        ComposeFiles.webText("deploy: {restart_policy: {condition: none, max_attempts: 3}}")))
                .singleElement()
                .asString()
                .endsWith(" services.web.deploy.restart_policy.max_attempts: counts restarts, of which there are none"
                        + " (write condition: on-failure or any)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{condition: on-failure};             false; 0;    0",
                "{condition: on-failure, delay: 0s};  true;  0;    0",
                "{delay: 5s, window: 2m};             true;  5000; 120000",
                "{delay: 1ns, window: 1us};           true;  1;    1",
                "{window: 0s};                        false; 0;    0",
            })
    void readsDelayAndWindowOfTheRestartPolicy(String policy, boolean delayed, long delayMs, long windowMs) {
        var restart =
                ComposeFiles.web("deploy: {restart_policy: " + policy + "}").getRestart();

        assertThat(restart.hasDelayMs()).isEqualTo(delayed);
        assertThat(restart.getDelayMs()).isEqualTo(delayMs);
        assertThat(restart.getWindowMs()).isEqualTo(windowMs);
    }

    @Test
    void refusesToWaitForWhatItsRestartPolicyStartsAgain() {
        var text = "services:\n  a: {image: x, depends_on: {b: {condition: service_completed_successfully}}}\n"
                + "  b: {image: x, restart: \"no\", deploy: {restart_policy: {condition: any}}}\n";

        assertThat(ComposeFiles.reasons(text)).singleElement().asString().contains("\"b\" never completes");
    }

    @Test
    void refusesMoreReplicasThanAServiceHas() {
        assertThat(ComposeFiles.reasons(ComposeFiles.webText("scale: 1001")))
                .containsExactly("4:12 services.web.scale: must be a whole number from 0 to 1000, not \"1001\"");
    }

    @Test
    void needsAnImageAlsoWhenAProviderIsIgnored() {
        var text = "services: {web: {provider: {type: x}, x-banyan-ignore: [provider]}}\n";

        assertThat(ComposeFiles.reasons(text))
                .containsExactly("1:12 services.web: has no \"image\", and what stands in its place is ignored");
        assertThat(ComposeFiles.loaded(text.replace("provider: {", "image: x, provider: {"))
                        .getServices(0)
                        .getImage())
                .isEqualTo("x");
    }

    @Test
    void checksHowAServiceIsScaledByLoadWhichIsRefusedUntilThen() {
        var right = ComposeFiles.webText("deploy: {autoscale: {min: 1, max: 5, target_cpu: 70, cooldown: 60s}}");

        assertThat(ComposeFiles.reasons(right))
                .singleElement()
                .asString()
                .contains("not supported yet", "scaling by load");
        assertThat(ComposeFiles.reasons(right.replace("min: 1", "min: 6")))
                .anyMatch(reason -> reason.contains("has a \"min\" above its \"max\""));
        assertThat(ComposeFiles.reasons(right.replace("70", "101")))
                .anyMatch(reason -> reason.contains("must be a whole number from 1 to 100"));
    }

    @Test
    void takesAnIgnoredKeyForNone() {
        var loaded = ComposeFiles.web(
                "deploy: {update_config: {parallelism: 1}}",
                "isolation: x",
                "x-banyan-ignore: [deploy.update_config, isolation]");

        assertThat(loaded).isEqualTo(ComposeFiles.web());
    }
}
