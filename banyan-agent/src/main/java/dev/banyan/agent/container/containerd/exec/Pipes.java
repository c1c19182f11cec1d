package dev.banyan.agent.container.containerd.exec;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.agent.host.process.Fifo;
import dev.banyan.agent.host.process.PipeReader;
import dev.banyan.agent.host.process.PipeWriter;
import dev.banyan.runtime.env.Env;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pipes of one command, in a directory of their own. Opening a pipe waits for somebody at its other end; so each is held open at both
 * ends until containerd has it, and none of this waits.
 */
final class Pipes {
    private static final String IN = "in";
    private static final String OUT = "out";
    private static final String ERR = "err";

    private final Path home;
    private final boolean input;
    private final boolean errors;
    private final List<RandomAccessFile> held = new ArrayList<>();
    private final Optional<PipeWriter> toCommand;
    private final InputStream output;
    private final InputStream error;

    private Pipes(Path home, Env env, boolean input, boolean errors) throws IOException {
        this.home = home;
        this.input = input;
        this.errors = errors;
        Files.createDirectories(
                home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        this.toCommand = input ? Optional.of(new PipeWriter(made(IN), env)) : Optional.empty();
        this.output = new PipeReader(made(OUT), env);
        this.error = errors ? new PipeReader(made(ERR), env) : InputStream.nullInputStream();
    }

    /** Of a command that a former agent began: nobody has the ends here. */
    private Pipes(Path home) {
        this.home = home;
        this.input = false;
        this.errors = false;
        this.toCommand = Optional.empty();
        this.output = InputStream.nullInputStream();
        this.error = InputStream.nullInputStream();
    }

    /** What a former agent left, to be closed. */
    static Pipes left(Path home) {
        return new Pipes(home);
    }

    /** Pipes in a new directory. */
    static Pipes in(Path home, Env env, boolean input, boolean errors) {
        try {
            return new Pipes(home, env, input, errors);
        } catch (IOException failed) {
            remove(home);
            throw new ContainerException(Kind.FAILED, "could not make pipes in " + home, failed);
        }
    }

    private Path made(String name) throws IOException {
        var pipe = Fifo.make(home.resolve(name));
        held.add(new RandomAccessFile(pipe.toFile(), "rw"));
        return pipe;
    }

    /** For containerd; empty for a command that reads nothing. */
    String inputPath() {
        return input ? home.resolve(IN).toString() : "";
    }

    String outputPath() {
        return home.resolve(OUT).toString();
    }

    String errorPath() {
        return errors ? home.resolve(ERR).toString() : "";
    }

    OutputStream toCommand() {
        return toCommand.<OutputStream>map(pipe -> pipe).orElseGet(OutputStream::nullOutputStream);
    }

    InputStream output() {
        return output;
    }

    InputStream errors() {
        return error;
    }

    /** containerd has its ends: from now on an end is noticed. */
    void handedOver() {
        held.forEach(Pipes::close);
        held.clear();
    }

    /** Ends all of them, and removes what is left on the disk. */
    void close() {
        handedOver();
        toCommand.ifPresent(PipeWriter::abandon);
        close(output);
        close(error);
        remove(home);
    }

    static void close(AutoCloseable stream) {
        try {
            stream.close();
        } catch (Exception ignored) {
            // Nothing was written that is not at its place already, and nobody waits for what is not.
        }
    }

    /** Removes the directory of a command's pipes, if it is there. */
    static void remove(Path home) {
        try {
            for (var name : List.of(IN, OUT, ERR)) {
                Files.deleteIfExists(home.resolve(name));
            }
            Files.deleteIfExists(home);
        } catch (IOException failed) {
            throw new ContainerException(Kind.FAILED, "could not remove " + home, failed);
        }
    }
}
