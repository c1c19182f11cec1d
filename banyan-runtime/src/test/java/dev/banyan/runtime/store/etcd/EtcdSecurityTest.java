package dev.banyan.runtime.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdSecurityTest {
    private static final Commit CREATE =
            Commit.of(new Write.Create(Draft.of(new ObjectKey("things", "default", "one"), Bytes.EMPTY)));

    @TempDir
    private Path files;

    @Test
    void speaksMutualTls() throws Exception {
        certificate("ca", "-x509", "-addext", "keyUsage=keyCertSign");
        certificate(
                "server",
                "-x509",
                "-CA",
                file("ca.pem"),
                "-CAkey",
                file("ca.key"),
                "-addext",
                "subjectAltName=IP:" + EtcdProcess.host());
        certificate("client", "-x509", "-CA", file("ca.pem"), "-CAkey", file("ca.key"));
        try (var etcd = EtcdProcess.startWithTls(
                "--client-cert-auth",
                "--trusted-ca-file=" + file("ca.pem"),
                "--cert-file=" + file("server.pem"),
                "--key-file=" + file("server.key"))) {
            try (var store = TestStores.connect(EtcdConfig.secured(List.of(etcd.endpoint()), tls("client")));
                    var watch = store.watch(Selection.of("things"), 1)) {
                assertThat(store.commit(CREATE).written()).isTrue();
                assertThat(watch.next()).isInstanceOf(WatchBatch.Changes.class);
            }
            certificate("stranger", "-x509");
            var stranger = EtcdConfig.secured(List.of(etcd.endpoint()), tls("stranger"));
            assertThatThrownBy(() -> EtcdStore.connect(stranger, new SystemEnv()))
                    .isInstanceOf(StoreException.class);
        }
    }

    @Test
    void logsInAndStaysLoggedInWhenItsTokenExpires() throws Exception {
        try (var etcd = EtcdProcess.start("--auth-token-ttl=1")) {
            requireLogin(etcd);
            var config = EtcdConfig.of(etcd.endpoint());
            assertThatThrownBy(
                            () -> EtcdStore.connect(config.as(new EtcdConfig.Login("root", "wrong")), new SystemEnv()))
                    .isInstanceOfSatisfying(StoreException.class, failure -> assertThat(failure.reason())
                            .isEqualTo(StoreException.Reason.DENIED));

            try (var store = TestStores.connect(config.as(new EtcdConfig.Login("root", "secret")));
                    var watch = store.watch(Selection.of("things"), 1)) {
                assertThat(store.commit(CREATE).written()).isTrue();
                assertThat(watch.next()).isInstanceOf(WatchBatch.Changes.class);
                etcd.kill(); // tokens live in memory: the one in use is now worth nothing
                etcd.restart();
                assertThat(store.list(Selection.of("things"), ReadAt.LATEST).objects())
                        .hasSize(1);
            }
        }
    }

    @Test
    void saysThatALoginIsMissing() throws Exception {
        try (var etcd = EtcdProcess.start();
                var store = TestStores.connect(EtcdConfig.of(etcd.endpoint()))) {
            requireLogin(etcd);

            assertThatThrownBy(() -> store.list(Selection.of("things"), ReadAt.LATEST))
                    .isInstanceOfSatisfying(StoreException.class, failure -> assertThat(failure.reason())
                            .isEqualTo(StoreException.Reason.DENIED));
        }
    }

    private EtcdConfig.Tls tls(String name) {
        return new EtcdConfig.Tls(
                Path.of(file("ca.pem")), Path.of(file(name + ".pem")), Path.of(file(name + ".key")), Optional.empty());
    }

    private String file(String name) {
        return files.resolve(name).toString();
    }

    private void certificate(String name, String... more) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("/usr/bin/openssl", "req", "-newkey", "ec", "-pkeyopt"));
        command.addAll(List.of("ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=" + name));
        command.addAll(List.of("-keyout", file(name + ".key"), "-out", file(name + ".pem")));
        command.addAll(List.of(more));
        run(new ProcessBuilder(command));
    }

    private static void requireLogin(EtcdProcess etcd) throws Exception {
        TestStores.connect(EtcdConfig.of(etcd.endpoint())).close();
        control(etcd, "user", "add", "root:secret");
        control(etcd, "user", "grant-role", "root", "root");
        control(etcd, "auth", "enable");
    }

    private static void control(EtcdProcess etcd, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("/usr/bin/etcdctl", "--endpoints=" + etcd.endpoint()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("ETCDCTL_API", "3");
        run(builder);
    }

    private static void run(ProcessBuilder builder) throws IOException, InterruptedException {
        var process = builder.redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
