package dev.banyan.api.compose;

import dev.banyan.api.source.Diagnostic;
import dev.banyan.api.source.Field;
import dev.banyan.api.source.Keys;
import dev.banyan.api.source.Position;
import dev.banyan.api.source.Problems;
import dev.banyan.api.source.SourceText;
import dev.banyan.api.source.YamlReader;
import dev.banyan.api.source.YamlValue;
import dev.banyan.api.source.YamlValue.Mapping;
import dev.banyan.api.source.YamlValue.Scalar;
import dev.banyan.api.source.YamlValue.Sequence;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.ServiceManifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns the text of a Compose file into a manifest. One loader loads one file; for one thread. */
public final class ComposeLoader {
    /** Most services of a file. */
    static final int SERVICES_MAX = 200;

    private static final Keys TOP = Keys.of("name", "services").butNot(KnownKeys.TOP);
    private static final Comparator<PortDecoder.Placed> PORT_ORDER = Comparator.comparing(
            PortDecoder.Placed::port,
            Comparator.comparingInt(PortMapping::getTarget)
                    .thenComparingInt(PortMapping::getPublished)
                    .thenComparing(PortMapping::getProtocol));

    private final SourceText source;
    private final Surroundings around;
    private final Problems problems;
    private final Problems warnings;
    private final List<Diagnostic> otherFiles = new ArrayList<>();
    private final Map<String, Position> positions = new HashMap<>();
    private Map<String, String> variables;

    private ComposeLoader(SourceText source, Surroundings around) {
        this.source = source;
        this.around = around;
        this.problems = Problems.in(source);
        this.warnings = Problems.in(source);
        this.variables = around.environment();
    }

    /** Loads a file; never throws for a text, whatever it holds. */
    public static ComposeOutcome load(SourceText source, Surroundings around) {
        return new ComposeLoader(source, around).load();
    }

    private ComposeOutcome load() {
        readDotEnv();
        var manifest = YamlReader.read(source, problems)
                .map(document -> new Interpolation(variables, problems, warnings).fill(document))
                .map(this::manifest);
        if (manifest.isEmpty() || !problems.none() || !otherFiles.isEmpty()) {
            var reasons = new ArrayList<>(problems.sorted());
            reasons.addAll(otherFiles);
            return new ComposeOutcome.Refused(reasons, warnings.sorted());
        }
        return new ComposeOutcome.Loaded(manifest.get(), new Locations(source, positions), warnings.sorted());
    }

    private void readDotEnv() {
        var text = around.files().read(".env");
        if (text.isEmpty()) {
            return;
        }
        var inFile = Problems.inSecret(new SourceText(".env", text.get()));
        var merged = new HashMap<>(DotEnv.read(text.get(), around.environment(), inFile));
        merged.putAll(around.environment());
        variables = Map.copyOf(merged);
        otherFiles.addAll(inFile.sorted());
    }

    private Manifest manifest(Mapping document) {
        locate("", document);
        var root = Field.root(document, problems);
        var name = Optional.<Field>empty();
        var decoded = new ArrayList<ServiceDecoder.Decoded>();
        for (var field : topFields(root)) {
            if (field.name().equals("name")) {
                name = Optional.of(field);
            } else {
                decoded.addAll(services(field));
            }
        }
        if (document.value("services").isEmpty()) {
            problems.add("", Position.START, "has no \"services\"");
        }
        var checks = new ServiceChecks(decoded);
        checks.run();
        var manifest = Manifest.newBuilder().setName(projectName(name));
        decoded.sort(Comparator.comparing(service -> service.manifest().getName()));
        var awaited = checks.awaited();
        for (var service : decoded) {
            manifest.addServices(
                    finished(service, awaited.contains(service.manifest().getName())));
        }
        return manifest.build();
    }

    private List<Field> topFields(Field root) {
        var fields = new ArrayList<>(root.members());
        for (var field : fields) {
            if (field.name().equals("version")) {
                field.refuseKey("\"version\" has no meaning any more", Optional.of("remove this line"));
            }
        }
        fields.removeIf(field -> field.name().equals("version"));
        return fields.stream().filter(TOP::accepts).toList();
    }

    private List<ServiceDecoder.Decoded> services(Field services) {
        var members = services.members();
        if (members.isEmpty() && (services.isNull() || services.isMapping())) {
            services.refuseKey("names no service", Optional.empty());
        }
        if (members.size() > SERVICES_MAX) {
            services.refuseKey(
                    "has " + members.size() + " services; at most " + SERVICES_MAX + " are possible", Optional.empty());
            return List.of();
        }
        return members.stream().map(this::service).toList();
    }

    private ServiceDecoder.Decoded service(Field service) {
        NameRule.check(service, service.name());
        var environment = new EnvironmentDecoder(around, variables, otherFiles);
        return new ServiceDecoder(environment).decode(service);
    }

    /** Sorts what has no order of its own, and fills in the restart policy. */
    private ServiceManifest finished(ServiceDecoder.Decoded service, boolean awaited) {
        var manifest = service.manifest().toBuilder();
        var ports = service.ports().stream().sorted(PORT_ORDER).toList();
        var path = service.field().path() + ".ports[";
        for (var placed : ports) {
            positions.put(path + manifest.getPortsCount() + "]", placed.position());
            manifest.addPorts(placed.port());
        }
        if (!manifest.hasRestart()) {
            manifest.setRestart(RestartPolicy.newBuilder()
                    .setMode(awaited ? RestartPolicy.Mode.ON_FAILURE : RestartPolicy.Mode.ALWAYS));
        }
        return manifest.build();
    }

    /** The caller's name wins over the file's, that over the directory's. */
    private String projectName(Optional<Field> inFile) {
        var written = inFile.flatMap(Field::text);
        if (around.projectName().isPresent()) {
            var name = around.projectName().get();
            if (!NameRule.valid(name)) {
                problems.add("", Position.START, "the project name \"" + name + "\" " + NameRule.RULE);
            }
            return name;
        }
        if (written.isPresent()) {
            checkWritten(inFile.get(), written.get());
            return written.get();
        }
        var fallback = NameRule.corrected(around.directory());
        if (fallback.isEmpty() && inFile.isEmpty()) {
            problems.add(
                    "", Position.START, "has no name, and its directory's cannot be used", "add a line \"name: ...\"");
        }
        return fallback.orElse("");
    }

    private static void checkWritten(Field field, String name) {
        if (!NameRule.valid(name)) {
            field.refuse(
                    "\"" + name + "\" " + NameRule.RULE,
                    NameRule.corrected(name)
                            .map(better -> "write \"" + better + "\"")
                            .orElse("choose another name"));
        }
    }

    private void locate(String path, YamlValue value) {
        positions.put(path, value.position());
        switch (value) {
            case Scalar scalar -> {}
            case Sequence sequence -> {
                int index = 0;
                for (var item : sequence.items()) {
                    locate(path + "[" + index++ + "]", item);
                }
            }
            case Mapping mapping ->
                mapping.entries().forEach(entry -> {
                    var member = path.isEmpty()
                            ? entry.key().text()
                            : path + "." + entry.key().text();
                    locate(member, entry.value());
                    positions.put(member, entry.key().position());
                });
        }
    }
}
