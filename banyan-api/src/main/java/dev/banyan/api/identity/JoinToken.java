package dev.banyan.api.identity;

import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A single-use permission to join: {@code <id>.<secret>.<fingerprint>}.
 *
 * @param id names the token; not secret
 * @param secret 32 bytes in base64url
 * @param authority SHA-256 of the authority's certificate in hexadecimal: by it the newcomer knows that it talks to the right cluster
 */
public record JoinToken(String id, String secret, String authority) {
    /** Length of the secret in bytes: cannot be guessed, and its plain digest cannot be reversed. */
    public static final int SECRET_BYTES = 32;

    private static final Pattern ID = Pattern.compile("[a-z0-9]{8,32}");
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Pattern AUTHORITY = Pattern.compile("[0-9a-f]{64}");

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException naming the part that is malformed, without its content
     */
    public JoinToken {
        require(ID, id, "id");
        require(SECRET, secret, "secret");
        require(AUTHORITY, authority, "fingerprint of the authority");
    }

    /** A token with a secret of {@link #SECRET_BYTES} random bytes. */
    public static JoinToken of(String id, byte[] secret, String authority) {
        return new JoinToken(id, Base64.getUrlEncoder().withoutPadding().encodeToString(secret), authority);
    }

    /** Reads the text that a person pasted; throws {@link IllegalArgumentException} saying what is wrong with it. */
    public static JoinToken parse(String text) {
        var parts = text.strip().split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a join token has three parts with dots between, not " + parts.length);
        }
        return new JoinToken(parts[0], parts[1], parts[2]);
    }

    /** The secret's bytes. */
    public byte[] secretBytes() {
        return Base64.getUrlDecoder().decode(secret);
    }

    /** The whole token, secret included: for handing over, not for logs. */
    public String text() {
        return id + "." + secret + "." + authority;
    }

    /** Names the token only. */
    @Override
    public String toString() {
        return "JoinToken[" + id + "]";
    }

    private static void require(Pattern pattern, String value, String part) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException("malformed " + part + " in the join token");
        }
    }
}
