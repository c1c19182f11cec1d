package dev.banyan.runtime.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosisTest {
    private static final EtcdConfig PLAIN =
            EtcdConfig.of("http://127.0.0.1:2379").under("/app/");
    private static final Diagnosis STRANGER = new Diagnosis(PLAIN);
    private static final Diagnosis ADA = new Diagnosis(PLAIN.as(new EtcdConfig.Login("ada", "secret")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UNAVAILABLE | io exception | Connection refused: /127.0.0.1:1 | start etcd",
                "UNAVAILABLE | Unable to resolve host etcd | - | host's name is not known",
                "UNAVAILABLE | io exception | connection timed out after 2000 ms | firewall",
                "UNAVAILABLE | io exception | Network is unreachable | firewall",
                "UNAVAILABLE | io exception | not an SSL/TLS record: 00 | write http://",
                "UNAVAILABLE | First received frame was not SETTINGS. Hex dump | - | write https://",
                "UNAVAILABLE | io exception | Connection reset | write https://",
                "UNAVAILABLE | io exception | Broken pipe | look at its log",
                "UNAVAILABLE | io exception | NotAfter: Fri Nov 20 | renew it",
                "UNAVAILABLE | io exception | No subject alternative DNS name matching a found. | for another name",
                "UNAVAILABLE | io exception | unable to find valid certification path to requested target | give the file of the authority",
                "UNAVAILABLE | io exception | (certificate_required) Received fatal alert | wants a client certificate",
                "UNAVAILABLE | etcdserver: no leader | - | start the other members",
                "UNIMPLEMENTED | unknown service etcdserverpb.KV | - | upgrade etcd to 3.4",
                "DEADLINE_EXCEEDED | deadline exceeded after 3.9s | - | took too long",
                "UNAUTHENTICATED | etcdserver: invalid auth token | - | a login mends",
            })
    void saysWhatHelps(Status.Code code, String text, String cause, String advice) {
        var status = code.toStatus().withDescription(text);

        assertThat(STRANGER.explain(cause.equals("-") ? status : status.withCause(new IOException(cause))))
                .startsWith(code + ": " + text)
                .contains(advice);
    }

    @Test
    void namesUserAndPrefixAndNeverThePassword() {
        var denied = Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied");
        var wrong = Status.INVALID_ARGUMENT.withDescription(
                "etcdserver: authentication failed, invalid user ID or password");

        assertThat(ADA.explain(denied)).contains("user 'ada' may not do this to the keys under '/app/'");
        assertThat(STRANGER.explain(denied)).contains("the user of the client certificate may not");
        assertThat(ADA.explain(wrong)).contains("there is no user 'ada'").doesNotContain("secret");
    }

    @Test
    void namesTheFilesOfTls() {
        var tls = EtcdConfig.Tls.trusting(Path.of("/pki/ca.pem"));
        var config = EtcdConfig.secured(List.of("https://127.0.0.1:2379"), tls);
        var untrusted = Status.UNAVAILABLE.withCause(new IOException("PKIX path building failed"));

        assertThat(new Diagnosis(config).explain(untrusted)).contains("the authority in /pki/ca.pem");
        assertThat(new Diagnosis(config).explain(Status.UNAVAILABLE.withCause(new IOException("Connection reset"))))
                .contains("its log says why: it may not accept the client certificate");
    }

    @Test
    void looksThroughAllCausesAndSaysEachOnce() {
        var root = new IOException("Connection refused");
        var status = Status.UNAVAILABLE
                .withDescription("io exception\nwith a pipeline")
                .withCause(new IOException("Connection refused: h", new IOException("wrapped", root)));

        assertThat(STRANGER.explain(status))
                .isEqualTo("UNAVAILABLE: io exception: Connection refused: h: wrapped; "
                        + "nothing listens there: start etcd, or correct the endpoint");
    }

    @Test
    void endsWhereCausesGoInACircle() {
        var one = new IOException("one");
        var other = new IOException("other", one);
        one.initCause(other);

        assertThat(STRANGER.explain(Status.UNKNOWN.withCause(one))).isEqualTo("UNKNOWN: one: other");
    }

    @Test
    void addsNothingToWhatItDoesNotKnow() {
        assertThat(STRANGER.explain(Status.INTERNAL.withDescription("odd"))).isEqualTo("INTERNAL: odd");
        assertThat(STRANGER.explain(Status.INTERNAL)).isEqualTo("INTERNAL");
    }
}
