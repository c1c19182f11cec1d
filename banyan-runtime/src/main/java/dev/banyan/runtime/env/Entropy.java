package dev.banyan.runtime.env;

import java.util.HexFormat;

/** Cryptographic randomness: never seeded in production. Thread-safe. */
public interface Entropy {
    /** {@code length} unpredictable bytes. */
    byte[] bytes(int length);

    /** A fresh 128-bit identifier in hexadecimal. */
    default String uid() {
        return HexFormat.of().formatHex(bytes(16));
    }
}
