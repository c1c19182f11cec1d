package dev.banyan.agent.container;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a container shall be. Made by {@link #of}, then refined by the {@code with} methods.
 *
 * @param name unique with {@code attempt} in its sandbox
 * @param attempt from 0
 * @param logPath relative to the sandbox's log directory; empty when its output is not kept
 * @param labels the cluster's label is added by the runtime
 */
public record ContainerSpec(
        String name,
        int attempt,
        ImageReference image,
        String logPath,
        Process process,
        Limits limits,
        Confinement confinement,
        List<Mount> mounts,
        Map<String, String> labels,
        Map<String, String> annotations,
        Tuning tuning) {
    public ContainerSpec {
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(confinement, "confinement");
        Objects.requireNonNull(tuning, "tuning");
        mounts = List.copyOf(mounts);
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        if (attempt < 0) {
            throw new IllegalArgumentException("attempt below 0: " + attempt);
        }
        if (logPath.startsWith("/") || logPath.contains("..")) {
            throw new IllegalArgumentException("path below the log directory wanted: " + logPath);
        }
    }

    /** The image's own command, unlimited, with the default confinement. */
    public static ContainerSpec of(String name, int attempt, ImageReference image, String logPath) {
        return new ContainerSpec(
                name,
                attempt,
                image,
                logPath,
                Process.OF_THE_IMAGE,
                Limits.NONE,
                Confinement.DEFAULT,
                List.of(),
                Map.of(),
                Map.of(),
                Tuning.USUAL);
    }

    public ContainerSpec withTuning(Tuning wanted) {
        return new ContainerSpec(
                name, attempt, image, logPath, process, limits, confinement, mounts, labels, annotations, wanted);
    }

    public ContainerSpec withProcess(Process wanted) {
        return new ContainerSpec(
                name, attempt, image, logPath, wanted, limits, confinement, mounts, labels, annotations, tuning);
    }

    public ContainerSpec withLimits(Limits wanted) {
        return new ContainerSpec(
                name, attempt, image, logPath, process, wanted, confinement, mounts, labels, annotations, tuning);
    }

    public ContainerSpec withConfinement(Confinement wanted) {
        return new ContainerSpec(
                name, attempt, image, logPath, process, limits, wanted, mounts, labels, annotations, tuning);
    }

    public ContainerSpec withMounts(List<Mount> wanted) {
        return new ContainerSpec(
                name, attempt, image, logPath, process, limits, confinement, wanted, labels, annotations, tuning);
    }

    public ContainerSpec withLabels(Map<String, String> wanted) {
        return new ContainerSpec(
                name, attempt, image, logPath, process, limits, confinement, mounts, wanted, annotations, tuning);
    }

    public ContainerSpec withAnnotations(Map<String, String> wanted) {
        return new ContainerSpec(
                name, attempt, image, logPath, process, limits, confinement, mounts, labels, wanted, tuning);
    }

    /**
     * What runs. An absent part is the image's; a present entrypoint also silences the image's command, as Docker has it.
     *
     * @param environment added to the image's; never on a disk
     * @param user name or uid, or either with {@code :} and a group or gid
     */
    public record Process(
            Optional<List<String>> entrypoint,
            Optional<List<String>> command,
            Map<String, String> environment,
            Optional<String> workingDirectory,
            Optional<String> user) {
        public static final Process OF_THE_IMAGE =
                new Process(Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), Optional.empty());

        public Process {
            entrypoint = entrypoint.map(List::copyOf);
            command = command.map(List::copyOf);
            environment = Map.copyOf(environment);
        }

        /** This command instead of the image's entrypoint and command. */
        public static Process running(String... command) {
            return new Process(
                    Optional.of(List.of()),
                    Optional.of(List.of(command)),
                    Map.of(),
                    Optional.empty(),
                    Optional.empty());
        }

        /** Program and arguments after the image had its say; empty when neither names any. */
        public List<String> commandLine(ImageConfig image) {
            var first = entrypoint.orElse(image.entrypoint());
            var rest = command.orElse(entrypoint.isPresent() ? List.of() : image.command());
            return Stream.concat(first.stream(), rest.stream()).toList();
        }
    }

    /**
     * What it may use.
     *
     * @param cpuMilli thousandths of a core; 0 is without limit
     * @param memoryBytes 0 is without limit
     * @param pids processes and threads; 0 is without limit
     * @param rlimits raised no higher than the server's own hard limits
     */
    public record Limits(long cpuMilli, long memoryBytes, long pids, List<Rlimit> rlimits) {
        public static final Limits NONE = new Limits(0, 0, 0, List.of());

        public Limits {
            rlimits = List.copyOf(rlimits);
            if (cpuMilli < 0 || memoryBytes < 0 || pids < 0) {
                throw new IllegalArgumentException(
                        "limits from 0 wanted: cpu " + cpuMilli + ", memory " + memoryBytes + ", pids " + pids);
            }
        }
    }

    /**
     * A limit of one process.
     *
     * @param name as in Compose, such as {@code nofile}
     * @param soft from 0
     * @param hard at least {@code soft}
     */
    public record Rlimit(String name, long soft, long hard) {
        public Rlimit {
            if (soft < 0 || hard < soft || !name.matches("[a-z]{2,12}")) {
                throw new IllegalArgumentException("not a limit: " + name + " " + soft + ":" + hard);
            }
        }
    }

    /**
     * What it may do, beside its {@link Tuning}.
     *
     * @param readOnly its root file system cannot be written
     * @param noNewPrivileges set-uid programs gain nothing
     */
    public record Confinement(boolean readOnly, boolean noNewPrivileges) {
        public static final Confinement DEFAULT = new Confinement(false, true);
    }

    /**
     * Something shown in the container at an absolute path.
     *
     * @param source a file or directory of the server, absolute; empty for memory
     * @param options of memory, in mount(8)'s words; of a path {@code bind} for nothing of what is mounted below it, {@code rro} for that to
     *     be read-only too, and nothing for all of it as it is
     */
    public record Mount(String source, String target, boolean readOnly, Sort sort, List<String> options) {
        /** What is shown. */
        public enum Sort {
            /** A path of the server; what either side mounts below it later is not seen by the other. */
            PATH,
            /** A path of the server, with what the server mounts below it later. */
            PATH_FOLLOWED,
            /** Memory that goes with the container. */
            MEMORY
        }

        public Mount {
            options = List.copyOf(options);
        }

        /** A path of the server, as it is. */
        public Mount(String source, String target, boolean readOnly) {
            this(source, target, readOnly, Sort.PATH, List.of());
        }
    }
}
