package dev.banyan.agent.host.process;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * What goes into a pipe. Waiting for room holds a thread of the kernel, which this brings along; who writes waits like any task. For one
 * task; any may close.
 */
public final class PipeWriter extends OutputStream {
    /** Enough that reader and writer work at the same time. */
    private static final int PARTS_MAX = 4;

    private final FileOutputStream pipe;
    private final Mailbox<byte[]> parts; // an empty one is the end
    private volatile boolean broken;

    /** Opens the pipe, which waits unless it is open for reading already. */
    public PipeWriter(Path pipe, Env env) throws IOException {
        this.pipe = new FileOutputStream(pipe.toFile());
        this.parts = env.mailbox(PARTS_MAX);
        var ignored = KernelThread.start("pipe in", this::carry);
    }

    private void carry() {
        try (pipe) {
            for (var part = parts.take(); part.length > 0; part = parts.take()) {
                pipe.write(part);
            }
        } catch (IOException nobodyReads) {
            // Told to who writes next.
        } catch (InterruptedException unwanted) {
            Thread.currentThread().interrupt();
        } finally {
            broken = true;
            drop();
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (broken) {
            throw new IOException("nobody reads the pipe any more");
        }
        if (length > 0) {
            put(Arrays.copyOfRange(bytes, offset, offset + length));
        }
    }

    /** The reader meets the end after what was written. */
    @Override
    public void close() throws IOException {
        if (!broken) {
            put(new byte[0]);
        }
    }

    /** What was not read yet is nobody's. */
    public void abandon() {
        broken = true;
        drop();
        var ignored = parts.offer(new byte[0]);
    }

    private void put(byte[] part) throws IOException {
        try {
            parts.put(part);
            if (broken) {
                drop(); // what came after the thread ended
            }
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("cancelled");
        }
    }

    private void drop() {
        try {
            while (parts.poll(Duration.ZERO).isPresent()) {
                // Room for who waits to put more.
            }
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
        }
    }
}
