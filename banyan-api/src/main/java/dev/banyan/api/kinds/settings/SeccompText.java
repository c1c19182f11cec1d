package dev.banyan.api.kinds.settings;

import dev.banyan.api.v1.SeccompArchitecture;
import dev.banyan.api.v1.SeccompArgument;
import dev.banyan.api.v1.SeccompCondition;
import dev.banyan.api.v1.SeccompProfile;
import dev.banyan.api.v1.SeccompRule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Filters of system calls as Docker writes them: JSON in one line. Of filters that satisfy {@link SeccompRules}. Pure. */
public final class SeccompText {
    private SeccompText() {}

    /** The profile, such as {@code {"defaultAction":"SCMP_ACT_ERRNO",...}}. */
    public static String of(SeccompProfile profile) {
        var members = new ArrayList<String>();
        members.add(member("defaultAction", quoted(profile.getDefaultAction())));
        if (profile.hasDefaultErrno()) {
            members.add(member("defaultErrnoRet", Integer.toUnsignedString(profile.getDefaultErrno())));
        }
        texts("architectures", profile.getArchitecturesList(), members);
        objects("archMap", profile.getArchMapList(), SeccompText::architecture, members);
        objects("syscalls", profile.getRulesList(), SeccompText::rule, members);
        return object(members);
    }

    private static String architecture(SeccompArchitecture architecture) {
        var members = new ArrayList<String>();
        members.add(member("architecture", quoted(architecture.getArchitecture())));
        texts("subArchitectures", architecture.getSubArchitecturesList(), members);
        return object(members);
    }

    private static String rule(SeccompRule rule) {
        var members = new ArrayList<String>();
        texts("names", rule.getNamesList(), members);
        members.add(member("action", quoted(rule.getAction())));
        if (rule.hasErrno()) {
            members.add(member("errnoRet", Integer.toUnsignedString(rule.getErrno())));
        }
        objects("args", rule.getArgumentsList(), SeccompText::argument, members);
        if (rule.hasIncludes()) {
            members.add(member("includes", condition(rule.getIncludes())));
        }
        if (rule.hasExcludes()) {
            members.add(member("excludes", condition(rule.getExcludes())));
        }
        return object(members);
    }

    private static String argument(SeccompArgument argument) {
        return object(List.of(
                member("index", Integer.toString(argument.getIndex())),
                member("value", Long.toUnsignedString(argument.getValue())),
                member("valueTwo", Long.toUnsignedString(argument.getValueTwo())),
                member("op", quoted(argument.getOperator()))));
    }

    private static String condition(SeccompCondition condition) {
        var members = new ArrayList<String>();
        texts("arches", condition.getArchitecturesList(), members);
        texts("caps", condition.getCapabilitiesList(), members);
        if (!condition.getKernelMin().isEmpty()) {
            members.add(member("minKernel", quoted(condition.getKernelMin())));
        }
        return object(members);
    }

    private static void texts(String key, List<String> texts, List<String> into) {
        objects(key, texts, SeccompText::quoted, into);
    }

    private static <T> void objects(String key, List<T> items, Function<T, String> text, List<String> into) {
        if (!items.isEmpty()) {
            into.add(member(key, items.stream().map(text).collect(Collectors.joining(",", "[", "]"))));
        }
    }

    private static String object(List<String> members) {
        return members.stream().collect(Collectors.joining(",", "{", "}"));
    }

    private static String member(String key, String value) {
        return quoted(key) + ":" + value;
    }

    /** No word of a profile has anything that must be escaped. */
    private static String quoted(String word) {
        return '"' + word + '"';
    }
}
