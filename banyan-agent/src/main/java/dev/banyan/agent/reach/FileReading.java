package dev.banyan.agent.reach;

import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.process.SeenFiles;
import dev.banyan.agent.host.process.SeenFiles.Spot;
import dev.banyan.agent.session.ReachSource.Person;
import dev.banyan.api.archive.TarEntry;
import dev.banyan.api.archive.TarWriter;
import dev.banyan.api.parts.PartOutput;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReadFilesRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files of a container for a person, as a tar stream. One task. */
final class FileReading {
    private static final int BUFFER = 64 * 1024;

    /** No real tree is that deep, and each level holds a descriptor. */
    private static final int DEPTH_MAX = 256;

    /** The kernel gives what is in its own files without saying how long it is; those are short. */
    private static final int UNTOLD_MAX = 4 << 20;

    private static final int FORMAT = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;

    private final long pid;
    private final Person person;
    private final TarWriter tar;
    private final PartOutput out;
    private final Set<Object> kernelDevices = new HashSet<>();
    private long files;
    private long bytes;

    /** What the kernel says of a file. */
    private record Facts(int mode, TarEntry.Owner owner, long size, long modified, Object device) {
        static Facts of(Path path, LinkOption... options) throws IOException {
            var all = Files.readAttributes(path, "unix:mode,uid,gid,size,lastModifiedTime,dev", options);
            return new Facts(
                    number(all.get("mode")).intValue(),
                    new TarEntry.Owner(
                            number(all.get("uid")).intValue() & 0xFFFFFFFFL,
                            number(all.get("gid")).intValue() & 0xFFFFFFFFL),
                    number(all.get("size")).longValue(),
                    ((FileTime) Objects.requireNonNull(all.get("lastModifiedTime"))).toMillis() / 1000,
                    number(all.get("dev")));
        }

        private static Number number(@Nullable Object attribute) {
            return (Number) Objects.requireNonNull(attribute);
        }
    }

    FileReading(long pid, Person person) {
        this.pid = pid;
        this.person = person;
        this.out = PersonParts.to(person);
        this.tar = new TarWriter(out);
    }

    ReachOutcome read(ReadFilesRequest request) throws InterruptedException {
        try (var seen = SeenFiles.of(pid)) {
            return read(seen, request);
        } catch (InterruptedIOException gone) {
            throw new InterruptedException("the person has gone");
        } catch (IOException failed) {
            return ended(Outcomes.failed(ReachFailure.Kind.FAILED, words(failed)));
        }
    }

    private ReachOutcome read(SeenFiles seen, ReadFilesRequest request) throws IOException, InterruptedException {
        var asked = Asked.of(request.getPath());
        try (var parent = seen.open(asked.parent()).orElse(null)) {
            if (parent == null
                    || !asked.name().isEmpty()
                            && !Files.exists(parent.entry(asked.name()), LinkOption.NOFOLLOW_LINKS)) {
                return Outcomes.failed(ReachFailure.Kind.ABSENT, "the container has nothing at " + request.getPath());
            }
            leaveOutTheKernels(seen);
            boolean link = !asked.name().isEmpty() && Files.isSymbolicLink(parent.entry(asked.name()));
            if (link && !request.getFollow()) {
                if (!person.send(Outcomes.OPENED)) {
                    throw new InterruptedException("the person has gone");
                }
                link(parent.entry(asked.name()), asked.name());
            } else {
                var spot = seen.open(request.getPath())
                        .orElseThrow(() -> new IOException("the link leads to nothing: " + request.getPath()));
                try (spot) {
                    if (!person.send(Outcomes.OPENED)) {
                        throw new InterruptedException("the person has gone");
                    }
                    any(spot, asked.top(), 0);
                }
            }
        }
        tar.finish();
        if (!person.send(Outcomes.END)) {
            throw new InterruptedException("the person has gone");
        }
        return ended(Outcomes.done());
    }

