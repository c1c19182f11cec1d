package dev.banyan.cli.reach;

import dev.banyan.api.archive.CopyPlan;
import dev.banyan.api.archive.TarReader;
import dev.banyan.api.archive.TarWriter;
import dev.banyan.api.archive.Unpacking;
import dev.banyan.api.parts.PartInput;
import dev.banyan.api.parts.PartOutput;
import dev.banyan.api.source.Visible;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.ReadFilesRequest;
import dev.banyan.api.v1.WriteFilesRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.cluster.Passage;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies files out of a container, or into one. */
@Command(
        name = "cp",
        description = {
            "Copies files and directories out of a running container, or into one; - is a tar stream.",
            "What is at the destination decides as with docker cp. Nothing is needed in the image."
        },
        footer = {
            "",
            "Examples:",
            "  banyan-cli cp web:/var/log/app.log .",
            "  banyan-cli cp ./conf/. shop/web.1:/etc/app",
            "  banyan-cli cp web:/srv - | tar t"
        })
final class CopyCommand implements Callable<Integer> {
    @Option(
            names = {"-a", "--archive"},
            description = "Owners stay as they are; otherwise everything is root's in a container, and yours here.")
    private boolean owners;

    @Option(
            names = {"-L", "--follow-link"},
            description = "A link that is to be copied stands for what it leads to.")
    private boolean follow;

    @Option(
            names = {"-q", "--quiet"},
            description = "Says nothing of how far it is; only what is left out or fails.")
    private boolean quiet;

