package dev.banyan.runtime.store.etcd;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Says in words why a call to etcd failed and what helps. Pure. */
final class Diagnosis {
    /** Causes in a chain that are looked at; real ones have up to six. */
    private static final int CAUSES_MAX = 12;

    /** What to do when any of {@code signs}, in lower case, is in what is known of a failure. */
    private record Remedy(List<String> signs, Function<EtcdConfig, String> advice) {
        static Remedy of(String advice, String... signs) {
            return new Remedy(List.of(signs), config -> advice);
        }
    }

    /** The first that fits is given: what is said plainly comes before what is concluded. */
    private static final List<Remedy> REMEDIES = List.of(
            new Remedy(
                    List.of("authentication is not enabled"),
                    config -> user(config)
                            + " cannot log in where authentication is off: leave the login out, or switch it on by 'etcdctl auth enable'"),
            new Remedy(
                    List.of("authentication failed"),
                    config -> "there is no " + user(config) + " with this password: correct the login"),
            new Remedy(
                    List.of("user name is empty"),
                    config ->
                            "authentication is on and this process has no user: give it a login, or a client certificate whose common name is a user"),
            new Remedy(
                    List.of("permission denied"),
                    config -> user(config) + " may not do this to the keys under '" + config.prefix()
                            + "': grant it by 'etcdctl role grant-permission ROLE readwrite --prefix=true "
                            + config.prefix() + "' to a role that it has"),
            Remedy.of("the token has expired, which a login mends", "auth token", "auth store is old"),
            Remedy.of(
                    "nothing goes on without a majority: start the other members",
                    "no leader",
                    "etcdserver: request timed out"),
            Remedy.of(
                    "the host's name is not known: correct the endpoint, or the name service",
                    "unknownhost",
                    "unresolvedaddress",
                    "unable to resolve"),
            Remedy.of("nothing listens there: start etcd, or correct the endpoint", "connection refused"),
            Remedy.of(
                    "nothing answers there: correct the endpoint, or look for a firewall on the way",
                    "connecttimeout",
                    "connection timed out",
                    "no route to host",
                    "network is unreachable"),
            Remedy.of(
                    "it does not speak TLS: write http:// in the endpoint, or give etcd a certificate",
                    "not an ssl/tls record",
                    "closed while performing tls negotiation"),
            // a peer that closes before it has read all resets the connection, and its reason is lost with it
            new Remedy(
                    List.of("was not settings", "network closed for unknown reason", "connection reset", "broken pipe"),
                    config -> config.tls().isPresent()
                            ? "it closes the connection and its log says why: it may not accept the client certificate, or not speak TLS"
                            : "it does not speak plain HTTP/2: write https:// in the endpoint if it has TLS, or look at its log"),
            Remedy.of("its certificate is not valid today: renew it, or set the clock", "notafter", "notbefore"),
            Remedy.of(
                    "its certificate is for another name: issue it for the endpoint's host, or set the server name that it carries",
                    "no subject alternative",
                    "no name matching"),
            new Remedy(
                    List.of("certification path", "does not chain", "path building"),
                    config -> "its certificate does not come from the authority in "
                            + config.tls()
                                    .map(EtcdConfig.Tls::authority)
                                    .map(Object::toString)
                                    .orElse("-")
                            + ": give the file of the authority that issued it"),
            new Remedy(
                    List.of(
                            "bad_certificate",
                            "certificate_required",
                            "unknown_ca",
                            "certificate_unknown",
                            "unknown_certificate"),
                    Diagnosis::clientCertificate),
            Remedy.of(
                    "what answers there does not know this call: correct the endpoint, or upgrade etcd to 3.4 or newer",
                    "unimplemented",
                    "http status code 404"),
            Remedy.of("it took too long: look at its load and its disk", "deadline"));

    private final EtcdConfig config;

    Diagnosis(EtcdConfig config) {
        this.config = config;
    }

    /** A failed call in one line: what came back, why, and what to do. */
    String explain(Status status) {
        var facts = new ArrayList<String>();
        facts.add(status.getCode().toString());
        Optional.ofNullable(status.getDescription()).map(Diagnosis::firstLine).ifPresent(facts::add);
        var signs = new StringBuilder(status.getCode() + " " + status.getDescription());
        var cause = status.getCause();
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            signs.append(' ').append(cause);
            var text = firstLine(String.valueOf(cause.getMessage()));
            if (cause.getMessage() != null && facts.stream().noneMatch(fact -> fact.contains(text))) {
                facts.add(text);
            }
            cause = cause.getCause();
        }
        var known = String.join(": ", facts);
        return remedy(signs.toString().toLowerCase(Locale.ROOT))
                .map(remedy -> known + "; " + remedy.advice().apply(config))
                .orElse(known);
    }

    private static Optional<Remedy> remedy(String signs) {
        return REMEDIES.stream()
                .filter(remedy -> remedy.signs().stream().anyMatch(signs::contains))
                .findFirst();
    }

    private static String user(EtcdConfig config) {
        return config.login().map(login -> "user '" + login.user() + "'").orElse("the user of the client certificate");
    }

    private static String clientCertificate(EtcdConfig config) {
        return config.tls()
                .flatMap(EtcdConfig.Tls::identity)
                .map(identity -> "it does not accept the client certificate " + identity.certificate()
                        + ": give one of an authority that it trusts (its --trusted-ca-file)")
                .orElse(
                        "it wants a client certificate: give one of an authority that it trusts (its --trusted-ca-file)");
    }

    /** Netty appends its whole pipeline to some descriptions. */
    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("").strip();
    }
}
