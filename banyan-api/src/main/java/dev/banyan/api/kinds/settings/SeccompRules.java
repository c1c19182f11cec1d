package dev.banyan.api.kinds.settings;

import dev.banyan.api.v1.SeccompArgument;
import dev.banyan.api.v1.SeccompCondition;
import dev.banyan.api.v1.SeccompProfile;
import dev.banyan.api.v1.SeccompRule;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a filter of system calls must satisfy, whoever made it. Pure; tells the first problem. */
public final class SeccompRules {
    /** Docker's own profile has some 8 KiB; a task carries it. */
    public static final int BYTES_MAX = 64 * 1024;

    static final Set<String> ACTIONS = Set.of(
            "SCMP_ACT_ALLOW",
            "SCMP_ACT_ERRNO",
            "SCMP_ACT_KILL",
            "SCMP_ACT_KILL_PROCESS",
            "SCMP_ACT_KILL_THREAD",
            "SCMP_ACT_LOG",
            "SCMP_ACT_TRACE",
            "SCMP_ACT_TRAP");
    static final Set<String> OPERATORS = Set.of(
            "SCMP_CMP_EQ",
            "SCMP_CMP_GE",
            "SCMP_CMP_GT",
            "SCMP_CMP_LE",
            "SCMP_CMP_LT",
            "SCMP_CMP_MASKED_EQ",
            "SCMP_CMP_NE");

    private static final int ERRNO_MAX = 4095;
    private static final int ARGUMENTS_MAX = 6;
    private static final Pattern CALL = Pattern.compile("[a-z_][a-z0-9_]{0,63}");
    private static final Pattern ARCHITECTURE = Pattern.compile("SCMP_ARCH_[A-Z0-9_]{1,32}");
    private static final Pattern MACHINE = Pattern.compile("[a-z0-9_]{1,16}");
    private static final Pattern CAPABILITY = Pattern.compile("CAP_[A-Z_]{1,32}");
    private static final Pattern KERNEL = Pattern.compile("[0-9]{1,4}\\.[0-9]{1,5}");

    private SeccompRules() {}

    /** Why no kernel could take it; empty when one could. */
    public static Optional<String> problem(SeccompProfile profile) {
        return Stream.of(
                        broken(
                                profile.getSerializedSize() > BYTES_MAX,
                                "the profile is larger than " + BYTES_MAX / 1024 + " KiB"),
                        action(profile.getDefaultAction(), "defaultAction"),
                        errno(profile.hasDefaultErrno(), profile.getDefaultErrno()),
                        broken(
                                profile.getArchitecturesCount() > 0 && profile.getArchMapCount() > 0,
                                "the profile has both architectures and archMap"),
                        architectures(Stream.concat(
                                profile.getArchitecturesList().stream(),
                                profile.getArchMapList().stream()
                                        .flatMap(entry -> Stream.concat(
                                                Stream.of(entry.getArchitecture()),
                                                entry.getSubArchitecturesList().stream())))),
                        profile.getRulesList().stream()
                                .flatMap(rule -> rule(rule).stream())
                                .findFirst())
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> rule(SeccompRule rule) {
        return Stream.of(
                        broken(rule.getNamesCount() == 0, "a rule of the profile names no system call"),
                        named(rule.getNamesList().stream(), CALL, "is no system call"),
                        action(rule.getAction(), "action"),
                        errno(rule.hasErrno(), rule.getErrno()),
                        broken(
                                rule.getArgumentsCount() > ARGUMENTS_MAX,
                                "a rule of the profile has more than " + ARGUMENTS_MAX + " args"),
                        rule.getArgumentsList().stream()
                                .flatMap(argument -> argument(argument).stream())
                                .findFirst(),
                        condition(rule.getIncludes()),
                        condition(rule.getExcludes()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> argument(SeccompArgument argument) {
        return broken(
                        Integer.compareUnsigned(argument.getIndex(), ARGUMENTS_MAX) >= 0,
                        "the index of an argument is from 0 to " + (ARGUMENTS_MAX - 1))
                .or(() -> broken(
                        !OPERATORS.contains(argument.getOperator()),
                        "\"" + argument.getOperator() + "\" is no op; known are "
                                + OPERATORS.stream().sorted().toList()));
    }

    private static Optional<String> condition(SeccompCondition condition) {
        var kernel = condition.getKernelMin();
        return named(condition.getArchitecturesList().stream(), MACHINE, "is no architecture such as amd64")
                .or(() -> named(
                        condition.getCapabilitiesList().stream(), CAPABILITY, "is no capability such as CAP_SYS_ADMIN"))
                .or(() -> broken(
                        !kernel.isEmpty() && !KERNEL.matcher(kernel).matches(),
                        "\"" + kernel + "\" is no version of a kernel such as 4.8"));
    }

    private static Optional<String> action(String action, String where) {
        return broken(
                        action.equals("SCMP_ACT_NOTIFY"),
                        "SCMP_ACT_NOTIFY needs a program that listens, which agents have not")
                .or(() -> broken(action.isEmpty(), "the profile has no " + where))
                .or(() -> broken(
                        !ACTIONS.contains(action),
                        "\"" + action + "\" is no action; known are "
                                + ACTIONS.stream().sorted().toList()));
    }

    private static Optional<String> errno(boolean present, int errno) {
        return broken(
                present && Integer.compareUnsigned(errno, ERRNO_MAX) > 0,
                "an errno of the profile is above " + ERRNO_MAX);
    }

    private static Optional<String> architectures(Stream<String> names) {
        return named(names, ARCHITECTURE, "is no architecture such as SCMP_ARCH_X86_64");
    }

    private static Optional<String> named(Stream<String> names, Pattern form, String problem) {
        return names.filter(name -> !form.matcher(name).matches())
                .findFirst()
                .map(name -> "\"" + name + "\" " + problem);
    }

    private static Optional<String> broken(boolean holds, String problem) {
        return holds ? Optional.of(problem) : Optional.empty();
    }
}
