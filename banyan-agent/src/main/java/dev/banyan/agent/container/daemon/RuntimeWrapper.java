package dev.banyan.agent.container.daemon;

import dev.banyan.agent.host.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The program that containerd takes for runc: it gives containers and their commands the environments that lie in memory, since containerd
 * writes all that it knows to its disk, and then is runc.
 */
final class RuntimeWrapper {
    private static final String RESOURCE = "runc-with-environment";

    private final HostPrograms programs;
    private final Path environments;

    /** @param environments directory in memory, with one for each container below */
    RuntimeWrapper(HostPrograms programs, Path environments) {
        this.programs = programs;
        this.environments = environments;
    }

    /** Writes the program to {@code file}, executable for root. */
    void write(Path file) {
        WholeFile.replace(file, text());
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException failed) {
            throw new DaemonException("could not make " + file + " executable", failed);
        }
    }

    String text() {
        return template()
                .replace("@SH_PERL@", shellQuoted(programs.perl()))
                .replace("@SH_RUNC@", shellQuoted(programs.runc()))
                .replace("@SH_ENVIRONMENTS@", shellQuoted(environments))
                .replace("@RUNC@", quoted(programs.runc()))
                .replace("@ENVIRONMENTS@", quoted(environments));
    }

    /** A string of the shell without any meaning in it. */
    private static String shellQuoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }

    /** A string of Perl without any meaning in it. */
    private static String quoted(Path path) {
        return "'" + path.toString().replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static String template() {
        try (InputStream resource = RuntimeWrapper.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("the agent lacks " + RESOURCE);
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new DaemonException("could not read " + RESOURCE, failed);
        }
    }
}
