package dev.banyan.agent.host.process;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * What comes out of a pipe. Waiting for it holds a thread of the kernel, which this brings along; who reads waits like any task. For one
 * task; any may close.
 */
public final class PipeReader extends InputStream {
    private static final int PART = 32 * 1024;

    /** Enough that reader and writer work at the same time. */
    private static final int PARTS_MAX = 4;

    private final FileInputStream pipe;
    private final Mailbox<byte[]> parts; // an empty one is the end
    private byte[] part = new byte[0];
    private int at;
    private boolean ended;
    private volatile boolean closed;

    /** Opens the pipe, which waits unless it is open for writing already. */
    public PipeReader(Path pipe, Env env) throws IOException {
        this.pipe = new FileInputStream(pipe.toFile());
        this.parts = env.mailbox(PARTS_MAX);
        var ignored = KernelThread.start("pipe out", this::carry);
    }

    private void carry() {
        var buffer = new byte[PART];
        try (pipe) {
            for (int read = pipe.read(buffer); read > 0 && !closed; read = pipe.read(buffer)) {
                parts.put(Arrays.copyOf(buffer, read));
            }
        } catch (IOException broken) {
            // As its end.
        } catch (InterruptedException unwanted) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void end() {
        try {
            if (!closed) {
                parts.put(new byte[0]);
            }
        } catch (InterruptedException unwanted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (at == part.length && !ended) {
            next();
        }
        if (ended) {
            return -1;
        }
        int read = Math.min(length, part.length - at);
        System.arraycopy(part, at, into, offset, read);
        at += read;
        return read;
    }

    private void next() throws IOException {
        try {
            part = parts.take();
            at = 0;
            ended = part.length == 0;
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("cancelled");
        }
    }

    /** Nobody reads any more. The pipe itself is closed when what is in it, or its end, comes. */
    @Override
    public void close() {
        closed = true;
        drop();
        var ignored = parts.offer(new byte[0]); // for who reads at this moment
    }

    private void drop() {
        try {
            while (parts.poll(Duration.ZERO).isPresent()) {
                // Room for what the thread is about to put, so that it sees the end.
            }
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
        }
    }
}
