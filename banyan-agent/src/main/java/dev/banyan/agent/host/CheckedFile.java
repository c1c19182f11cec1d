package dev.banyan.agent.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A small text kept over restarts: a {@link WholeFile} whose first line, with the digest of the rest, shows damage. For one writer.
 */
public final class CheckedFile {
    /** What a read found. */
    public sealed interface Contents {
        /** The text last written. */
        record Intact(String text) implements Contents {}

        /** Nothing was written yet. */
        record Absent() implements Contents {}

        /** Something is there that was not written whole by this class; {@code reason} names the file. */
        record Damaged(String reason) implements Contents {}
    }

    /** Far above what is kept here (100,000 backends are 3 MB); protects the heap from a wrong path. */
    private static final long SIZE_LIMIT = 64L << 20;

    private static final String HEADER = "banyan checked ";

    private final Path path;

    public CheckedFile(Path path) {
        this.path = path;
    }

    /**
     * Reads and checks.
     *
     * @throws HostException when the file is there but cannot be read
     */
    public Contents read() {
        try {
            if (Files.size(path) > SIZE_LIMIT) {
                return new Contents.Damaged(path + " is larger than " + SIZE_LIMIT + " bytes");
            }
            return check(new String(Files.readAllBytes(path), UTF_8));
        } catch (NoSuchFileException absent) {
            return new Contents.Absent();
        } catch (IOException e) {
            throw new HostException("could not read " + path, e);
        }
    }

    private Contents check(String whole) {
        int end = whole.indexOf('\n');
        if (end < 0 || !whole.startsWith(HEADER)) {
            return new Contents.Damaged(path + " has no digest line");
        }
        var text = whole.substring(end + 1);
        if (!whole.substring(HEADER.length(), end).equals(digest(text))) {
            return new Contents.Damaged(path + " does not match its digest");
        }
        return new Contents.Intact(text);
    }

    /**
     * Replaces the contents, unless they are that already; on return they are on disk.
     *
     * @throws HostException when that failed: the old contents are intact
     */
    public void write(String text) {
        draft(text).put();
    }

    /**
     * Does all of {@link #write} but the last step, which is {@link WholeFile.Draft#put}.
     *
     * @throws HostException when that failed
     */
    public WholeFile.Draft draft(String text) {
        return WholeFile.draft(path, (HEADER + digest(text) + "\n" + text).getBytes(UTF_8));
    }

    /** Removes the file if it is there. */
    public void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new HostException("could not delete " + path, e);
        }
    }

    private static String digest(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
