package dev.banyan.agent.dns.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banyan.runtime.env.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The name servers that this server asks itself, looked up again at most once a second. Thread-safe. */
public final class Upstreams {
    private static final Logger LOG = LoggerFactory.getLogger(Upstreams.class);
    private static final Duration LOOK_UP = Duration.ofSeconds(1);
    private static final int PORT = 53;

    /** Far above any that was seen; protects the heap from a wrong path. */
    private static final long SIZE_LIMIT = 64 << 10;

    /** Where they are written: the usual file, and the one that systemd's resolver keeps beside it. */
    public record Places(Path usual, Path behindStub) {}

    private final TimeSource time;
    private final Places files;
    private final Predicate<InetAddress> own;
    private ResolvConf seen = ResolvConf.NONE; // guarded by this
    private long lookedNanos; // guarded by this
    private boolean looked; // guarded by this

    /** {@code own} says which addresses lead back to the cluster's own name servers: these are never asked. */
    public Upstreams(TimeSource time, Places files, Predicate<InetAddress> own) {
        this.time = time;
        this.files = files;
        this.own = own;
    }

    /** Those to ask, in the order in which they are written; none when there is none that may be asked. */
    public List<InetSocketAddress> servers() {
        return addresses(current().servers());
    }

    /** {@code texts} as addresses, without those that lead back here and those that are none. */
    public List<InetSocketAddress> addresses(List<String> texts) {
        var addresses = new ArrayList<InetSocketAddress>();
        for (var text : texts) {
            try {
                var address = InetAddress.ofLiteral(text);
                if (!own.test(address)) {
                    addresses.add(new InetSocketAddress(address, PORT));
                }
            } catch (IllegalArgumentException none) {
                LOG.atDebug().addKeyValue("server", text).log("no address of a name server");
            }
        }
        return addresses;
    }

    /** Domains that this server tries for short names. */
    public List<String> searches() {
        return current().searches();
    }

    private synchronized ResolvConf current() {
        long now = time.nanos();
        if (!looked || now - lookedNanos >= LOOK_UP.toNanos()) {
            looked = true;
            lookedNanos = now;
            var found = look();
            if (!found.equals(seen)) {
                LOG.atInfo().addKeyValue("servers", found.servers()).log("name servers of this server");
                warn(found);
            }
            seen = found;
        }
        return seen;
    }

    private void warn(ResolvConf found) {
        if (!found.servers().isEmpty() && addresses(found.servers()).isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("servers", found.servers())
                    .log("all name servers of this server lead back to the cluster: names of others are not found");
        }
    }

    private ResolvConf look() {
        var usual = read(files.usual());
        if (usual.isStub()) {
            var behind = read(files.behindStub());
            return behind.servers().isEmpty() ? usual : behind;
        }
        return usual;
    }

    private static ResolvConf read(Path file) {
        try {
            return Files.size(file) > SIZE_LIMIT
                    ? ResolvConf.NONE
                    : ResolvConf.parse(new String(Files.readAllBytes(file), UTF_8));
        } catch (NoSuchFileException absent) {
            return ResolvConf.NONE;
        } catch (IOException unreadable) {
            LOG.atDebug().addKeyValue("file", file).setCause(unreadable).log("name servers cannot be read");
            return ResolvConf.NONE;
        }
    }
}
