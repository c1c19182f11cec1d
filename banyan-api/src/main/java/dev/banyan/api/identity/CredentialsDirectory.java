package dev.banyan.api.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Credentials on disk: {@code key.pem}, {@code cert.pem} (leaf first) and {@code ca.pem} in a directory that only its owner may enter.
 * Each file is replaced by renaming, so a reader never sees half of one. A key and a certificate that do not belong together - the
 * machine stopped between the two renames of a renewal - are mended from {@code next.pem}, which holds both until all is in place.
 */
public final class CredentialsDirectory {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_ENTERS = PosixFilePermissions.fromString("rwx------");

    private final Path directory;

    public CredentialsDirectory(Path directory) {
        this.directory = directory;
    }

    /** Path of the key, for programs that read files. */
    public Path key() {
        return directory.resolve("key.pem");
    }

    /** Path of the certificate chain. */
    public Path certificate() {
        return directory.resolve("cert.pem");
    }

    /** Path of the authority's certificate. */
    public Path authority() {
        return directory.resolve("ca.pem");
    }

    /** Reads what is there; empty when nothing was ever written. Throws {@link IdentityException} when it is damaged. */
    public Optional<Credentials> load() {
        try {
            mend();
            if (!Files.exists(key())) {
                return Optional.empty();
            }
            return Optional.of(new Credentials(
                    Pem.key(Files.readString(key())),
                    Pem.certificates(Files.readString(certificate())),
                    Pem.certificates(Files.readString(authority())).getFirst()));
        } catch (NoSuchFileException missing) {
            throw new IdentityException("the credentials in " + directory + " lack " + missing.getFile(), missing);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read the credentials in " + directory, failed);
        }
    }

    /** Writes the three files, readable by their owner only. */
    public void save(Credentials credentials) {
        try {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ENTERS));
            Files.setPosixFilePermissions(directory, OWNER_ENTERS);
            var key = Pem.key(credentials.key());
            var chain = Pem.certificates(credentials.chain());
            replace(authority(), Pem.certificates(List.of(credentials.authority())));
            replace(next(), key + chain);
            replace(key(), key);
            replace(certificate(), chain);
            Files.delete(next());
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write the credentials in " + directory, failed);
        }
    }

    /** Writes {@code text} to {@code file} durably and at once, readable by its owner only. */
    public static void replace(Path file, String text) throws IOException {
        var draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = FileChannel.open(draft, options, PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            var content = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        // Without this the rename itself may be undone by a power cut.
        try (var directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private Path next() {
        return directory.resolve("next.pem");
    }

    private void mend() throws IOException {
        if (!Files.exists(next())) {
            return;
        }
        var text = Files.readString(next());
        replace(key(), Pem.key(Pem.key(text)));
        replace(certificate(), Pem.certificates(Pem.certificates(certificatesOf(text))));
        Files.delete(next());
    }

    private static String certificatesOf(String text) {
        return text.substring(text.indexOf("-----BEGIN CERTIFICATE-----"));
    }
}