    /**
     * A path as it was asked for.
     *
     * @param name empty when the path can stand for no link: the root, or a directory by a slash at its end
     * @param top what the entries begin with
     */
    private record Asked(String parent, String name, String top) {
        static Asked of(String path) {
            var trimmed = path;
            boolean directory = false;
            while (trimmed.endsWith("/") || trimmed.endsWith("/.")) {
                trimmed = trimmed.substring(0, trimmed.lastIndexOf('/'));
                directory = true;
            }
            int slash = trimmed.lastIndexOf('/');
            var name = trimmed.substring(slash + 1);
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                return new Asked(path.isEmpty() ? "/" : path, "", ".");
            }
            return directory
                    ? new Asked(trimmed, "", name)
                    : new Asked(slash < 0 ? "/" : trimmed.substring(0, slash + 1), name, name);
        }
    }

    private ReachOutcome ended(ReachOutcome outcome) {
        return outcome.toBuilder().setFiles(files).setBytes(bytes).build();
    }

    private static String words(IOException failed) {
        return String.valueOf(failed.getMessage());
    }

    /** What the kernel shows as files is no part of a container's tree, and some of it has no end. */
    private void leaveOutTheKernels(SeenFiles seen) throws IOException {
        for (var mount : new String[] {"/proc", "/sys"}) {
            try (var spot = seen.open(mount).orElse(null)) {
                var root = seen.open("/").orElseThrow();
                try (root) {
                    if (spot != null) {
                        var device = Facts.of(spot.path()).device();
                        if (!device.equals(Facts.of(root.path()).device())) {
                            kernelDevices.add(device);
                        }
                    }
                }
            }
        }
    }

    /** Something that is no link. */
    private void any(Spot spot, String name, int depth) throws IOException, InterruptedException {
        var facts = Facts.of(spot.path());
        switch (facts.mode() & FORMAT) {
            case REGULAR -> file(spot, name, facts);
            case DIRECTORY -> directory(spot, name, facts, depth);
            default -> left(name + " is neither file, directory nor link, and was left out");
        }
    }

    private void directory(Spot spot, String name, Facts facts, int depth) throws IOException, InterruptedException {
        if (depth > 0 && kernelDevices.contains(facts.device())) {
            left(name + " is the kernel's, and was left out");
            return;
        }
        if (depth == DEPTH_MAX) {
            throw new IOException(name + " is more than " + DEPTH_MAX + " directories deep");
        }
        entry(TarEntry.Type.DIRECTORY, name, facts, 0, "");
        try (var entries = Files.newDirectoryStream(spot.path())) {
            for (var path : entries) {
                child(spot, name, path.getFileName().toString(), depth);
            }
        }
    }

    private void child(Spot directory, String name, String child, int depth) throws IOException, InterruptedException {
        var path = name + "/" + child;
        try (var spot = directory.child(child).orElse(null)) {
            if (spot != null) {
                any(spot, path, depth + 1);
            } else if (Files.isSymbolicLink(directory.entry(child))) {
                link(directory.entry(child), path);
            } // or it went meanwhile
        } catch (HostException refused) {
            left(path + " cannot be opened, and was left out");
        }
    }

    private void link(Path path, String name) throws IOException {
        var target = Files.readSymbolicLink(path).toString();
        var facts = Facts.of(path, LinkOption.NOFOLLOW_LINKS);
        entry(TarEntry.Type.SYMBOLIC_LINK, name, facts, 0, target);
    }

    private void file(Spot spot, String name, Facts facts) throws IOException {
        try (var in = Files.newInputStream(spot.path())) {
            long size = facts.size();
            if (size == 0) {
                var untold = in.readNBytes(UNTOLD_MAX);
                entry(TarEntry.Type.FILE, name, facts, untold.length, "");
                tar.write(untold, 0, untold.length);
                bytes += untold.length;
                return;
            }
            entry(TarEntry.Type.FILE, name, facts, size, "");
            var buffer = new byte[BUFFER];
            for (long left = size; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    java.util.Arrays.fill(buffer, (byte) 0); // it became shorter meanwhile
                    read = (int) Math.min(left, buffer.length);
                }
                tar.write(buffer, 0, read);
                left -= read;
                bytes += read;
            }
        }
    }

    private void entry(TarEntry.Type type, String name, Facts facts, long size, String link) throws IOException {
        tar.entry(new TarEntry(type, name, facts.mode() & 07777, facts.owner(), size, facts.modified(), link));
        files++;
    }

    private void left(String words) throws IOException, InterruptedException {
        if (!person.send(ReachDown.newBuilder().setNote(words).build())) {
            throw new InterruptedException("the person has gone");
        }
    }
}
