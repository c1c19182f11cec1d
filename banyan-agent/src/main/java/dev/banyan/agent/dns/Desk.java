package dev.banyan.agent.dns;

import dev.banyan.agent.dns.upstream.AnswerCache;
import dev.banyan.agent.dns.upstream.ForwardLimits;
import dev.banyan.agent.dns.upstream.Forwarder;
import dev.banyan.agent.dns.upstream.Upstreams;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.runtime.env.Env;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/** Where questions are answered, by whichever door they came in. Thread-safe. */
public final class Desk {
    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    private final Env env;
    private final Names names;
    private final Upstreams upstreams;
    private final Forwarder forwarder;
    private final AnswerCache cache = new AnswerCache();
    private final ForwardLimits limits = new ForwardLimits();

    /** Answers from {@code names}, and asks {@code upstreams} for what is not theirs. */
    public Desk(Env env, Names names, Upstreams upstreams) {
        this.env = env;
        this.names = names;
        this.upstreams = upstreams;
        this.forwarder = new Forwarder(env);
    }

    /** What becomes of a packet; nobody else is asked yet. */
    Handling handle(byte[] packet, Ipv4Address asker) {
        return new Responder(names.zone(), names.askers(), upstreams.searches()).handle(packet, asker);
    }

    /** What others say, or said lately; takes some seconds at most. A failure is an answer too. */
    Message ask(Handling.Ask ask) {
        var key = AnswerCache.Key.of(ask.servers(), ask.query());
        var recalled = cache.recall(key, env.time().nanos());
        if (recalled.isPresent()) {
            return Replies.passedOn(
                    ask.query(),
                    recalled.get().message(),
                    recalled.get().age(env.time().nanos()));
        }
        if (!limits.enter(ask.asker(), key)) {
            LOG.atDebug()
                    .addKeyValue("asker", ask.asker())
                    .addKeyValue("name", key.name())
                    .log("too many questions under way, or one that runs in a circle");
            return Replies.empty(ask.query(), Rcode.SERVFAIL);
        }
        try {
            var servers = ask.servers().isEmpty() ? upstreams.servers() : upstreams.addresses(ask.servers());
            var said = forwarder.ask(ask.query(), servers);
            said.ifPresent(message -> cache.keep(key, message, env.time().nanos()));
            return said.map(message -> Replies.passedOn(ask.query(), message, 0))
                    .orElseGet(() -> Replies.empty(ask.query(), Rcode.SERVFAIL));
        } finally {
            limits.leave(ask.asker(), key);
        }
    }
}
