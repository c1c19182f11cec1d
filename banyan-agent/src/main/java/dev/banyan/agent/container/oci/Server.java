package dev.banyan.agent.container.oci;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What filters of system calls depend on.
 *
 * @param machine as Java calls it, such as {@code amd64}
 * @param kernel its version, such as {@code 6.1.0-18-amd64}
 */
public record Server(String machine, String kernel) {
    private static final Pattern VERSION = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,5}).*");

    /** Machine by Java's name: Go's, which profiles use, and libseccomp's. */
    private static final Map<String, List<String>> NAMES = Map.of(
            "amd64", List.of("amd64", "SCMP_ARCH_X86_64"),
            "aarch64", List.of("arm64", "SCMP_ARCH_AARCH64"),
            "riscv64", List.of("riscv64", "SCMP_ARCH_RISCV64"),
            "ppc64le", List.of("ppc64le", "SCMP_ARCH_PPC64LE"),
            "s390x", List.of("s390x", "SCMP_ARCH_S390X"));

    /** The one that this program runs on. */
    public static Server ofThisProcess() {
        return new Server(System.getProperty("os.arch", ""), System.getProperty("os.version", ""));
    }

    String architecture() {
        return NAMES.getOrDefault(machine, List.of(machine, "")).getFirst();
    }

    String filterArchitecture() {
        return NAMES.getOrDefault(machine, List.of(machine, "")).getLast();
    }

    /** Whether the kernel is of {@code version}, such as {@code 4.8}, or newer. */
    boolean atLeast(String version) {
        var wanted = VERSION.matcher(version);
        var has = VERSION.matcher(kernel);
        if (!wanted.matches() || !has.matches()) {
            return false;
        }
        int major = Integer.compare(Integer.parseInt(has.group(1)), Integer.parseInt(wanted.group(1)));
        int minor = Integer.compare(Integer.parseInt(has.group(2)), Integer.parseInt(wanted.group(2)));
        return major > 0 || major == 0 && minor >= 0;
    }
}
