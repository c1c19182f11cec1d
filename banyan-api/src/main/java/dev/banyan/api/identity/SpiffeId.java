package dev.banyan.api.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name in a certificate: {@code spiffe://<cluster id>/<role>/<name>}.
 *
 * @param cluster id of the cluster, 8 to 64 lower-case letters and digits
 * @param role {@code admin}, {@code agent} or {@code engine}, or the name of a server such as {@code etcd}
 * @param name a label
 */
public record SpiffeId(String cluster, String role, String name) {
    private static final Pattern FORM =
            Pattern.compile("spiffe://([a-z0-9]{8,64})/([a-z]{2,16})/([a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?)");

    /** The type of a URI among a certificate's subject alternative names. */
    private static final int URI_NAME = 6;

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException when a part is malformed
     */
    public SpiffeId {
        var text = "spiffe://" + cluster + "/" + role + "/" + name;
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("malformed identity '" + text + "'");
        }
    }

    /** Reads the URI form; empty when it has another. */
    public static Optional<SpiffeId> parse(String uri) {
        var matcher = FORM.matcher(uri);
        return matcher.matches()
                ? Optional.of(new SpiffeId(matcher.group(1), matcher.group(2), matcher.group(3)))
                : Optional.empty();
    }

    /** The identity in a certificate; empty when it has none or more than one. */
    public static Optional<SpiffeId> of(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return Optional.empty();
            }
            List<String> uris = names.stream()
                    .filter(name -> name.getFirst().equals(URI_NAME))
                    .map(name -> String.valueOf(name.getLast()))
                    .toList();
            return uris.size() == 1 ? parse(uris.getFirst()) : Optional.empty();
        } catch (CertificateParsingException malformed) {
            return Optional.empty(); // a certificate whose names cannot be read names nobody
        }
    }

    /** The URI form. */
    public String uri() {
        return "spiffe://" + cluster + "/" + role + "/" + name;
    }

    @Override
    public String toString() {
        return uri();
    }
}
