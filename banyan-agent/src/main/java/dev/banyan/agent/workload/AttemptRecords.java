package dev.banyan.agent.workload;

import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempt records on disk, one file a task. A record is on disk before the attempt it speaks of begins. For one caller a task at a
 * time.
 */
final class AttemptRecords {
    private static final Logger LOG = LoggerFactory.getLogger(AttemptRecords.class);
    private static final int FIELDS = 9;

    /** In place of an end that has not come. */
    private static final String RUNS = "-";

    private final Path directory;

    AttemptRecords(Path directory) {
        this.directory = directory;
    }

    /** The record of a task; empty when there is none, or none that can be read: then the containers themselves tell the attempt. */
    Optional<AttemptRecord> load(String taskUid) {
        return switch (file(taskUid).read()) {
            case CheckedFile.Contents.Intact intact -> parse(intact.text());
            case CheckedFile.Contents.Absent absent -> Optional.empty();
            case CheckedFile.Contents.Damaged damaged -> {
                LOG.atWarn().addKeyValue("reason", damaged.reason()).log("attempt record is damaged");
                yield Optional.empty();
            }
        };
    }

    void save(AttemptRecord record) {
        file(record.taskUid())
                .write(String.join(
                                "\n",
                                record.taskUid(),
                                Long.toString(record.token()),
                                Integer.toString(record.attempt()),
                                Integer.toString(record.endsInARow()),
                                Integer.toString(record.agentFailures()),
                                Long.toString(record.firstAgentFailureMs()),
                                Long.toString(record.nextStartMs()),
                                record.bootId(),
                                record.finish().map(AttemptRecords::text).orElse(RUNS))
                        + "\n");
    }

    void delete(String taskUid) {
        file(taskUid).delete();
    }

    /** Uids of the tasks that have a record, damaged ones too. */
    Set<String> uids() {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    // What a crash left half written is no record; the next save replaces it.
                    .filter(name -> !name.endsWith(".new"))
                    .collect(Collectors.toSet());
        } catch (NoSuchFileException none) {
            return Set.of();
        } catch (IOException unreadable) {
            throw new HostException("could not list " + directory, unreadable);
        }
    }

    private CheckedFile file(String taskUid) {
        return new CheckedFile(directory.resolve(taskUid));
    }

    private static Optional<AttemptRecord> parse(String text) {
        var lines = text.lines().toList();
        if (lines.size() != FIELDS) {
            return Optional.empty();
        }
        return Optional.of(new AttemptRecord(
                lines.get(0),
                Long.parseLong(lines.get(1)),
                Integer.parseInt(lines.get(2)),
                Integer.parseInt(lines.get(3)),
                Integer.parseInt(lines.get(4)),
                Long.parseLong(lines.get(5)),
                Long.parseLong(lines.get(6)),
                lines.get(7),
                lines.get(8).equals(RUNS) ? Optional.empty() : Optional.of(finish(lines.get(8)))));
    }

    private static String text(Step.Finish finish) {
        return finish.outcome() + " " + finish.exitCode() + " " + finish.reason();
    }

    private static Step.Finish finish(String text) {
        var words = text.split(" ", 3);
        return new Step.Finish(Step.Outcome.valueOf(words[0]), Integer.parseInt(words[1]), words[2]);
    }
}
