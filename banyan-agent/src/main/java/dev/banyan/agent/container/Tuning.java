package dev.banyan.agent.container;

import java.util.List;

/**
 * What a container is beyond program, limits and mounts.
 *
 * @param isolation as its sandbox has it
 * @param devices what the devices that it has for itself need
 */
public record Tuning(Manner manner, Shares shares, Powers powers, Isolation isolation, DeviceEdits devices) {
    /** An ordinary container. */
    public static final Tuning USUAL = new Tuning(Manner.USUAL, Shares.USUAL, Powers.USUAL, Isolation.USUAL);

    /** Without devices of its own. */
    public Tuning(Manner manner, Shares shares, Powers powers, Isolation isolation) {
        this(manner, shares, powers, isolation, DeviceEdits.NONE);
    }

    /** The same with what its devices need. */
    public Tuning with(DeviceEdits wanted) {
        return new Tuning(manner, shares, powers, isolation, wanted);
    }

    /**
     * How its process runs.
     *
     * @param groups further groups, by number
     * @param groupNames further groups, as the image knows them
     * @param init a first process reaps orphans and passes on signals
     * @param tty it writes to a terminal
     * @param stdin its standard input stays open
     */
    public record Manner(List<Long> groups, List<String> groupNames, boolean init, boolean tty, boolean stdin) {
        public static final Manner USUAL = new Manner(List.of(), false, false, false);

        public Manner {
            groups = List.copyOf(groups);
            groupNames = List.copyOf(groupNames);
        }

        /** Without groups by name. */
        public Manner(List<Long> groups, boolean init, boolean tty, boolean stdin) {
            this(groups, List.of(), init, tty, stdin);
        }
    }

    /**
     * What it gets while others want it too.
     *
     * @param cpuset cores, such as {@code 0-3,5}; empty is all
     * @param cpuShares weight; 0 follows from its limit
     * @param oomScoreAdj -1000 to 1000; the higher, the sooner the kernel kills it
     * @param shmBytes size of {@code /dev/shm}; 0 is the runtime's
     * @param swapBytes of memory and swap together; 0 is none beside the memory, -1 is as much swap as there is
     * @param disks how it may use the server's disks
     */
    public record Shares(String cpuset, int cpuShares, int oomScoreAdj, long shmBytes, long swapBytes, BlockIo disks) {
        public static final Shares USUAL = new Shares("", 0, 0, 0);

        /** Without swap. */
        public Shares(String cpuset, int cpuShares, int oomScoreAdj, long shmBytes) {
            this(cpuset, cpuShares, oomScoreAdj, shmBytes, 0);
        }

        /** With all that disks give. */
        public Shares(String cpuset, int cpuShares, int oomScoreAdj, long shmBytes, long swapBytes) {
            this(cpuset, cpuShares, oomScoreAdj, shmBytes, swapBytes, BlockIo.USUAL);
        }
    }

    /**
     * How a container may use disks.
     *
     * @param weight 10 to 1000; 0 is as usual
     */
    public record BlockIo(int weight, List<DiskLimit> limits) {
        public static final BlockIo USUAL = new BlockIo(0, List.of());

        public BlockIo {
            limits = List.copyOf(limits);
        }

        /** What a limit of a disk bounds. */
        public enum Bound {
            WEIGHT,
            READ_BYTES,
            WRITE_BYTES,
            READS,
            WRITES
        }

        /**
         * A bound at one disk.
         *
         * @param disk path of a block device of the server
         * @param value a weight, or so many in a second
         */
        public record DiskLimit(Bound bound, String disk, long value) {}
    }

    /**
     * What it may do beyond or short of an ordinary container.
     *
     * @param add capabilities without {@code CAP_}, or {@code ALL}
     * @param drop as {@code add}
     * @param seccompUnconfined no system call is filtered
     * @param apparmorUnconfined no profile holds
     * @param deviceRules such as {@code c 10:229 rwm}
     * @param ownCgroupView it sees its own control group as the topmost
     * @param apparmorProfile loaded on the server; empty is the runtime's own
     * @param seccomp a filter of system calls in the form of Docker's profiles, as JSON; empty is the runtime's own
     */
    public record Powers(
            List<String> add,
            List<String> drop,
            boolean seccompUnconfined,
            boolean apparmorUnconfined,
            List<Device> devices,
            List<String> deviceRules,
            boolean ownCgroupView,
            String apparmorProfile,
            String seccomp) {
        public static final Powers USUAL = new Powers(List.of(), List.of(), false, false, List.of(), List.of(), false);

        public Powers {
            add = List.copyOf(add);
            drop = List.copyOf(drop);
            devices = List.copyOf(devices);
            deviceRules = List.copyOf(deviceRules);
        }

        /** Under no profile of AppArmor of its own. */
        public Powers(
                List<String> add,
                List<String> drop,
                boolean seccompUnconfined,
                boolean apparmorUnconfined,
                List<Device> devices,
                List<String> deviceRules,
                boolean ownCgroupView) {
            this(add, drop, seccompUnconfined, apparmorUnconfined, devices, deviceRules, ownCgroupView, "", "");
        }
    }

    /** A device of the server shown in the container; both paths are absolute, permissions are of {@code rwm}. */
    public record Device(String source, String target, String permissions) {}
}
