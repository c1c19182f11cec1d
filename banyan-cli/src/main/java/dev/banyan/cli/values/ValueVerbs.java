package dev.banyan.cli.values;

import com.google.protobuf.ByteString;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.RemoveValueRequest;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.v1.ValueSpec;
import dev.banyan.api.v1.ValueStatus;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.command.FormatOption;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.context.ContextException;
import dev.banyan.cli.output.Ages;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Table;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is done to secrets or to configs. */
public final class ValueVerbs {
    /** Standard input in the place of a file. */
    public static final String INPUT = "-";

    private static final int VALUE_MAX = 512_000;
    private static final int DIGITS = 12;

    private final Program program;
    private final SetValueRequest.Kind wire;
    private final Kind<ValueSpec, ValueStatus> kind;
    private final ContentMount.Kind mounted;
    private final String word;

    private ValueVerbs(
            Program program,
            SetValueRequest.Kind wire,
            Kind<ValueSpec, ValueStatus> kind,
            ContentMount.Kind mounted,
            String word) {
        this.program = program;
        this.wire = wire;
        this.kind = kind;
        this.mounted = mounted;
        this.word = word;
    }

    public static ValueVerbs ofSecrets(Program program) {
        return new ValueVerbs(program, SetValueRequest.Kind.SECRET, Kinds.SECRETS, ContentMount.Kind.SECRET, "secret");
    }

    public static ValueVerbs ofConfigs(Program program) {
        return new ValueVerbs(program, SetValueRequest.Kind.CONFIG, Kinds.CONFIGS, ContentMount.Kind.CONFIG, "config");
    }

    /** Keeps what {@code source} holds under a name. */
    public int create(String name, String source, boolean replace) {
        var value = read(source);
        try (var cluster = program.access().open()) {
            var answer = cluster.setValue(SetValueRequest.newBuilder()
                    .setNamespace(Apps.NAMESPACE)
                    .setKind(wire)
                    .setName(name)
                    .setValue(value)
                    .setReplace(replace)
                    .build());
            program.console()
                    .say(word + " " + name
                            + (answer.getChanged() ? " is kept, sealed\n" : " has that value already\n"));
            return ExitCode.OK.number();
        }
    }

    /** Lists all, without values. */
    public int list(FormatOption format) {
        try (var cluster = program.access().open()) {
            var users = users(cluster.store());
            var now = program.env().time().now();
            var all = all(cluster.store());
            var rows = all.stream()
                    .map(value -> List.of(
                            value.name(),
                            Long.toString(value.spec().getSize()),
                            digest(value),
                            Ages.since(value.spec().getChangedMs(), now),
                            String.join(",", users.getOrDefault(value.name(), new TreeSet<>()))))
                    .toList();
            var table = new Table(
                    List.of(word.toUpperCase(java.util.Locale.ROOT), "BYTES", "DIGEST", "CHANGED", "USED BY"), rows);
            var items = all.stream().map(value -> item(value, users)).toList();
            format.print(program.console(), table, "banyan." + kind.name() + "/1", items);
            return ExitCode.OK.number();
        }
    }

    /** Forgets one. */
    public int remove(String name) {
        try (var cluster = program.access().open()) {
            var ignored = cluster.removeValue(RemoveValueRequest.newBuilder()
                    .setNamespace(Apps.NAMESPACE)
                    .setKind(wire)
                    .setName(name)
                    .build());
            program.console().say(word + " " + name + " is gone; apps keep what they took of it until their next up\n");
            return ExitCode.OK.number();
        }
    }

    private List<Resource<ValueSpec, ValueStatus>> all(Store store) {
        return store.list(Selection.of(kind.name()).in(Apps.NAMESPACE), ReadAt.LATEST).objects().stream()
                .map(kind::decode)
                .toList();
    }

    /** Names of apps whose wanted release took a value, by the value's name. */
    private Map<String, TreeSet<String>> users(Store store) {
        var users = new TreeMap<String, TreeSet<String>>();
        var deployments = store.list(Selection.of(Kinds.DEPLOYMENTS.name()).in(Apps.NAMESPACE), ReadAt.LATEST);
        for (var object : deployments.objects()) {
            var deployment = Kinds.DEPLOYMENTS.decode(object);
            var release = Kinds.RELEASES.key(
                    Apps.NAMESPACE, deployment.name() + "." + deployment.spec().getRelease());
            store.get(release, ReadAt.LATEST).stream()
                    .flatMap(found -> Kinds.RELEASES.decode(found).spec().getManifest().getServicesList().stream())
                    .flatMap(service -> service.getContentMountsList().stream())
                    .filter(mount -> mount.getKind() == mounted)
                    .forEach(mount -> users.computeIfAbsent(mount.getExternal(), name -> new TreeSet<>())
                            .add(deployment.name()));
        }
        return users;
    }

    private static String digest(Resource<ValueSpec, ValueStatus> value) {
        var digest = value.spec().getDigest();
        return digest.substring(0, Math.min(DIGITS, digest.length()));
    }

    private Map<String, Object> item(Resource<ValueSpec, ValueStatus> value, Map<String, TreeSet<String>> users) {
        var item = new LinkedHashMap<String, Object>();
        item.put("name", value.name());
        item.put("bytes", value.spec().getSize());
        item.put("digest", digest(value));
        item.put("changed_ms", value.spec().getChangedMs());
        item.put("used_by", List.copyOf(users.getOrDefault(value.name(), new TreeSet<>())));
        return item;
    }

    private ByteString read(String source) {
        try (InputStream input = source.equals(INPUT)
                ? program.input()
                : Files.newInputStream(program.directory().resolve(source))) {
            var bytes = input.readNBytes(VALUE_MAX + 1);
            if (bytes.length > VALUE_MAX) {
                throw new ContextException("A " + word + " has at most " + VALUE_MAX + " bytes.\n"
                        + "To go on: put larger data into the image or a named volume.\n");
            }
            return ByteString.copyFrom(bytes);
        } catch (IOException unreadable) {
            throw new ContextException(
                    "The file " + source + " cannot be read.\nTo go on: name a file, or - for standard input.\n");
        }
    }
}
