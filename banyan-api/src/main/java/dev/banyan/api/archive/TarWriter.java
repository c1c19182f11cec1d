package dev.banyan.api.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Writes a tar stream. For one task; the stream below is the caller's to close. */
public final class TarWriter {
    static final int BLOCK = 512;
    private static final int NAME_MAX = 100;
    private static final long OCTAL_11_MAX = 077777777777L;
    private static final long OCTAL_7_MAX = 07777777L;

    private final OutputStream out;
    private long left; // of the present entry's content
    private int padding;

    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /** Begins an entry; a file's content follows by {@link #write}, whole. */
    public void entry(TarEntry entry) throws IOException {
        if (left > 0) {
            throw new IllegalStateException(left + " bytes of the entry before are missing");
        }
        var extended = extended(entry);
        if (!extended.isEmpty()) {
            var records = records(extended);
            header('x', entry.named("PaxHeader"), records.length, "");
            out.write(records);
            pad(records.length);
        }
        header(typeOf(entry), entry, entry.size(), entry.link());
        left = entry.size();
        padding = (int) ((BLOCK - entry.size() % BLOCK) % BLOCK);
    }

    /** Some of the present entry's content. */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > left) {
            throw new IllegalArgumentException(length + " bytes where " + left + " are left");
        }
        out.write(bytes, offset, length);
        left -= length;
        if (left == 0) {
            out.write(new byte[padding]);
            padding = 0;
        }
    }

    /** Ends the stream. */
    public void finish() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.flush();
    }

    private static char typeOf(TarEntry entry) {
        return switch (entry.type()) {
            case FILE -> '0';
            case HARD_LINK -> '1';
            case SYMBOLIC_LINK -> '2';
            case DIRECTORY -> '5';
            case OTHER -> throw new IllegalArgumentException(entry.name() + " cannot be in a tar stream");
        };
    }

    /** What does not fit the plain header. */
    private static Map<String, String> extended(TarEntry entry) {
        var records = new TreeMap<String, String>();
        if (bytes(written(entry)).length > NAME_MAX || !plain(entry.name())) {
            records.put("path", written(entry));
        }
        if (bytes(entry.link()).length > NAME_MAX || !plain(entry.link())) {
            records.put("linkpath", entry.link());
        }
        if (entry.size() > OCTAL_11_MAX) {
            records.put("size", Long.toString(entry.size()));
        }
        if (entry.owner().uid() > OCTAL_7_MAX) {
            records.put("uid", Long.toString(entry.owner().uid()));
        }
        if (entry.owner().gid() > OCTAL_7_MAX) {
            records.put("gid", Long.toString(entry.owner().gid()));
        }
        return records;
    }

    private static boolean plain(String text) {
        return text.chars().allMatch(character -> character < 0x80);
    }

    private static String written(TarEntry entry) {
        return entry.type() == TarEntry.Type.DIRECTORY ? entry.name() + "/" : entry.name();
    }

    /** Each is its own length, a blank, the name, an equals sign, the value and a line feed. */
    private static byte[] records(Map<String, String> extended) {
        var all = new StringBuilder();
        extended.forEach((name, value) -> {
            int rest = bytes(" " + name + "=" + value + "\n").length;
            int length = rest + Integer.toString(rest).length();
            if (Integer.toString(length).length() + rest != length) {
                length = rest + Integer.toString(length).length();
            }
            all.append(length)
                    .append(' ')
                    .append(name)
                    .append('=')
                    .append(value)
                    .append('\n');
        });
        return bytes(all.toString());
    }

    private void header(char type, TarEntry entry, long size, String link) throws IOException {
        var block = new byte[BLOCK];
        text(block, 0, NAME_MAX, type == 'x' ? entry.name() : written(entry));
        octal(block, 100, 8, entry.mode() & 07777);
        octal(block, 108, 8, Math.min(entry.owner().uid(), OCTAL_7_MAX));
        octal(block, 116, 8, Math.min(entry.owner().gid(), OCTAL_7_MAX));
        octal(block, 124, 12, Math.min(size, OCTAL_11_MAX));
        octal(block, 136, 12, Math.clamp(entry.modified(), 0, OCTAL_11_MAX));
        block[156] = (byte) type;
        text(block, 157, NAME_MAX, link);
        text(block, 257, 8, "ustar\00000");
        checksum(block);
        out.write(block);
    }

    private void pad(int size) throws IOException {
        out.write(new byte[(BLOCK - size % BLOCK) % BLOCK]);
    }

    private static void checksum(byte[] block) {
        java.util.Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte value : block) {
            sum += value & 0xFF;
        }
        octal(block, 148, 7, sum);
    }

    private static void text(byte[] block, int at, int length, String text) {
        var bytes = bytes(text);
        System.arraycopy(bytes, 0, block, at, Math.min(length, bytes.length));
    }

    private static void octal(byte[] block, int at, int length, long value) {
        var digits = Long.toOctalString(value);
        text(block, at, length - 1, "0".repeat(Math.max(0, length - 1 - digits.length())) + digits);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
