package dev.banyan.agent.reach;

import dev.banyan.agent.host.process.SeenFiles;
import dev.banyan.agent.session.ReachSource.Person;
import dev.banyan.api.archive.CopyPlan;
import dev.banyan.api.archive.TarReader;
import dev.banyan.api.archive.Unpacking;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.WriteFilesRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;

/** Files of a person for a container, from a tar stream. One task. */
final class FileWriting {
    /** More would hide the rest of what is told. */
    private static final int NOTES_MAX = 20;

    private final long pid;
    private final Person person;
    private final List<String> notes = new ArrayList<>();

    FileWriting(long pid, Person person) {
        this.pid = pid;
        this.person = person;
    }

    ReachOutcome write(WriteFilesRequest request) throws InterruptedException {
        try (var seen = SeenFiles.of(pid)) {
            var place = new ContainerPlace(seen, request.getOwners());
            var there = place.there(request.getPath());
            if (request.getTop().isEmpty() && there != CopyPlan.There.DIRECTORY) {
                return Outcomes.failed(
                        ReachFailure.Kind.ABSENT,
                        "the container has no directory " + request.getPath() + " to unpack the stream into");
            }
            return switch (plan(request, there)) {
                case CopyPlan.Refused(var why) ->
                    Outcomes.failed(ReachFailure.Kind.INVALID, "in the container, " + why);
                case CopyPlan.To(var path) -> unpacked(place, request, path);
            };
        }
    }

    private static CopyPlan plan(WriteFilesRequest request, CopyPlan.There there) {
        var source = new CopyPlan.Source(
                request.getTop(),
                request.getTopIsDirectory(),
                request.getContents() || request.getTop().isEmpty());
        return CopyPlan.of(source, request.getPath(), there);
    }

    private ReachOutcome unpacked(ContainerPlace place, WriteFilesRequest request, String path)
            throws InterruptedException {
        if (!person.send(Outcomes.OPENED)) {
            throw new InterruptedException("the person has gone");
        }
        var unpacking = new Unpacking(place, request.getTop(), path, this::note);
        var outcome = Outcomes.done();
        try {
            var input = PersonParts.from(person);
            unpacking.all(new TarReader(input));
            // What comes after the end of the archive is filling.
            var ignored = input.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (InterruptedIOException gone) {
            throw new InterruptedException("the person has gone");
        } catch (IOException failed) {
            outcome = Outcomes.failed(ReachFailure.Kind.FAILED, "could not write " + failed.getMessage());
        }
        for (var note : notes) {
            if (!person.send(ReachDown.newBuilder().setNote(note).build())) {
                break;
            }
        }
        return outcome.toBuilder()
                .setFiles(unpacking.files())
                .setBytes(unpacking.bytes())
                .build();
    }

    private void note(String words) {
        if (notes.size() < NOTES_MAX) {
            notes.add(words);
        }
    }
}
