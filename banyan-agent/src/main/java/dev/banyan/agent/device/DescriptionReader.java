package dev.banyan.agent.device;

import dev.banyan.agent.device.Description.Edits;
import dev.banyan.agent.device.Description.Hook;
import dev.banyan.agent.device.Description.Mount;
import dev.banyan.agent.device.Description.Node;
import dev.banyan.agent.device.Description.Numbers;
import dev.banyan.api.kinds.settings.DeviceRules;
import dev.banyan.api.source.Field;
import dev.banyan.api.source.Keys;
import dev.banyan.api.source.Problems;
import dev.banyan.api.source.SourceText;
import dev.banyan.api.source.YamlReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads one description, in JSON or YAML: JSON is YAML too. Pure. */
final class DescriptionReader {
    private static final Keys TOP = Keys.of("cdiVersion", "kind", "annotations", "devices", "containerEdits");
    private static final Keys DEVICE = Keys.of("name", "annotations", "containerEdits");
    private static final Keys EDITS = new Keys(
            Set.of("env", "deviceNodes", "mounts", "hooks", "additionalGids"), Set.of("intelRdt", "netDevices"));
    private static final Keys NODE =
            Keys.of("path", "hostPath", "type", "major", "minor", "fileMode", "permissions", "uid", "gid");
    private static final Keys MOUNT = Keys.of("hostPath", "containerPath", "options", "type");
    private static final Keys HOOK = Keys.of("hookName", "path", "args", "env", "timeout");
    private static final Set<String> MOMENTS =
            Set.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop");
    private static final long NUMBER_MAX = 0xFFFF_FFFEL;
    private static final int TIMEOUT_MAX = 3600;

    private final Map<String, Edits> devices = new TreeMap<>();
    private Edits common = Edits.NONE;
    private String kind = "";

    private DescriptionReader() {}

    /** What came of a file. */
    sealed interface Outcome {
        record Read(Description description) implements Outcome {}

        /** It cannot be used; {@code reason} begins with the place. */
        record Refused(String reason) implements Outcome {}
    }

    static Outcome read(String file, int directory, String text) {
        var source = new SourceText(file, text);
        var problems = Problems.in(source);
        var reader = new DescriptionReader();
        YamlReader.read(source, problems).ifPresent(document -> reader.top(Field.root(document, problems)));
        if (problems.none()) {
            return new Outcome.Read(new Description(file, directory, reader.kind, reader.devices, reader.common));
        }
        var first = problems.sorted().getFirst();
        var field = first.field().isEmpty() ? "" : first.field() + ": ";
        return new Outcome.Refused(first.place() + ": " + field + first.message());
    }

    private void top(Field root) {
        for (var field : TOP.of(root)) {
            switch (field.name()) {
                case "kind" -> kind = field.text().orElse("");
                case "devices" -> field.items().forEach(this::device);
                case "containerEdits" -> common = edits(field);
                case "cdiVersion" -> version(field);
                default -> {} // For people.
            }
        }
        if (!DeviceRules.isKind(kind)) {
            root.refuse("its kind \"" + kind + "\" is none: write such as nvidia.com/gpu");
        }
    }

    private static void version(Field field) {
        var version = field.text().orElse("");
        if (!version.matches("(0|1)\\.[0-9]{1,2}\\.[0-9]{1,2}")) {
            field.refuse("\"" + version + "\" is no version that is known");
        }
    }

    private void device(Field field) {
        var name = "";
        var edits = Edits.NONE;
        for (var part : DEVICE.of(field)) {
            switch (part.name()) {
                case "name" -> name = part.text().orElse("");
                case "containerEdits" -> edits = edits(part);
                default -> {} // For people.
            }
        }
        if (!DeviceRules.isName(name)) {
            field.refuse("\"" + name + "\" is no name of a device");
        } else if (devices.put(name, edits) != null) {
            field.refuse("\"" + name + "\" is there twice");
        }
    }

