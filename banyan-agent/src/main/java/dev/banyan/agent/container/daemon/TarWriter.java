package dev.banyan.agent.container.daemon;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A tar archive (ustar) in memory whose bytes depend on names and contents alone: no times, no owners. Not thread-safe. */
final class TarWriter {
    private static final int BLOCK = 512;
    private static final int LONGEST_NAME = 100;
    private static final int CHECKSUM_OFFSET = 148;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    TarWriter file(String name, int mode, byte[] content) {
        out.writeBytes(header(name, mode, content.length, '0'));
        out.writeBytes(content);
        out.writeBytes(new byte[padding(content.length)]);
        return this;
    }

    byte[] finish() {
        out.writeBytes(new byte[2 * BLOCK]);
        return out.toByteArray();
    }

    private static byte[] header(String name, int mode, int size, char type) {
        if (name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("name of at most 100 characters wanted: " + name);
        }
        var header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, octal(mode, 7));
        put(header, 108, octal(0, 7));
        put(header, 116, octal(0, 7));
        put(header, 124, octal(size, 11));
        put(header, 136, octal(0, 11));
        header[156] = (byte) type;
        put(header, 257, "ustar");
        put(header, 263, "00");
        Arrays.fill(header, CHECKSUM_OFFSET, CHECKSUM_OFFSET + 8, (byte) ' ');
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, CHECKSUM_OFFSET, octal(sum, 6));
        header[CHECKSUM_OFFSET + 6] = 0;
        return header;
    }

    private static int padding(int size) {
        return (BLOCK - size % BLOCK) % BLOCK;
    }

    private static String octal(int value, int digits) {
        return String.format("%0" + digits + "o", value);
    }

    private static void put(byte[] header, int offset, String text) {
        var bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }
}
