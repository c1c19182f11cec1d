package dev.banyan.api.compose.settings;

import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.kinds.settings.SeccompRules;
import dev.banyan.api.v1.SeccompArchitecture;
import dev.banyan.api.v1.SeccompArgument;
import dev.banyan.api.v1.SeccompCondition;
import dev.banyan.api.v1.SeccompProfile;
import dev.banyan.api.v1.SeccompRule;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Decodes a filter of system calls in the form of Docker's profiles; complains at the places of its file. */
public final class SeccompDecoder {
    private static final BigInteger LONG_MAX =
            BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

    private static final Set<String> PROFILE =
            Set.of("defaultAction", "defaultErrnoRet", "defaultErrno", "architectures", "archMap", "syscalls");
    private static final Set<String> RULE =
            Set.of("name", "names", "action", "errnoRet", "errno", "args", "comment", "includes", "excludes");

    private final int before;
    private final Spot at;

    private SeccompDecoder(Spot at) {
        this.at = at;
        this.before = at.complaints().count();
    }

    /** The profile; empty when anything of it was refused. {@code at} is where it was asked for. */
    public static Optional<SeccompProfile> decode(Mapping profile, Spot at) {
        var decoder = new SeccompDecoder(at);
        var decoded = decoder.profile(profile);
        if (decoder.sound()) {
            SeccompRules.problem(decoded)
                    .ifPresent(problem -> at.at(profile.place()).refuse(problem));
        }
        return decoder.sound() ? Optional.of(decoded) : Optional.empty();
    }

    private boolean sound() {
        return at.complaints().count() == before;
    }

    private SeccompProfile profile(Mapping profile) {
        known(profile, PROFILE);
        var decoded = SeccompProfile.newBuilder()
                .setDefaultAction(text(profile, "defaultAction"))
                .addAllArchitectures(texts(profile, "architectures"));
        numbered(profile, "defaultErrno", "defaultErrnoRet");
        number(profile, "defaultErrnoRet").map(BigInteger::intValue).ifPresent(decoded::setDefaultErrno);
        mappings(profile, "archMap")
                .map(entry -> SeccompArchitecture.newBuilder()
                        .setArchitecture(text(entry, "architecture"))
                        .addAllSubArchitectures(texts(entry, "subArchitectures")))
                .forEach(decoded::addArchMap);
        mappings(profile, "syscalls").map(this::rule).forEach(decoded::addRules);
        return decoded.build();
    }

    private SeccompRule rule(Mapping rule) {
        known(rule, RULE);
        var decoded = SeccompRule.newBuilder().addAllNames(texts(rule, "names")).setAction(text(rule, "action"));
        // Of older profiles, which had a rule for each call.
        Optional.of(text(rule, "name")).filter(name -> !name.isEmpty()).ifPresent(decoded::addNames);
        numbered(rule, "errno", "errnoRet");
        number(rule, "errnoRet").map(BigInteger::intValue).ifPresent(decoded::setErrno);
        mappings(rule, "args").map(this::argument).forEach(decoded::addArguments);
        condition(rule, "includes").ifPresent(decoded::setIncludes);
        condition(rule, "excludes").ifPresent(decoded::setExcludes);
        return decoded.build();
    }

    private SeccompArgument argument(Mapping argument) {
        known(argument, Set.of("index", "value", "valueTwo", "op"));
        return SeccompArgument.newBuilder()
                .setIndex(number(argument, "index").map(BigInteger::intValue).orElse(0))
                .setValue(number(argument, "value").map(BigInteger::longValue).orElse(0L))
                .setValueTwo(
                        number(argument, "valueTwo").map(BigInteger::longValue).orElse(0L))
                .setOperator(text(argument, "op"))
                .build();
    }

    private Optional<SeccompCondition> condition(Mapping rule, String key) {
        var condition = rule.mapping(key);
        known(condition, Set.of("arches", "caps", "minKernel"));
        var decoded = SeccompCondition.newBuilder()
                .addAllArchitectures(texts(condition, "arches"))
                .addAllCapabilities(texts(condition, "caps"))
                .setKernelMin(text(condition, "minKernel"))
                .build();
        return decoded.equals(SeccompCondition.getDefaultInstance()) ? Optional.empty() : Optional.of(decoded);
    }

    /** What a filter says and nobody reads would be a hole in it. */
    private void known(Mapping mapping, Set<String> keys) {
        for (var member : mapping.members()) {
            boolean empty = member.value() instanceof Scalar scalar && scalar.isNull()
                    || member.value() instanceof Sequence list && list.items().isEmpty();
            if (!keys.contains(member.key()) && !empty) {
                at.at(member.at()).refuse("\"" + member.key() + "\" is no key of a profile that is supported");
            }
        }
    }

    /** The name of an error is for people, beside its number. */
    private void numbered(Mapping mapping, String name, String number) {
        if (mapping.text(name).isPresent() && mapping.text(number).isEmpty()) {
            at.at(mapping.member(name).orElseThrow().at())
                    .refuse("\"" + name + "\" is not looked up", "write its number as \"" + number + "\"");
        }
    }

    private String text(Mapping mapping, String key) {
        mapping.find(key).filter(value -> !(value instanceof Scalar)).ifPresent(value -> at.at(value.place())
                .refuse("\"" + key + "\" must be a text"));
        return mapping.text(key).orElse("");
    }

    private List<String> texts(Mapping mapping, String key) {
        items(mapping, key).filter(item -> !(item instanceof Scalar)).forEach(item -> at.at(item.place())
                .refuse("\"" + key + "\" must be a list of texts"));
        return mapping.texts(key);
    }

    private Stream<Mapping> mappings(Mapping mapping, String key) {
        return items(mapping, key).flatMap(item -> {
            if (item instanceof Mapping found) {
                return Stream.of(found);
            }
            at.at(item.place()).refuse("\"" + key + "\" must be a list of objects");
            return Stream.empty();
        });
    }

    private Stream<Node> items(Mapping mapping, String key) {
        var value = mapping.find(key);
        boolean list = value.isEmpty()
                || value.get() instanceof Sequence
                || value.get() instanceof Scalar scalar && scalar.isNull();
        if (!list) {
            at.at(value.get().place()).refuse("\"" + key + "\" must be a list");
        }
        return mapping.items(key).stream();
    }

    private Optional<BigInteger> number(Mapping mapping, String key) {
        var text = text(mapping, key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        boolean whole = text.matches("[0-9]{1,20}") && new BigInteger(text).compareTo(LONG_MAX) <= 0;
        boolean fits = whole && (key.startsWith("value") || new BigInteger(text).bitLength() < Integer.SIZE);
        if (!fits) {
            at.at(mapping.find(key).orElse(mapping).place()).refuse("\"" + key + "\" must be a number");
        }
        return fits ? Optional.of(new BigInteger(text)) : Optional.empty();
    }
}
