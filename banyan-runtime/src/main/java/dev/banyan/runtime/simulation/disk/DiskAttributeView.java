package dev.banyan.runtime.simulation.disk;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and sets time and rights of a file. */
final class DiskAttributeView implements PosixFileAttributeView {
    private final DiskPath path;

    DiskAttributeView(DiskPath path) {
        this.path = path;
    }

    @Override
    public String name() {
        return "posix";
    }

    @Override
    public DiskAttributes readAttributes() throws IOException {
        var disk = path.disk();
        return disk.look(path, () -> DiskAttributes.of(disk.volume().get(path)));
    }

    @Override
    public void setTimes(@Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
            throws IOException {
        if (modified != null) {
            path.disk().change(path, () -> {
                path.disk().volume().get(path).modified = modified;
                return true;
            });
        }
    }

    @Override
    public void setPermissions(Set<PosixFilePermission> rights) throws IOException {
        path.disk().change(path, () -> {
            path.disk().volume().get(path).rights = Set.copyOf(rights);
            return true;
        });
    }

    @Override
    public void setGroup(GroupPrincipal group) {
        throw new NotSimulated("setting the group of " + path);
    }

    @Override
    public UserPrincipal getOwner() throws IOException {
        return readAttributes().owner();
    }

    @Override
    public void setOwner(UserPrincipal owner) {
        throw new NotSimulated("setting the owner of " + path);
    }
}
