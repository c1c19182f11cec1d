package dev.banyan.runtime.simulation.disk;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** What is known of a file at one moment. Everything belongs to root. */
record DiskAttributes(
        boolean isDirectory, long size, FileTime lastModifiedTime, Set<PosixFilePermission> permissions, Object fileKey)
        implements PosixFileAttributes {
    private record Root(String getName) implements GroupPrincipal {}

    private static final Root ROOT = new Root("root");

    static DiskAttributes of(Node node) {
        return new DiskAttributes(
                node.directory, node.size(), node.modified, Set.copyOf(node.rights), "node-" + node.number);
    }

    @Override
    public UserPrincipal owner() {
        return ROOT;
    }

    @Override
    public GroupPrincipal group() {
        return ROOT;
    }

    @Override
    public FileTime lastAccessTime() {
        return lastModifiedTime;
    }

    @Override
    public FileTime creationTime() {
        return lastModifiedTime;
    }

    @Override
    public boolean isRegularFile() {
        return !isDirectory;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }
}
