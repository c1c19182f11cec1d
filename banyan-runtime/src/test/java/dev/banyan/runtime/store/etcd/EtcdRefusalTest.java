package dev.banyan.runtime.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.StoreException.Reason;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with an etcd, or with what is known of it, is said at the start: what was tried, where, why not, and what helps. */
class EtcdRefusalTest {
    private static final Env ENV = new SystemEnv();
    private static final int RESETS_MAX = 100;
    private static final Selection THINGS = Selection.of("things");
    private static final Commit CREATE =
            Commit.of(new Write.Create(Draft.of(new ObjectKey("things", "default", "one"), Bytes.EMPTY)));

    @TempDir
    private Path files;

    @Test
    void namesEachEndpointWithWhatIsWrongThere() throws Exception {
        var closed = "http://127.0.0.1:1"; // nobody listens on so low a port
        var nowhere = "http://" + "e".repeat(64) + ".invalid:2379"; // too long a label: nobody is asked for it

        refused(EtcdConfig.of(closed, nowhere), Reason.UNAVAILABLE)
                .hasMessageContaining("no etcd answered; tried " + closed + " (UNAVAILABLE")
                .hasMessageContaining("Connection refused")
                .hasMessageContaining("nothing listens there: start etcd, or correct the endpoint), " + nowhere + " (")
                .hasMessageContaining("the host's name is not known");
    }

    @Test
    void saysThatAPasswordIsWrong() {
        try (var etcd = EtcdProcess.start()) {
            etcd.requireLogin();

            refused(login(etcd, "root", "wrong"), Reason.DENIED)
                    .hasMessageContaining("etcd could not log in: " + etcd.endpoint())
                    .hasMessageContaining("there is no user 'root' with this password: correct the login")
                    .hasMessageNotContaining("wrong");
        }
    }

    @Test
    void saysThatAuthenticationIsOff() {
        try (var etcd = EtcdProcess.start()) {
            TestStores.connect(EtcdConfig.of(etcd.endpoint())).close();

            refused(login(etcd, "root", "secret"), Reason.DENIED)
                    .hasMessageContaining("user 'root' cannot log in where authentication is off")
                    .hasMessageContaining("etcdctl auth enable");
        }
    }

    @Test
    void saysThatALoginIsMissing() {
        try (var etcd = EtcdProcess.start()) {
            etcd.requireLogin();

            refused(EtcdConfig.of(etcd.endpoint()), Reason.DENIED)
                    .hasMessageContaining("etcd could not ask for its rights: " + etcd.endpoint())
                    .hasMessageContaining("authentication is on and this process has no user: give it a login");
        }
    }

    @Test
    void namesUserAndPrefixWhenARightIsMissing() {
        try (var etcd = EtcdProcess.start()) {
            etcd.requireLogin();
            addUser(etcd, "reader", "read", "/banyan/");
            addUser(etcd, "stranger", "readwrite", "/elsewhere/");
            addUser(etcd, "app", "readwrite", "/banyan/");

            for (var user : List.of("reader", "stranger")) {
                refused(login(etcd, user, "pw"), Reason.DENIED)
                        .hasMessageContaining("user '" + user + "' may not do this to the keys under '/banyan/'")
                        .hasMessageContaining("grant-permission ROLE readwrite --prefix=true /banyan/");
            }
            try (var store = EtcdStore.connect(login(etcd, "app", "pw"), ENV)) {
                assertThat(store.commit(CREATE).written()).isTrue();
            }
        }
    }

