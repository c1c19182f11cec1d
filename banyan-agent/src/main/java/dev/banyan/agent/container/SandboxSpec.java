package dev.banyan.agent.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a sandbox shall be. Names are unique by (name, uid, attempt).
 *
 * @param name the task's name
 * @param uid the task's uid
 * @param attempt from 0
 * @param hostname of its containers; 1 to 63 characters
 * @param logDirectory absolute; made when missing; its containers' logs are below
 * @param cgroupParent absolute path in the cgroup hierarchies, such as {@code /banyan/<agent>}
 * @param labels the cluster's label is added by the runtime
 * @param environments whether its containers may have environments of their own, which cost each of them some milliseconds
 */
public record SandboxSpec(
        String name,
        String uid,
        int attempt,
        String hostname,
        Path logDirectory,
        String cgroupParent,
        Dns dns,
        Map<String, String> labels,
        Map<String, String> annotations,
        Isolation isolation,
        boolean environments) {
    private static final int LONGEST_HOSTNAME = 63;

    public SandboxSpec {
        Objects.requireNonNull(dns, "dns");
        Objects.requireNonNull(isolation, "isolation");
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        if (attempt < 0) {
            throw new IllegalArgumentException("attempt below 0: " + attempt);
        }
        if (hostname.isEmpty() || hostname.length() > LONGEST_HOSTNAME) {
            throw new IllegalArgumentException("hostname of 1 to 63 characters wanted: " + hostname);
        }
        if (!logDirectory.isAbsolute() || !cgroupParent.startsWith("/")) {
            throw new IllegalArgumentException("absolute paths wanted: " + logDirectory + ", " + cgroupParent);
        }
    }

    /** A sandbox that shares nothing with the server, for containers with environments. */
    public SandboxSpec(
            String name,
            String uid,
            int attempt,
            String hostname,
            Path logDirectory,
            String cgroupParent,
            Dns dns,
            Map<String, String> labels,
            Map<String, String> annotations) {
        this(name, uid, attempt, hostname, logDirectory, cgroupParent, dns, labels, annotations, Isolation.USUAL, true);
    }

    /** The same sandbox parted so from the server. */
    public SandboxSpec withIsolation(Isolation wanted) {
        return new SandboxSpec(
                name,
                uid,
                attempt,
                hostname,
                logDirectory,
                cgroupParent,
                dns,
                labels,
                annotations,
                wanted,
                environments);
    }

    /** The same sandbox for containers that have no environment besides their image's. */
    public SandboxSpec withoutEnvironments() {
        return new SandboxSpec(
                name, uid, attempt, hostname, logDirectory, cgroupParent, dns, labels, annotations, isolation, false);
    }

    /** The same sandbox under another attempt. */
    public SandboxSpec withAttempt(int another) {
        return new SandboxSpec(
                name,
                uid,
                another,
                hostname,
                logDirectory,
                cgroupParent,
                dns,
                labels,
                annotations,
                isolation,
                environments);
    }

    /** What the sandbox's resolv.conf says. Without servers its containers get the server's own file. */
    public record Dns(List<String> servers, List<String> searches, List<String> options) {
        public static final Dns OF_THE_SERVER = new Dns(List.of(), List.of(), List.of());

        public Dns {
            servers = List.copyOf(servers);
            searches = List.copyOf(searches);
            options = List.copyOf(options);
        }
    }
}
