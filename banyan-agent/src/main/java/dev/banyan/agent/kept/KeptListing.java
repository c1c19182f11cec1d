package dev.banyan.agent.kept;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.WholeFile;
import dev.banyan.runtime.store.Listing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listing on disk, sealed. For one writer; {@link #recall} is for the time before the first {@link #keep}. */
public final class KeptListing {
    private static final Logger LOG = LoggerFactory.getLogger(KeptListing.class);

    /** Far above the tasks of one server (1,000 of 4 KiB are 4 MiB); protects the heap from a wrong file. */
    private static final long SIZE_LIMIT = 64L << 20;

    /** Says what the file is to a person, and its form to a later version of the agent. */
    private static final byte[] HEADER = "banyan kept 1\n".getBytes(US_ASCII);

    private final Path file;
    private final SealingKey key;
    private final String owner;

    /** The listing in {@code file}, sealed with {@code key}; {@code owner} names cluster and agent. */
    public KeptListing(Path file, SealingKey key, String owner) {
        this.file = file;
        this.key = key;
        this.owner = owner;
    }

    /** What was kept last; empty when there is none, or none to be trusted: then the file is set aside with a warning. Never fails. */
    public Optional<Listing> recall() {
        try {
            if (Files.size(file) > SIZE_LIMIT) {
                throw new IOException("it is larger than " + SIZE_LIMIT + " bytes");
            }
            var recalled = read(Files.readAllBytes(file));
            LOG.atInfo()
                    .addKeyValue("file", file)
                    .addKeyValue("objects", recalled.objects().size())
                    .addKeyValue("revision", recalled.revision())
                    .log("no engine answers, going on with what was kept");
            return Optional.of(recalled);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException useless) {
            setAside(useless);
            return Optional.empty();
        }
    }

    /**
     * Replaces what is kept; on return it is on disk.
     *
     * @throws HostException when that failed: what was kept before is intact
     */
    void keep(Listing listing) {
        var sealed = key.seal(ListingFormat.write(owner, listing), HEADER);
        var whole = Arrays.copyOf(HEADER, HEADER.length + sealed.length);
        System.arraycopy(sealed, 0, whole, HEADER.length, sealed.length);
        WholeFile.replace(file, whole);
    }

    private Listing read(byte[] whole) throws IOException {
        if (!Arrays.equals(HEADER, Arrays.copyOf(whole, HEADER.length))) {
            throw new IOException("it is cut off, or of another version");
        }
        var sealed = Arrays.copyOfRange(whole, HEADER.length, whole.length);
        var plain = key.open(sealed, HEADER)
                .orElseThrow(() -> new IOException("it is cut off, changed, or sealed with another key"));
        var owned = ListingFormat.read(plain);
        if (!owned.owner().equals(owner)) {
            throw new IOException("it is of " + owned.owner() + ", and this is " + owner);
        }
        return owned.listing();
    }

    /** Kept for whoever wants to know what happened; the next one takes its place. */
    private void setAside(IOException useless) {
        var aside = file.resolveSibling(file.getFileName() + ".unusable");
        LOG.atWarn()
                .addKeyValue("file", file)
                .addKeyValue("reason", useless.getMessage())
                .addKeyValue("movedTo", aside)
                .log("what was kept is unusable; nothing is touched until an engine answers");
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException stays) {
            LOG.atWarn().setCause(stays).log("it cannot be set aside");
        }
    }
}