    @Option(names = "--index", paramLabel = "SLOT", description = "Which replica, from 0.")
    private @Nullable Integer index;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "PATH, -, or [APP/]SERVICE[.SLOT]:PATH.")
    private String from = "";

    @Parameters(index = "1", paramLabel = "DESTINATION", description = "The same; one of the two is in a container.")
    private String to = "";

    private final Program program;

    CopyCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws InterruptedException {
        var source = CopyPath.parse(from);
        var destination = CopyPath.parse(to);
        if (source.service().isPresent() == destination.service().isPresent()) {
            return failed(ExitCode.USAGE, "one of the two must be in a container, such as web:/srv, and only one");
        }
        try (var cluster = program.access().open()) {
            return source.service().isPresent() ? out(cluster, source, destination) : in(cluster, source, destination);
        } catch (IOException broken) {
            return failed(ExitCode.FAILED, String.valueOf(broken.getMessage()));
        }
    }

    private int failed(ExitCode code, String words) {
        program.console().say("banyan-cli: " + Visible.text(words) + "\n");
        return code.number();
    }

    private ReachRequest.Builder request(ClusterApi cluster, String service) {
        var slot = index == null ? OptionalInt.empty() : OptionalInt.of(index);
        return ReachRequest.newBuilder()
                .setNamespace(Apps.NAMESPACE)
                .setTask(new Target(service, slot).find(cluster.store()).name());
    }

    private int out(ClusterApi cluster, CopyPath source, CopyPath destination)
            throws IOException, InterruptedException {
        var request = request(cluster, source.service().orElseThrow())
                .setRead(ReadFilesRequest.newBuilder().setPath(source.path()).setFollow(follow))
                .build();
        var meter = meter(destination.stream());
        try (var passage = meter.over(cluster.reach(request))) {
            var parts = new PassageParts(passage, meter::say);
            if (destination.stream()) {
                new PartInput(parts).transferTo(new RawOutput());
                return ended(parts.outcome(), Optional.empty());
            }
            return unpacked(meter, parts, source, destination);
        }
    }

    /** @param silent when what is copied goes to a program, which has the screen */
    private CopyMeter meter(boolean silent) {
        return CopyMeter.of(program.console(), program.env().time(), quiet || silent);
    }

    private int unpacked(CopyMeter meter, PassageParts parts, CopyPath source, CopyPath destination)
            throws IOException {
        var input = new PartInput(parts);
        var stream = new TarReader(input);
        var first = stream.next();
        if (first.isEmpty()) {
            return ended(parts.outcome(), Optional.empty());
        }
        var name = first.get().name();
        boolean root = name.equals(".");
        boolean directory = first.get().type() == dev.banyan.api.archive.TarEntry.Type.DIRECTORY;
        var asked = new CopyPlan.Source(name, directory, root || directory && source.contents());
        var there = new LocalPlace(program.directory(), program.directory(), false).there(destination.path());
        return switch (CopyPlan.of(asked, destination.path(), there)) {
            case CopyPlan.Refused(var why) -> failed(ExitCode.FAILED, why);
            case CopyPlan.To(var path) -> {
                var place = new LocalPlace(program.directory(), Path.of(path), owners);
                var unpacking = new Unpacking(place, root ? "" : name, path, meter::say);
                try {
                    unpacking.beginning(first.get(), stream);
                    var ignored = input.transferTo(OutputStream.nullOutputStream());
                } catch (IOException failed) {
                    meter.end();
                    yield failed(
                            ExitCode.FAILED, failed.getMessage() + "; " + copied(unpacking.files(), unpacking.bytes()));
                }
                var outcome = parts.outcome();
                meter.end();
                yield ended(outcome, Optional.of(unpacking));
            }
        };
    }

    private int in(ClusterApi cluster, CopyPath source, CopyPath destination) throws IOException, InterruptedException {
        var path = program.directory().resolve(source.path());
        if (!source.stream() && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return failed(ExitCode.USAGE, "there is nothing at " + source.path());
        }
        boolean through = follow || source.path().endsWith("/") || source.contents();
        boolean directory = !source.stream()
                && (through ? Files.isDirectory(path) : Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
        var top = source.stream() ? "" : name(path);
        var write = WriteFilesRequest.newBuilder()
                .setPath(destination.path())
                .setTop(top)
                .setTopIsDirectory(directory)
                .setContents(directory && source.contents())
                .setOwners(owners);
        var request = request(cluster, destination.service().orElseThrow())
                .setWrite(write)
                .build();
        var meter = meter(false);
        try (var passage = meter.over(cluster.reach(request))) {
            var unread = new AtomicReference<>("");
            var files = new Local(source, path, through);
            var sending = program.env().tasks().spawn("sending", () -> unread.set(send(passage, files, meter)));
            try {
                var outcome = new PassageParts(passage, meter::say).outcome();
                meter.end();
                return ended(outcome, Optional.empty());
            } catch (ApiException broken) {
                meter.end();
                if (unread.get().isEmpty()) {
                    throw broken;
                }
                return failed(ExitCode.FAILED, unread.get());
            } finally {
                sending.cancel();
            }
        }
    }

    /** @param through whether a link at the path stands for what it leads to */
    private record Local(CopyPath source, Path path, boolean through) {}

    /** Why not all could be read here, which breaks the session; empty when all was sent. */
    private String send(Passage passage, Local files, CopyMeter meter) throws InterruptedException {
        var out = new PartOutput(
                part -> passage.send(ReachUp.newBuilder().setData(part).build()));
        try {
            if (files.source().stream()) {
                var ignored = program.input().transferTo(out);
                out.flush();
            } else {
                var tar = new TarWriter(out);
                new LocalFiles(tar, meter::say).write(files.path(), name(files.path()), files.through());
                tar.finish();
            }
        } catch (PartOutput.Over over) {
            return ""; // the other side tells
        } catch (IOException unread) {
            return broken(passage, String.valueOf(unread.getMessage()));
        }
        var ignored = passage.send(ReachUp.newBuilder().setEnd(true).build());
        return "";
    }

    private static String broken(Passage passage, String why) {
        passage.close();
        return why;
    }

    /** What a directory is called by its own name, however it was written. */
    private static String name(Path path) throws IOException {
        var last = path.normalize().getFileName();
        var name = last == null ? path.toRealPath().getFileName() : last;
        return name == null || name.toString().isEmpty() ? "root" : name.toString();
    }

    private int ended(ReachOutcome outcome, Optional<Unpacking> local) {
        long files = local.map(Unpacking::files).orElse(outcome.getFiles());
        long bytes = local.map(Unpacking::bytes).orElse(outcome.getBytes());
        if (outcome.hasFailure()) {
            int code = Ending.say(program.console(), outcome);
            if (files > 0) {
                program.console().say("banyan-cli: " + copied(files, bytes) + "\n");
            }
            return code;
        }
        if (program.console().terminal() && !quiet) {
            program.console().say(copied(files, bytes) + "\n");
        }
        return ExitCode.OK.number();
    }

    private static String copied(long files, long bytes) {
        return "copied " + files + " files, " + bytes + " bytes";
    }

    private final class RawOutput extends OutputStream {
        @Override
        public void write(int one) {
            program.console().raw(new byte[] {(byte) one});
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            program.console().raw(java.util.Arrays.copyOfRange(bytes, offset, offset + length));
        }
    }
}
