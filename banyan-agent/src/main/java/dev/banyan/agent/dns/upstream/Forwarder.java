package dev.banyan.agent.dns.upstream;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.TimeSource;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/** Asks other name servers. Thread-safe. */
public final class Forwarder {
    /** Resolvers in containers ask the next server after a second: by then a second one was asked here. */
    static final Duration FIRST_PATIENCE = Duration.ofMillis(700);

    /** In the second round: names that nobody asked for lately take their time. */
    static final Duration SECOND_PATIENCE = Duration.ofMillis(1_500);

    /** Who did not answer is asked after the others for so long. */
    private static final Duration GRUDGE = Duration.ofSeconds(10);

    /** More would not be reached before who asks gives up. */
    private static final int SERVERS_MAX = 4;

    private final TimeSource time;
    private final Asking asking;
    private final Map<InetSocketAddress, Long> silentSince = new ConcurrentHashMap<>();

    public Forwarder(Env env) {
        this(env.time(), new Exchange(env)::ask);
    }

    Forwarder(TimeSource time, Asking asking) {
        this.time = time;
        this.asking = asking;
    }

    /** How one server is asked once. */
    @FunctionalInterface
    interface Asking {
        /** What it says to {@code query} within {@code patience}; empty when that is nothing. */
        Optional<Message> ask(Message query, InetSocketAddress server, Duration patience);
    }

    /** What the first of {@code servers} says that says something; empty when none does. */
    public Optional<Message> ask(Message query, List<InetSocketAddress> servers) {
        Optional<Message> refusal = Optional.empty();
        for (var patience : List.of(FIRST_PATIENCE, SECOND_PATIENCE)) {
            for (var server : inOrder(servers)) {
                var said = asking.ask(query, server, patience);
                if (said.filter(Forwarder::isHelpful).isPresent()) {
                    silentSince.remove(server);
                    return said;
                }
                silentSince.put(server, time.nanos());
                refusal = said.isPresent() ? said : refusal;
            }
            if (refusal.isPresent() || Thread.currentThread().isInterrupted()) {
                return refusal;
            }
        }
        return refusal;
    }

    private static boolean isHelpful(Message said) {
        int code = said.getHeader().getRcode();
        return code == Rcode.NOERROR || code == Rcode.NXDOMAIN;
    }

    private List<InetSocketAddress> inOrder(List<InetSocketAddress> servers) {
        long now = time.nanos();
        var first = new ArrayList<InetSocketAddress>();
        var last = new ArrayList<InetSocketAddress>();
        for (var server : servers.subList(0, Math.min(servers.size(), SERVERS_MAX))) {
            var since = silentSince.get(server);
            (since != null && now - since < GRUDGE.toNanos() ? last : first).add(server);
        }
        first.addAll(last);
        return first;
    }
}
