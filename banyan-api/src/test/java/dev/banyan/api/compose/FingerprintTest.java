package dev.banyan.api.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ServiceManifest;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FingerprintTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "environment: {A: 1, B: 2, C: 3};   environment: [C=3, B=2, A=1]",
                "ports: ['1:1', '2:2'];             ports: ['2:2/tcp', '1:1']",
                "deploy: {replicas: 2};             scale: 2",
                "tty: false;                        init: false",
            })
    void isTheSameForWhatMeansTheSame(String one, String other) {
        assertThat(Fingerprint.of(ComposeFiles.web(one))).isEqualTo(Fingerprint.of(ComposeFiles.web(other)));
    }

    @Test
    void differsWithEveryField() {
        var seen = new HashSet<String>();
        var lines = List.of(
                "tty: false",
                "tty: true",
                "labels: {a: b}",
                "command: a",
                "entrypoint: a",
                "environment: {A: 1}",
                "environment: {A: 2}",
                "ports: [80]",
                "restart: \"no\"",
                "healthcheck: {test: a}",
                "scale: 2",
                "mem_limit: 1m",
                "mem_reservation: 1m",
                "platform: linux/arm64");
        lines.forEach(line -> seen.add(Fingerprint.of(ComposeFiles.web(line))));

        assertThat(seen).hasSameSizeAs(lines).allMatch(print -> print.matches("[0-9a-f]{64}"));
    }

    @Test
    void doesNotDependOnTheOrderInWhichAMapWasFilled() {
        var one = ServiceManifest.newBuilder();
        var other = ServiceManifest.newBuilder();
        for (int i = 0; i < 50; i++) {
            one.putEnvironment("V" + i, "x");
            other.putEnvironment("V" + (49 - i), "x");
        }

        assertThat(Fingerprint.of(one.build())).isEqualTo(Fingerprint.of(other.build()));
    }

    @Test
    void isSha256() {
        assertThat(Fingerprint.of(ServiceManifest.getDefaultInstance()))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
