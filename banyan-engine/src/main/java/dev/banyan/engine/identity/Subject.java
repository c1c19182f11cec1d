package dev.banyan.engine.identity;

import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.IdentityException;
import dev.banyan.api.identity.SpiffeId;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.util.ArrayList;
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

    /** Numbers of RFC 5280's kinds of alternative names. */
    private static final int DNS_NAME = 2;

    private static final int IP_ADDRESS = 7;

    public Subject {
        hosts = List.copyOf(hosts);
    }

    /** A member: admin, agent, controller or engine. */
    public static Subject member(SpiffeId identity) {
        return new Subject(identity, List.of(), MEMBER_VALIDITY);
    }

    /** The same as these credentials are for. */
    static Subject of(Credentials present) {
        var hosts = new ArrayList<String>();
        try {
            var names = present.leaf().getSubjectAlternativeNames();
            for (var name : names == null ? List.<List<?>>of() : names) {
                if (name.getFirst().equals(DNS_NAME) || name.getFirst().equals(IP_ADDRESS)) {
                    hosts.add(String.valueOf(name.get(1)));
                }
            }
        } catch (CertificateParsingException malformed) {
            throw new IdentityException("cannot read the names in the certificate of " + present, malformed);
        }
        return hosts.isEmpty() ? member(present.identity()) : server(present.identity(), hosts);
    }

    /** A server beside the engine, such as etcd, under the given names and addresses. */
    public static Subject server(SpiffeId identity, List<String> hosts) {
        return new Subject(identity, hosts, SERVER_VALIDITY);
    }
}
