package dev.banyan.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a cluster that was closed has left on the machine, found by names that only its own parts have. */
public final class Leftovers {
    private static final Path CNI_RESULTS = Path.of("/var/lib/cni/results");

    private Leftovers() {}

    /** One line for each thing; empty when all is gone, as it must be. */
    public static List<String> of(Cluster cluster) {
        var all = new ArrayList<>(ofServer(cluster.engineServer()));
        for (var agent = 1; agent <= cluster.agentCount(); agent++) {
            all.addAll(ofServer(cluster.agentServer(agent)));
        }
        return all;
    }

    private static List<String> ofServer(Server server) {
        var all = new ArrayList<String>();
        all.addAll(lines("namespace", server.namespace(), "ip", "netns"));
        all.addAll(lines("mount", server.state().toString(), "findmnt", "--raw", "--noheadings", "--output", "TARGET"));
        all.addAll(lines("process", server.state().toString(), "ps", "-e", "-o", "args"));
        all.addAll(Stream.of(
                        server.state(),
                        Path.of("/sys/fs/cgroup/memory/banyan", server.namespace()),
                        Path.of("/sys/fs/cgroup/banyan", server.namespace()))
                .filter(Files::exists)
                .map(path -> "directory " + path)
                .toList());
        all.addAll(remembered(server.namespace()));
        return all;
    }

    private static List<String> lines(String what, String mark, String... command) {
        return Command.of(command)
                .run()
                .orFail()
                .out()
                .lines()
                .filter(line -> line.contains(mark))
                .map(line -> what + " " + line)
                .toList();
    }

    private static List<String> remembered(String mark) {
        if (!Files.isDirectory(CNI_RESULTS)) {
            return List.of();
        }
        try (var files = Files.list(CNI_RESULTS)) {
            return files.filter(file -> contains(file, mark))
                    .map(file -> "result of CNI " + file)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot look at " + CNI_RESULTS, failure);
        }
    }

    private static boolean contains(Path file, String mark) {
        try {
            return Files.readString(file).contains(mark);
        } catch (IOException gone) {
            return false;
        }
    }
}
