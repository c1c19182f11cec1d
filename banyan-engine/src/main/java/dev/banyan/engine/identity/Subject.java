package dev.banyan.engine.identity;

import dev.banyan.api.identity.SpiffeId;
import java.time.Duration;
import java.util.List;

/**
 * Whom a certificate is for.
 *
 * @param hosts DNS names and IP addresses, for servers that are spoken to by programs that look at them; empty for members
 * @param validity from now
 */
public record Subject(SpiffeId identity, List<String> hosts, Duration validity) {
    /** How long a member's certificate is valid; it is renewed after two thirds. */
    public static final Duration MEMBER_VALIDITY = Duration.ofDays(90);

    /** For servers that read their certificate at start only. */
    public static final Duration SERVER_VALIDITY = Duration.ofDays(365);

    public Subject {
        hosts = List.copyOf(hosts);
    }

    /** A member: admin, agent or engine. */
    public static Subject member(SpiffeId identity) {
        return new Subject(identity, List.of(), MEMBER_VALIDITY);
    }

    /** A server beside the engine, such as etcd, under the given names and addresses. */
    public static Subject server(SpiffeId identity, List<String> hosts) {
        return new Subject(identity, hosts, SERVER_VALIDITY);
    }
}
