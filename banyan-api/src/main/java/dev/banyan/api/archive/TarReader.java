package dev.banyan.api.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads a tar stream, of POSIX or GNU. For one task; the stream below is the caller's to close. */
public final class TarReader {
    /** Of what describes one entry: names have at most 4 KiB, and there is little else. */
    private static final int DESCRIPTION_MAX = 1 << 20;

    private final InputStream in;
    private final Map<String, String> common = new HashMap<>(); // for all entries that follow
    private long left; // of the present entry's content
    private int padding;

    public TarReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next entry, past what was not read of the one before; empty at the end.
     *
     * @throws IOException when this is no tar stream, or it is cut off
     */
    public Optional<TarEntry> next() throws IOException {
        skipRest();
        var special = new HashMap<>(common);
        while (true) {
            var block = new byte[TarWriter.BLOCK];
            int read = in.readNBytes(block, 0, block.length);
            if (read == 0 || read == block.length && blank(block)) {
                return Optional.empty();
            }
            if (read < block.length) {
                throw new EOFException("the tar stream is cut off");
            }
            check(block);
            long size = number(block, 124, 12);
            switch (block[156]) {
                case 'x' -> special.putAll(records(description(size)));
                case 'g' -> {
                    common.putAll(records(description(size)));
                    special.putAll(common);
                }
                case 'L' -> special.put("path", name(description(size)));
                case 'K' -> special.put("linkpath", name(description(size)));
                default -> {
                    return Optional.of(entry(block, special));
                }
            }
        }
    }

    /** Some of the present entry's content; -1 at its end. */
    public int read(byte[] into) throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = in.read(into, 0, (int) Math.min(into.length, left));
        if (read < 0) {
            throw new EOFException("the tar stream is cut off");
        }
        left -= read;
        return read;
    }

    private TarEntry entry(byte[] block, Map<String, String> special) throws IOException {
        var type = typeOf(block[156]);
        long size = long0(special, "size", number(block, 124, 12));
        if (size < 0) {
            throw new IOException("an entry of the tar stream has the size " + size);
        }
        left = type == TarEntry.Type.FILE || type == TarEntry.Type.OTHER ? size : 0;
        padding = (int) ((TarWriter.BLOCK - left % TarWriter.BLOCK) % TarWriter.BLOCK);
        var name = special.getOrDefault("path", plainName(block));
        boolean slashed = name.endsWith("/");
        while (name.endsWith("/") && name.length() > 1) {
            name = name.substring(0, name.length() - 1);
        }
        if (special.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse"))) {
            type = TarEntry.Type.OTHER;
        }
        return new TarEntry(
                slashed && type == TarEntry.Type.FILE && size == 0 ? TarEntry.Type.DIRECTORY : type,
                name,
                (int) number(block, 100, 8) & 07777,
                new TarEntry.Owner(
                        long0(special, "uid", number(block, 108, 8)), long0(special, "gid", number(block, 116, 8))),
                type == TarEntry.Type.FILE ? size : 0,
                modified(special, number(block, 136, 12)),
                special.getOrDefault("linkpath", text(block, 157, 100)));
    }

    private static TarEntry.Type typeOf(byte flag) {
        return switch (flag) {
            case '0', 0, '7' -> TarEntry.Type.FILE;
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMBOLIC_LINK;
            case '5' -> TarEntry.Type.DIRECTORY;
            default -> TarEntry.Type.OTHER;
        };
    }

    private static String plainName(byte[] block) {
        var name = text(block, 0, 100);
        boolean posix = text(block, 257, 6).equals("ustar") && block[262] == 0;
        var prefix = posix ? text(block, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private void skipRest() throws IOException {
        in.skipNBytes(left + padding);
        left = 0;
        padding = 0;
    }

    private byte[] description(long size) throws IOException {
        if (size < 0 || size > DESCRIPTION_MAX) {
            throw new IOException("an entry of the tar stream is described by " + size + " bytes");
        }
        var bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw new EOFException("the tar stream is cut off");
        }
        in.skipNBytes((TarWriter.BLOCK - size % TarWriter.BLOCK) % TarWriter.BLOCK);
        return bytes;
    }

    private static Map<String, String> records(byte[] bytes) throws IOException {
        var records = new HashMap<String, String>();
        int at = 0;
        while (at < bytes.length && bytes[at] != 0) {
            int blank = at;
            while (blank < bytes.length && bytes[blank] != ' ') {
                blank++;
            }
            int end = at + length(new String(bytes, at, blank - at, StandardCharsets.US_ASCII));
            if (end <= blank + 1 || end > bytes.length) {
                throw new IOException("an extended header of the tar stream is malformed");
            }
            var record = new String(bytes, blank + 1, end - blank - 2, StandardCharsets.UTF_8);
            int equals = record.indexOf('=');
            if (equals > 0) {
                records.put(record.substring(0, equals), record.substring(equals + 1));
            }
            at = end;
        }
        return records;
    }

    private static int length(String digits) throws IOException {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException malformed) {
            throw new IOException("an extended header of the tar stream is malformed", malformed);
        }
    }

    private static long long0(Map<String, String> records, String key, long otherwise) throws IOException {
        var text = records.get(key);
        try {
            return text == null ? otherwise : Long.parseLong(text);
        } catch (NumberFormatException malformed) {
            throw new IOException("an extended header of the tar stream has no number for " + key, malformed);
        }
    }

    /** With a fraction, in extended headers. */
    private static long modified(Map<String, String> records, long otherwise) throws IOException {
        var text = records.get("mtime");
        try {
            return text == null ? otherwise : (long) Double.parseDouble(text);
        } catch (NumberFormatException malformed) {
            throw new IOException("an extended header of the tar stream has no time", malformed);
        }
    }

    private static String name(byte[] bytes) {
        return text(bytes, 0, bytes.length);
    }

    private static String text(byte[] block, int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return new String(block, at, end - at, StandardCharsets.UTF_8);
    }

    /** In octal digits, or, when its first bit is set, in binary. */
    private static long number(byte[] block, int at, int length) throws IOException {
        if ((block[at] & 0x80) != 0) {
            long value = block[at] & 0x3F;
            for (int i = at + 1; i < at + length; i++) {
                value = value << 8 | block[i] & 0xFF;
            }
            return value;
        }
        var digits = text(block, at, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException malformed) {
            throw new IOException("this is no tar stream", malformed);
        }
    }

    private static boolean blank(byte[] block) {
        for (byte value : block) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    private static void check(byte[] block) throws IOException {
        long sum = 0;
        for (int i = 0; i < block.length; i++) {
            sum += i >= 148 && i < 156 ? ' ' : block[i] & 0xFF;
        }
        if (sum != number(block, 148, 8)) {
            throw new IOException("this is no tar stream");
        }
    }
}
