package dev.banyan.api.compose;

import com.google.protobuf.CodedOutputStream;
import dev.banyan.api.v1.ServiceManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A short name for what a service is: two services that mean the same have the same one. */
public final class Fingerprint {
    private Fingerprint() {}

    /** SHA-256 of the manifest in hexadecimal. It may change with the version of Banyan. */
    public static String of(ServiceManifest service) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(service)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** Maps in the order of their keys. */
    private static byte[] bytes(ServiceManifest service) {
        var bytes = new ByteArrayOutputStream();
        var output = CodedOutputStream.newInstance(bytes);
        output.useDeterministicSerialization();
        try {
            service.writeTo(output);
            output.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