    @Test
    void saysThatARightWasTakenAwayWhileItRan() throws Exception {
        try (var etcd = EtcdProcess.start()) {
            etcd.requireLogin();
            addUser(etcd, "app", "readwrite", "/banyan/");
            try (var proxy = new CuttableProxy(etcd);
                    var store = EtcdStore.connect(
                            EtcdConfig.of(proxy.endpoint()).as(new EtcdConfig.Login("app", "pw")), ENV);
                    var watch = store.watch(THINGS, 1)) {
                assertThat(store.commit(CREATE).written()).isTrue();
                watch.next();
                etcd.asRoot("user", "revoke-role", "app", "app");
                proxy.cut();

                var expected = "user 'app' may not do this to the keys under '/banyan/'";
                assertThat(catchThrowableOfType(StoreException.class, () -> store.list(THINGS, ReadAt.LATEST)))
                        .hasMessageContaining(expected);
                assertThat(store.commit(CREATE))
                        .isInstanceOfSatisfying(WriteOutcome.Denied.class, denied -> assertThat(denied.reason())
                                .contains(expected));
                assertThat(catchThrowableOfType(StoreException.class, () -> {
                            while (true) {
                                watch.next();
                            }
                        }))
                        .hasMessageContaining(expected)
                        .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.DENIED));
                etcd.asRoot("user", "grant-role", "app", "app");
                etcd.asRoot("put", "/banyan/things/default/two", "");
                assertThat(watch.next()).isNotNull();
            }
        }
    }

    @Test
    void saysWhatIsWrongWithACertificate() {
        var certificates = new Certificates(files);
        certificates.authority("ca");
        certificates.authority("other");
        certificates.client("client", "ca");
        certificates.client("stranger", "other");
        certificates.server("server", "ca", "IP:" + EtcdProcess.host());
        try (var etcd = EtcdProcess.startWithTls(certificates.mutual("server", "ca"))) {
            TestStores.connect(secured(etcd, certificates.tls("ca", "client"))).close();

            refused(secured(etcd, certificates.tls("other", "client")), Reason.UNAVAILABLE)
                    .hasMessageContaining(
                            "its certificate does not come from the authority in " + certificates.file("other.pem"));
            refused(secured(etcd, certificates.tls("ca", "stranger")), Reason.UNAVAILABLE)
                    .hasMessageContaining(
                            "it does not accept the client certificate " + certificates.file("stranger.pem"));
            refused(secured(etcd, certificates.trusting("ca")), Reason.UNAVAILABLE)
                    .hasMessageContaining("it wants a client certificate: give one of an authority that it trusts");
        }
    }

    @Test
    void saysThatACertificateIsForAnotherName() {
        var certificates = new Certificates(files);
        certificates.authority("ca");
        certificates.server("server", "ca", "DNS:etcd.example.org");
        try (var etcd = EtcdProcess.startWithTls(certificates.oneSided("server"))) {
            var named = new EtcdConfig.Tls(
                    Path.of(certificates.file("ca.pem")), Optional.empty(), Optional.of("etcd.example.org"));
            TestStores.connect(secured(etcd, named)).close();

            refused(secured(etcd, certificates.trusting("ca")), Reason.UNAVAILABLE)
                    .hasMessageContaining("its certificate is for another name: issue it for the endpoint's host");
        }
    }

    @Test
    void saysThatACertificateHasExpired() {
        var certificates = new Certificates(files);
        certificates.authority("ca");
        certificates.expired("server", "ca", "IP:" + EtcdProcess.host());
        try (var etcd = EtcdProcess.startWithTls(certificates.oneSided("server"))) {
            awaitListening(secured(etcd, certificates.trusting("ca")));

            refused(secured(etcd, certificates.trusting("ca")), Reason.UNAVAILABLE)
                    .hasMessageContaining("its certificate is not valid today: renew it");
        }
    }

    @Test
    void saysThatOneSideSpeaksTlsAndTheOtherDoesNot() {
        var certificates = new Certificates(files);
        certificates.authority("ca");
        certificates.server("server", "ca", "IP:" + EtcdProcess.host());
        try (var plain = EtcdProcess.start();
                var secure = EtcdProcess.startWithTls(certificates.oneSided("server"))) {
            TestStores.connect(EtcdConfig.of(plain.endpoint())).close();
            TestStores.connect(secured(secure, certificates.trusting("ca"))).close();

            refused(
                            EtcdConfig.secured(
                                    List.of(plain.endpoint().replace("http:", "https:")), certificates.trusting("ca")),
                            Reason.UNAVAILABLE)
                    .hasMessageContaining("it does not speak TLS: write http:// in the endpoint");
            refused(EtcdConfig.of(secure.endpoint().replace("https:", "http:")), Reason.UNAVAILABLE)
                    .hasMessageContaining("it does not speak plain HTTP/2: write https://");
        }
    }

    @Test
    void logsInOverTlsWithoutAClientCertificate() {
        var certificates = new Certificates(files);
        certificates.authority("ca");
        certificates.server("server", "ca", "IP:" + EtcdProcess.host());
        try (var etcd = EtcdProcess.startWithTls(certificates.oneSided("server"))) {
            try (var store = TestStores.connect(secured(etcd, certificates.trusting("ca")))) {
                assertThat(store.commit(CREATE).written()).isTrue();
            }
        }
    }

    @Test
    void saysThatFilesAreUnusable() {
        var config = EtcdConfig.secured(
                List.of("https://127.0.0.1:1"), EtcdConfig.Tls.trusting(files.resolve("missing.pem")));

        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> EtcdStore.connect(config, ENV)))
                .hasMessageContaining("unusable TLS files for etcd")
                .hasMessageContaining("missing.pem");
    }

    private static void addUser(EtcdProcess etcd, String name, String right, String prefix) {
        etcd.asRoot("user", "add", name + ":pw");
        etcd.asRoot("role", "add", name);
        etcd.asRoot("role", "grant-permission", name, right, "--prefix=true", prefix);
        etcd.asRoot("user", "grant-role", name, name);
    }

    private static EtcdConfig login(EtcdProcess etcd, String user, String password) {
        return EtcdConfig.of(etcd.endpoint()).as(new EtcdConfig.Login(user, password));
    }

    private static EtcdConfig secured(EtcdProcess etcd, EtcdConfig.Tls tls) {
        return EtcdConfig.secured(List.of(etcd.endpoint()), tls);
    }

    /** Until it is up its port is closed. */
    private static void awaitListening(EtcdConfig config) {
        long start = ENV.time().nanos();
        while (ENV.time().since(start).toSeconds() < 60) {
            var failure = catchThrowableOfType(StoreException.class, () -> EtcdStore.connect(config, ENV));
            if (failure == null || !String.valueOf(failure.getMessage()).contains("Connection refused")) {
                return;
            }
            TestStores.pause(ENV);
        }
    }

    private static AbstractThrowableAssert<?, StoreException> refused(EtcdConfig config, Reason reason) {
        var failure = attempt(config);
        for (int again = 0; again < RESETS_MAX && failure != null && isReset(failure); again++) {
            failure = attempt(config);
        }
        return assertThat(failure).isNotNull().satisfies(known -> assertThat(known.reason())
                .as(known.getMessage())
                .isEqualTo(reason));
    }

    private static StoreException attempt(EtcdConfig config) {
        return catchThrowableOfType(
                StoreException.class, () -> EtcdStore.connect(config, ENV).close());
    }

    /** A server that closes before it has read all may cut off its own reason; {@link DiagnosisTest} has what is said then. */
    private static boolean isReset(StoreException failure) {
        return String.valueOf(failure.getMessage()).contains("Connection reset");
    }
}