    private static Edits edits(Field field) {
        var environment = new LinkedHashMap<String, String>();
        var nodes = new ArrayList<Node>();
        var mounts = new ArrayList<Mount>();
        var hooks = new ArrayList<Hook>();
        var groups = new ArrayList<Long>();
        for (var part : EDITS.of(field)) {
            switch (part.name()) {
                case "env" -> part.items().forEach(item -> variable(item, environment));
                case "deviceNodes" -> part.items().forEach(item -> node(item).ifPresent(nodes::add));
                case "mounts" -> part.items().forEach(item -> mount(item).ifPresent(mounts::add));
                case "hooks" -> part.items().forEach(item -> hook(item).ifPresent(hooks::add));
                default ->
                    part.items().forEach(item -> item.integer(1, NUMBER_MAX).ifPresent(groups::add));
            }
        }
        return new Edits(environment, nodes, mounts, hooks, groups);
    }

    private static void variable(Field field, Map<String, String> environment) {
        var text = field.text().orElse("");
        int split = text.indexOf('=');
        if (split <= 0) {
            field.refuse("\"" + text + "\" is no NAME=VALUE");
        } else {
            environment.put(text.substring(0, split), text.substring(split + 1));
        }
    }

    private static Optional<Node> node(Field field) {
        var texts = new TreeMap<String, String>();
        var numbers = new TreeMap<String, Long>();
        for (var part : NODE.of(field)) {
            switch (part.name()) {
                case "path", "hostPath", "type", "permissions" ->
                    part.text().ifPresent(text -> texts.put(part.name(), text));
                default -> part.integer(0, NUMBER_MAX).ifPresent(number -> numbers.put(part.name(), number));
            }
        }
        var path = texts.getOrDefault("path", "");
        var source = texts.getOrDefault("hostPath", path);
        var type = texts.getOrDefault("type", "");
        var permissions = texts.getOrDefault("permissions", "rwm");
        if (!absolute(path) || !absolute(source)) {
            field.refuse("has no absolute path");
        } else if (!type.matches("[bcup]?")) {
            field.refuse("\"" + type + "\" is no type of a device");
        } else if (!permissions.matches("[rwm]{1,3}")) {
            field.refuse("has permissions other than r, w and m");
        }
        // Numbers without a type, or a type without numbers, are looked up: both are to be those of one device.
        boolean told = !type.isEmpty() && (type.equals("p") || numbers.containsKey("major"));
        return Optional.of(new Node(
                path,
                source,
                told
                        ? Optional.of(
                                new Numbers(type, numbers.getOrDefault("major", 0L), numbers.getOrDefault("minor", 0L)))
                        : Optional.empty(),
                Optional.ofNullable(numbers.get("fileMode")).map(mode -> (int) (mode & 07777)),
                Optional.ofNullable(numbers.get("uid")),
                Optional.ofNullable(numbers.get("gid")),
                permissions));
    }

    private static Optional<Mount> mount(Field field) {
        var source = "";
        var target = "";
        var type = "";
        var options = List.<String>of();
        for (var part : MOUNT.of(field)) {
            switch (part.name()) {
                case "hostPath" -> source = part.text().orElse("");
                case "containerPath" -> target = part.text().orElse("");
                case "type" -> type = part.text().orElse("");
                default -> options = part.texts();
            }
        }
        if (source.isEmpty() || !absolute(target)) {
            field.refuse("shows nothing at an absolute path");
            return Optional.empty();
        }
        return Optional.of(new Mount(source, target, type.equals("bind") ? "" : type, options));
    }

    private static Optional<Hook> hook(Field field) {
        var when = "";
        var program = "";
        var arguments = List.<String>of();
        var environment = List.<String>of();
        var timeout = Optional.<Integer>empty();
        for (var part : HOOK.of(field)) {
            switch (part.name()) {
                case "hookName" -> when = part.text().orElse("");
                case "path" -> program = part.text().orElse("");
                case "args" -> arguments = part.texts();
                case "env" -> environment = part.texts();
                default -> {
                    var seconds = part.integer(1, TIMEOUT_MAX);
                    timeout = seconds.isPresent() ? Optional.of((int) seconds.getAsLong()) : Optional.empty();
                }
            }
        }
        if (!MOMENTS.contains(when) || !absolute(program)) {
            field.refuse("is no hook: \"" + when + "\" with the program \"" + program + "\"");
            return Optional.empty();
        }
        return Optional.of(new Hook(when, program, arguments, environment, timeout));
    }

    private static boolean absolute(String path) {
        return path.startsWith("/") && path.length() <= 4096 && path.indexOf('\0') < 0;
    }
}
