package dev.banyan.api.compose.content;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a mount shows.
 *
 * @param digest SHA-256 of the bytes in lower-case hexadecimal
 */
public record Content(String digest, ByteString bytes) {
    /** These bytes under their digest. */
    public static Content of(ByteString bytes) {
        return new Content(digest(bytes), bytes);
    }

    /** SHA-256 in lower-case hexadecimal. */
    public static String digest(ByteString bytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            bytes.asReadOnlyByteBufferList().forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** Without what it holds. */
    @Override
    public String toString() {
        return "content " + digest + " of " + bytes.size() + " bytes";
    }
}
