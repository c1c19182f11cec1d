package dev.banyan.runtime.store.etcd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Certificates in files, made by openssl. */
final class Certificates {
    private final Path directory;

    Certificates(Path directory) {
        this.directory = directory;
    }

    void authority(String name) {
        make(name, "-days", "2", "-addext", "keyUsage=keyCertSign");
    }

    /** One for {@code altName}, such as {@code IP:127.0.0.1}. */
    void server(String name, String authority, String altName) {
        issue(name, authority, "-days", "2", "-addext", "subjectAltName=" + altName);
    }

    /** One that has expired. */
    void expired(String name, String authority, String altName) {
        var request = file(name + ".csr");
        request(name, "-out", request, "-addext", "subjectAltName=" + altName);
        var sign = new ArrayList<>(List.of("/usr/bin/openssl", "x509", "-req", "-in", request, "-days", "-1"));
        sign.addAll(List.of("-CA", file(authority + ".pem"), "-CAkey", file(authority + ".key")));
        sign.addAll(List.of("-copy_extensions", "copy", "-out", file(name + ".pem")));
        Command.run("", sign);
    }

    void client(String name, String authority) {
        issue(name, authority, "-days", "2");
    }

    String file(String name) {
        return directory.resolve(name).toString();
    }

    /** Trusts {@code authority} and shows {@code client}. */
    EtcdConfig.Tls tls(String authority, String client) {
        return new EtcdConfig.Tls(
                Path.of(file(authority + ".pem")),
                Path.of(file(client + ".pem")),
                Path.of(file(client + ".key")),
                Optional.empty());
    }

    /** Trusts {@code authority} and shows nothing. */
    EtcdConfig.Tls trusting(String authority) {
        return EtcdConfig.Tls.trusting(Path.of(file(authority + ".pem")));
    }

    /** What etcd is started with to show {@code server}. */
    String[] oneSided(String server) {
        return new String[] {"--cert-file=" + file(server + ".pem"), "--key-file=" + file(server + ".key")};
    }

    /** What etcd is started with to show {@code server} and to ask for certificates of {@code authority}. */
    String[] mutual(String server, String authority) {
        var arguments = new ArrayList<>(List.of(oneSided(server)));
        arguments.add("--client-cert-auth");
        arguments.add("--trusted-ca-file=" + file(authority + ".pem"));
        return arguments.toArray(String[]::new);
    }

    private void issue(String name, String authority, String... more) {
        var all = new ArrayList<>(List.of("-CA", file(authority + ".pem"), "-CAkey", file(authority + ".key")));
        all.addAll(List.of(more));
        make(name, all.toArray(String[]::new));
    }

    private void make(String name, String... more) {
        var all = new ArrayList<>(List.of("-x509", "-out", file(name + ".pem")));
        all.addAll(List.of(more));
        request(name, all.toArray(String[]::new));
    }

    private void request(String name, String... more) {
        var command = new ArrayList<>(List.of("/usr/bin/openssl", "req", "-newkey", "ec", "-pkeyopt"));
        command.addAll(List.of("ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name));
        command.addAll(List.of("-keyout", file(name + ".key")));
        command.addAll(List.of(more));
        Command.run("", command);
    }
}
