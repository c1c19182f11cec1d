package dev.banyan.engine;

import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.engine.backing.ManagedEtcd;
import dev.banyan.engine.backing.TlsFiles;
import dev.banyan.engine.identity.ClusterAuthority;
import dev.banyan.engine.identity.Subject;
import dev.banyan.engine.secrets.KekFile;
import dev.banyan.runtime.env.Env;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What an engine keeps on disk beside its children's data: the authority's key, its own identity, an admin's for commands on this host,
 * and the certificates of its children. Every key is readable by its owner only.
 */
final class EngineFiles {
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost");

    private final Path data;

    EngineFiles(Path data) {
        this.data = data;
    }

    Path data() {
        return data;
    }

    CredentialsDirectory authority() {
        return new CredentialsDirectory(data.resolve("authority"));
    }

    /** The key under which values are sealed: it goes where the authority's goes. */
    KekFile kek() {
        return new KekFile(data.resolve("authority"));
    }

    CredentialsDirectory engine() {
        return new CredentialsDirectory(data.resolve("identity"));
    }

    CredentialsDirectory admin() {
        return new CredentialsDirectory(data.resolve("admin"));
    }

    CredentialsDirectory etcd() {
        return new CredentialsDirectory(data.resolve("etcd").resolve("tls"));
    }

    CredentialsDirectory registry() {
        return new CredentialsDirectory(data.resolve("registry").resolve("tls"));
    }

    /** All that the registry has on disk. */
    Path registryData() {
        return data.resolve("registry");
    }

    /** What this engine has seen of its store. */
    SeenFile seen() {
        return new SeenFile(data.resolve("seen"));
    }

    static TlsFiles tls(CredentialsDirectory directory) {
        return new TlsFiles(directory.certificate(), directory.key(), directory.authority());
    }

    boolean initialised() {
        return authority().load().isPresent();
    }

    /** What was kept of an identity. */
    Credentials require(CredentialsDirectory directory) {
        return directory
                .load()
                .orElseThrow(() -> new IllegalStateException("there is no cluster in " + data
                        + " yet. Run: banyan-engine init --data " + data + " --advertise ADDRESS"));
    }

    /** Makes a new cluster. */
    ClusterAuthority create(String engineName, String advertise, Env env) {
        kek().create(env.entropy());
        return equip(ClusterAuthority.create(env.entropy().uid(), env), engineName, advertise);
    }

    /**
     * Makes one more engine of a cluster.
     *
     * @param authority directory with the authority's key and certificate, copied from another engine
     */
    ClusterAuthority join(Path authority, String engineName, String advertise, Env env) {
        var kept = new CredentialsDirectory(authority)
                .load()
                .orElseThrow(() -> new IllegalStateException("there is no authority in " + authority
                        + ". Copy the directory 'authority' of another engine's data there."));
        kek().copy(new KekFile(authority));
        return equip(ClusterAuthority.copied(kept, env), engineName, advertise);
    }

    /** The authority last, since its presence says that all is there. */
    private ClusterAuthority equip(ClusterAuthority authority, String engineName, String advertise) {
        var cluster = authority.cluster();
        engine().save(authority.issue(Subject.member(new SpiffeId(cluster, "engine", engineName))));
        admin().save(authority.issue(Subject.member(new SpiffeId(cluster, "admin", "local"))));
        var etcdHosts = new ArrayList<>(LOOPBACK);
        etcdHosts.add(ManagedEtcd.CLIENTS);
        etcd().save(authority.issue(Subject.server(new SpiffeId(cluster, "etcd", "etcd"), etcdHosts)));
        var registryHosts = new ArrayList<>(LOOPBACK);
        registryHosts.add("registry.banyan");
        registryHosts.add(advertise);
        registry().save(authority.issue(Subject.server(new SpiffeId(cluster, "registry", "registry"), registryHosts)));
        keepAdvertised(advertise);
        authority().save(authority.credentials());
        return authority;
    }

    /** The address told at the beginning; empty when none was. */
    String advertised() {
        try {
            return Files.readString(data.resolve("advertise")).strip();
        } catch (IOException missing) {
            return "";
        }
    }

    private void keepAdvertised(String address) {
        try {
            Files.writeString(data.resolve("advertise"), address + "\n");
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write below " + data, failed);
        }
    }

    ClusterAuthority load(Env env) {
        var kept = require(authority());
        return ClusterAuthority.of(kept, require(engine()).identity().cluster(), env);
    }
}
