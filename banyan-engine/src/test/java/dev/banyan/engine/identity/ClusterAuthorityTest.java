package dev.banyan.engine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.FingerprintTrust;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.identity.PeerTrust;
import dev.banyan.api.identity.Pem;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterAuthorityTest {
    private static final Env ENV = new SystemEnv();
    private static final String CLUSTER = "testcluster01";

    private final ClusterAuthority authority = ClusterAuthority.create(CLUSTER, ENV);

    @Test
    void issuesForNinetyDaysToBeRenewedAfterTwoThirds() {
        var credentials = member("agent", "web");

        var validity = Duration.between(ENV.time().now(), credentials.expires());
        assertThat(validity).isBetween(Duration.ofDays(89), Duration.ofDays(90));
        assertThat(Duration.between(ENV.time().now(), credentials.renewAt()))
                .isBetween(Duration.ofDays(59), Duration.ofDays(60));
        assertThat(credentials.identity()).isEqualTo(new SpiffeId(CLUSTER, "agent", "web"));
    }

    @Test
    void namesTheHostsOfServersOnly() throws Exception {
        var server = authority.issue(
                Subject.server(new SpiffeId(CLUSTER, "etcd", "etcd"), List.of("127.0.0.1", "localhost", "fe80::1")));

        assertThat(server.leaf().getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactlyInAnyOrder(
                        "spiffe://testcluster01/etcd/etcd", "127.0.0.1", "localhost", "fe80:0:0:0:0:0:0:1");
        assertThat(member("agent", "web").leaf().getSubjectAlternativeNames()).hasSize(1);
    }

    @Test
    void issuesForItsOwnClusterOnly() {
        var foreign = Subject.member(new SpiffeId("othercluster1", "agent", "web"));

        assertThatThrownBy(() -> authority.issue(foreign)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isBelievedInTheWantedRoleOnly() {
        var trust = new PeerTrust(authority.certificate(), CLUSTER, Set.of("engine"));

        assertThatCode(() -> trust.checkServerTrusted(chain(member("engine", "one")), "EC"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> trust.checkClientTrusted(chain(member("agent", "web")), "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void letsNoAgentServe() {
        var trust = new PeerTrust(authority.certificate(), CLUSTER, Set.of("engine", "agent"));

        assertThatThrownBy(() -> trust.checkServerTrusted(chain(member("agent", "web")), "EC"))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("not for this side");
    }

    @Test
    void isNotBelievedUnderAnotherAuthorityOfTheSameName() {
        var other = ClusterAuthority.create(CLUSTER, ENV);
        var trust = new PeerTrust(other.certificate(), CLUSTER, Set.of("engine"));

        assertThatThrownBy(() -> trust.checkServerTrusted(chain(member("engine", "one")), "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void isNoMemberItself() {
        var trust = new PeerTrust(authority.certificate(), CLUSTER, Set.of("engine"));

        assertThatThrownBy(() -> trust.checkServerTrusted(chain(authority.credentials()), "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void isNotBelievedAfterItsEnd() {
        var expired =
                authority.issue(new Subject(new SpiffeId(CLUSTER, "engine", "one"), List.of(), Duration.ofMinutes(-1)));
        var trust = new PeerTrust(authority.certificate(), CLUSTER, Set.of("engine"));

        assertThatThrownBy(() -> trust.checkServerTrusted(chain(expired), "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void isBelievedByItsFingerprint() {
        var trust = new FingerprintTrust(authority.fingerprint());
        var other = ClusterAuthority.create(CLUSTER, ENV);
        var foreign = other.issue(Subject.member(new SpiffeId(CLUSTER, "engine", "one")));

        assertThatCode(() -> trust.checkServerTrusted(chain(member("engine", "one")), "EC"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> trust.checkServerTrusted(chain(foreign), "EC"))
                .isInstanceOf(CertificateException.class);
        // Another's leaf under the right authority's certificate: the fingerprint fits, the signature does not.
        var mixed = new X509Certificate[] {foreign.leaf(), authority.certificate()};
        assertThatThrownBy(() -> trust.checkServerTrusted(mixed, "EC")).isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> trust.checkServerTrusted(chain(member("agent", "web")), "EC"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void isReadBackAsItWasKept(@TempDir Path directory) {
        var kept = new CredentialsDirectory(directory);
        kept.save(authority.credentials());

        var again = ClusterAuthority.of(kept.load().orElseThrow(), CLUSTER, ENV);

        assertThat(again.fingerprint()).isEqualTo(authority.fingerprint());
        assertThat(again.credentials().key()).isEqualTo(authority.credentials().key());
    }

    @Test
    void mendsCredentialsWhoseRenewalWasCut(@TempDir Path directory) throws Exception {
        var kept = new CredentialsDirectory(directory);
        kept.save(member("agent", "web"));
        var renewed = member("agent", "web");
        // As it is when the machine stops after the first of the two renames.
        CredentialsDirectory.replace(
                directory.resolve("next.pem"), Pem.key(renewed.key()) + Pem.certificates(renewed.chain()));
        CredentialsDirectory.replace(kept.key(), Pem.key(renewed.key()));

        var loaded = kept.load().orElseThrow();

        assertThat(loaded.key()).isEqualTo(renewed.key());
        assertThat(loaded.leaf()).isEqualTo(renewed.leaf());
        assertThat(directory.resolve("next.pem")).doesNotExist();
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void renewsTheEnginesOwnCertificateWhenItIsDueAndNotBefore(@TempDir Path directory) {
        var first = member("engine", "one");
        var key = new OwnKey(first);
        var kept = new CredentialsDirectory(directory);
        var renewal = new OwnRenewal(authority, key, kept, ENV);

        renewal.renewIfDue(first.renewAt().minusSeconds(1));
        assertThat(key.credentials()).isEqualTo(first);
        renewal.renewIfDue(first.renewAt());

        assertThat(key.credentials().leaf()).isNotEqualTo(first.leaf());
        assertThat(key.credentials().identity()).isEqualTo(first.identity());
        assertThat(kept.load().orElseThrow().leaf()).isEqualTo(key.credentials().leaf());
    }

    @Test
    void renewsWhatItKeepsForOthersUnderTheSameNames(@TempDir Path directory) throws Exception {
        var etcd = new CredentialsDirectory(directory.resolve("etcd"));
        var hosts = List.of("127.0.0.1", "localhost");
        var first = authority.issue(Subject.server(new SpiffeId(CLUSTER, "etcd", "etcd"), hosts));
        etcd.save(first);
        var admin = new CredentialsDirectory(directory.resolve("admin"));
        var young = member("admin", "local");
        admin.save(young);
        var told = new ArrayList<String>();
        var renewal = new KeptRenewal(
                authority,
                List.of(
                        new KeptRenewal.Kept(
                                new CredentialsDirectory(directory.resolve("missing")), () -> told.add("?")),
                        new KeptRenewal.Kept(etcd, () -> told.add("etcd")),
                        new KeptRenewal.Kept(admin, () -> told.add("admin"))),
                ENV);

        renewal.renewDue(young.renewAt().minusSeconds(1));
        assertThat(told).isEmpty();
        renewal.renewDue(young.renewAt());
        assertThat(told).containsExactly("admin");
        renewal.renewDue(first.renewAt());

        var second = etcd.load().orElseThrow();
        assertThat(second.leaf()).isNotEqualTo(first.leaf());
        assertThat(second.identity()).isEqualTo(first.identity());
        assertThat(second.leaf().getSubjectAlternativeNames())
                .containsExactlyInAnyOrderElementsOf(first.leaf().getSubjectAlternativeNames());
        assertThat(Duration.between(ENV.time().now(), second.expires())).isGreaterThan(Duration.ofDays(364));
        assertThat(admin.load().orElseThrow().identity()).isEqualTo(young.identity());
    }

    @Test
    void aDamagedCertificateDoesNotKeepTheOthersFromBeingRenewed(@TempDir Path directory) throws Exception {
        var damaged = new CredentialsDirectory(directory.resolve("damaged"));
        damaged.save(member("admin", "local"));
        Files.writeString(damaged.certificate(), "nonsense");
        var admin = new CredentialsDirectory(directory.resolve("admin"));
        var first = member("admin", "local");
        admin.save(first);

        new KeptRenewal(
                        authority,
                        List.of(new KeptRenewal.Kept(damaged, () -> {}), new KeptRenewal.Kept(admin, () -> {})),
                        ENV)
                .renewDue(first.renewAt());

        assertThat(admin.load().orElseThrow().leaf()).isNotEqualTo(first.leaf());
    }

    private Credentials member(String role, String name) {
        return authority.issue(Subject.member(new SpiffeId(CLUSTER, role, name)));
    }

    private static X509Certificate[] chain(Credentials credentials) {
        return credentials.chain().toArray(X509Certificate[]::new);
    }
}
