package dev.banyan.runtime.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdSecurityTest {
    private static final Commit CREATE =
            Commit.of(new Write.Create(Draft.of(new ObjectKey("things", "default", "one"), Bytes.EMPTY)));

    @TempDir
    private Path files;

    @Test
    void speaksMutualTls() throws Exception {
        var certificates = new Certificates(files);
        certificates.authority("ca");
        certificates.server("server", "ca", "IP:" + EtcdProcess.host());
        certificates.client("client", "ca");
        try (var etcd = EtcdProcess.startWithTls(certificates.mutual("server", "ca"))) {
            try (var store = TestStores.connect(
                            EtcdConfig.secured(List.of(etcd.endpoint()), certificates.tls("ca", "client")));
                    var watch = store.watch(Selection.of("things"), 1)) {
                assertThat(store.commit(CREATE).written()).isTrue();
                assertThat(watch.next()).isInstanceOf(WatchBatch.Changes.class);
            }
        }
    }

    @Test
    void logsInAndStaysLoggedInWhenItsTokenExpires() throws Exception {
        try (var etcd = EtcdProcess.start("--auth-token-ttl=1")) {
            etcd.requireLogin();
            var config = EtcdConfig.of(etcd.endpoint()).as(new EtcdConfig.Login("root", "secret"));
            try (var store = TestStores.connect(config);
                    var watch = store.watch(Selection.of("things"), 1)) {
                assertThat(store.commit(CREATE).written()).isTrue();
                assertThat(watch.next()).isInstanceOf(WatchBatch.Changes.class);
                etcd.kill(); // tokens live in memory: the one in use is now worth nothing
                etcd.restart();
                TestStores.connect(config).close(); // as soon as it answers
                assertThat(store.list(Selection.of("things"), ReadAt.LATEST).objects())
                        .hasSize(1);
            }
        }
    }

    @Test
    void logsInAgainWhenItsTokenIsTakenAwayAlsoForAWatchThatHasToConnectAgain() throws Exception {
        try (var etcd = EtcdProcess.start()) {
            etcd.requireLogin();
            try (var proxy = new CuttableProxy(etcd);
                    var store = TestStores.connect(
                            EtcdConfig.of(proxy.endpoint()).as(new EtcdConfig.Login("root", "secret")));
                    var watch = store.watch(Selection.of("things"), 1)) {
                assertThat(store.commit(CREATE).written()).isTrue();
                assertThat(watch.next()).isInstanceOf(WatchBatch.Changes.class);

                etcd.asRoot("role", "add", "anything"); // moves the revision of the users, which tokens are bound to
                etcd.changePassword("root", "secret");
                proxy.cut();
                etcd.asRoot("put", "/banyan/things/default/two", "");

                assertThat(nextChange(watch).events())
                        .extracting(event -> event.key().name())
                        .containsExactly("two");
                assertThat(store.list(Selection.of("things"), ReadAt.LATEST).objects())
                        .hasSize(2);
            }
        }
    }

    private static WatchBatch.Changes nextChange(Watch watch) throws InterruptedException {
        while (true) {
            if (watch.next() instanceof WatchBatch.Changes changes) {
                return changes;
            }
        }
    }
}
