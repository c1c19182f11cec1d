package dev.banyan.runtime.simulation.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** An open file. It ends with the boot of its host. */
final class DiskChannel extends FileChannel {
    private static final int CHUNK = 64 * 1024;

    private final DiskPath path;
    private final SimulatedDisk disk;
    private final Node node;
    private final int boots;
    private final boolean reads;
    private final boolean writes;
    private final boolean appends;
    private final boolean synchronous;
    private long position;

    DiskChannel(DiskPath path, Node node, Set<? extends OpenOption> options) {
        this.path = path;
        this.disk = path.disk();
        this.node = node;
        this.boots = disk.host().boots();
        this.appends = options.contains(StandardOpenOption.APPEND);
        this.writes = appends || options.contains(StandardOpenOption.WRITE);
        this.reads = options.contains(StandardOpenOption.READ) || !writes;
        this.synchronous = options.contains(StandardOpenOption.SYNC) || options.contains(StandardOpenOption.DSYNC);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int length = read(into, position);
        position += Math.max(0, length);
        return length;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        long all = 0;
        for (int i = offset; i < offset + length; i++) {
            int read = read(into[i]);
            if (read < 0) {
                return all == 0 ? -1 : all;
            }
            all += read;
        }
        return all;
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
        requireOpen();
        if (!reads) {
            throw new NonReadableChannelException();
        }
        if (node.directory) {
            throw new FileSystemException(path.toString(), null, "Is a directory");
        }
        return disk.look(path, () -> node.content.read(at, into));
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        position = appends ? node.size() : position;
        int length = write(from, position);
        position += length;
        return length;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        long all = 0;
        for (int i = offset; i < offset + length; i++) {
            all += write(from[i]);
        }
        return all;
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
        requireWritable();
        var bytes = new byte[from.remaining()];
        from.duplicate().get(bytes);
        int length = disk.write(path, () -> disk.volume().write(node, appends ? node.size() : at, bytes));
        from.position(from.position() + length);
        if (synchronous) {
            force(true);
        }
        return length;
    }

    @Override
    public long position() throws IOException {
        requireOpen();
        return position;
    }

    @Override
    public FileChannel position(long to) throws IOException {
        requireOpen();
        position = to;
        return this;
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        return disk.look(path, node::size);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        requireWritable();
        disk.change(path, () -> {
            disk.volume().truncate(node, size);
            return true;
        });
        position = Math.min(position, size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        requireOpen();
        disk.force(path, node);
    }

    @Override
    public long transferTo(long at, long count, WritableByteChannel target) throws IOException {
        var chunk = ByteBuffer.allocate((int) Math.min(CHUNK, count));
        if (read(chunk, at) <= 0) {
            return 0;
        }
        return target.write(chunk.flip());
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) throws IOException {
        requireWritable();
        var chunk = ByteBuffer.allocate((int) Math.min(CHUNK, count));
        if (source.read(chunk) <= 0) {
            return 0;
        }
        return write(chunk.flip(), at);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long at, long size) {
        throw new NotSimulated("mapping " + path);
    }

    @Override
    public FileLock lock(long at, long size, boolean shared) {
        throw new NotSimulated("locking " + path);
    }

    @Override
    public FileLock tryLock(long at, long size, boolean shared) {
        throw new NotSimulated("locking " + path);
    }

    @Override
    protected void implCloseChannel() {
        // nothing is kept for an open file
    }

    private void requireWritable() throws IOException {
        requireOpen();
        if (!writes) {
            throw new NonWritableChannelException();
        }
    }

    private void requireOpen() throws IOException {
        if (!isOpen() || boots != disk.host().boots()) {
            throw new ClosedChannelException();
        }
    }
}
