package dev.banyan.api.tls;

import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** BoringSSL, which a program brings in its libraries, for this operating system and processor or not. */
public final class NativeTls {
    /** Where Netty unpacks native libraries. */
    private static final String WORK_DIRECTORY = "io.netty.native.workdir";

    private static final String UNPACKED = "libnetty_*";
    private static final Logger LOG = LoggerFactory.getLogger(NativeTls.class);

    private NativeTls() {}

    /**
     * Loads the library before the program's first connection, or says in the log that there is none. It is unpacked below {@code data},
     * the program's own directory, since a server's {@code /tmp} is often mounted so that nothing in it can be run; an operator who set
     * the place himself has his own. The file is gone once it is loaded. What a program left that was killed just then goes too.
     */
    public static void load(Path data) {
        if (System.getProperty(WORK_DIRECTORY) == null && Files.isDirectory(data)) {
            prepare(data.resolve("native"));
        }
        if (!OpenSsl.isAvailable()) {
            LOG.atWarn()
                    .addKeyValue("why", reason())
                    .log("TLS is done by the JDK, which takes several times the processor time of the native library");
        }
    }

    private static void prepare(Path directory) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (var left = Files.newDirectoryStream(directory, UNPACKED)) {
                for (var file : left) {
                    Files.delete(file);
                }
            }
            System.setProperty(WORK_DIRECTORY, directory.toString());
        } catch (IOException unusable) {
            LOG.atWarn()
                    .addKeyValue("directory", directory)
                    .addKeyValue("why", unusable.toString())
                    .log("the native library for TLS is unpacked in the common place for temporary files");
        }
    }

    /** Netty tries several names; the first is that of this system, and what became of it is the reason. */
    private static String reason() {
        var cause = OpenSsl.unavailabilityCause();
        if (cause.getSuppressed().length > 0) {
            cause = cause.getSuppressed()[0];
        }
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString();
    }
}
