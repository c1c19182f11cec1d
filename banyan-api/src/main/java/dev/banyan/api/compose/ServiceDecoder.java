package dev.banyan.api.compose;

import dev.banyan.api.source.Field;
import dev.banyan.api.source.Keys;
import dev.banyan.api.source.Suggestions;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.Words;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Decodes one service by itself. */
final class ServiceDecoder {
    private static final Keys KEYS = Keys.of(
                    "image",
                    "command",
                    "entrypoint",
                    "environment",
                    "env_file",
                    "ports",
                    "depends_on",
                    "restart",
                    "healthcheck",
                    "deploy")
            .butNot(KnownKeys.SERVICE);

    private static final Pattern IMAGE = Pattern.compile("([A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?/)?"
            + "[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
            + "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?");

    /** Longest reference of an image in characters. */
    private static final int IMAGE_MAX = 512;

    private static final Map<String, RestartPolicy.Mode> MODES = Map.of(
            "always", RestartPolicy.Mode.ALWAYS,
            "on-failure", RestartPolicy.Mode.ON_FAILURE,
            "unless-stopped", RestartPolicy.Mode.UNLESS_STOPPED,
            "no", RestartPolicy.Mode.NEVER);

    private final EnvironmentDecoder environment;

    ServiceDecoder(EnvironmentDecoder environment) {
        this.environment = environment;
    }

    /**
     * A decoded service; its restart policy is absent when the file gives none.
     *
     * @param field the whole service
     * @param ports in the manifest's order, with their places
     */
    record Decoded(
            Field field,
            ServiceManifest manifest,
            List<PortDecoder.Placed> ports,
            List<DependencyDecoder.Placed> dependencies) {}

    Decoded decode(Field service) {
        var fields = new HashMap<String, Field>();
        KEYS.of(service).forEach(field -> fields.put(field.name(), field));
        var manifest = ServiceManifest.newBuilder().setName(service.name()).setReplicas(1);
        image(service, fields).ifPresent(manifest::setImage);
        field(fields, "entrypoint").flatMap(ServiceDecoder::words).ifPresent(manifest::setEntrypoint);
        field(fields, "command").flatMap(ServiceDecoder::words).ifPresent(manifest::setCommand);
        manifest.putAllEnvironment(environment.decode(field(fields, "env_file"), field(fields, "environment")));
        field(fields, "restart").flatMap(ServiceDecoder::restart).ifPresent(manifest::setRestart);
        field(fields, "healthcheck").flatMap(HealthCheckDecoder::decode).ifPresent(manifest::setHealthcheck);
        field(fields, "deploy").ifPresent(deploy -> DeployDecoder.decode(deploy, manifest));
        var ports = field(fields, "ports").map(PortDecoder::decode).orElse(List.of());
        var dependencies =
                field(fields, "depends_on").map(DependencyDecoder::decode).orElse(List.of());
        dependencies.forEach(placed -> manifest.addDependsOn(placed.dependency()));
        return new Decoded(service, manifest.build(), ports, dependencies);
    }

    private static Optional<Field> field(Map<String, Field> fields, String key) {
        return Optional.ofNullable(fields.get(key));
    }

    private static Optional<String> image(Field service, Map<String, Field> fields) {
        var field = field(fields, "image");
        if (field.isEmpty()) {
            if (service.isNull()
                    || service.isMapping() && service.members().stream().noneMatch(ServiceDecoder::mistypedImage)) {
                service.refuseKey("has no \"image\"", Optional.empty());
            }
            return Optional.empty();
        }
        var image = field.get().text();
        if (image.isPresent()
                && (image.get().length() > IMAGE_MAX
                        || !IMAGE.matcher(image.get()).matches())) {
            var lower = image.get().toLowerCase(Locale.ROOT).strip();
            var example = IMAGE.matcher(lower).matches() ? lower : "registry.example.org/team/name:tag";
            field.get()
                    .refuse("\"" + image.get() + "\" is no reference of an image", "write such as \"" + example + "\"");
            return Optional.empty();
        }
        return image;
    }

    /** Such a key is reported as such; that the image is missing is no second error. */
    private static boolean mistypedImage(Field member) {
        return Suggestions.nearest(member.name(), List.of("image")).isPresent();
    }

    /** A text is split as by a shell; null leaves the image's own words; an empty list or text takes them away. */
    private static Optional<Words> words(Field field) {
        if (field.isNull()) {
            return Optional.empty();
        }
        if (field.isSequence()) {
            return Optional.of(Words.newBuilder().addAllWords(field.texts()).build());
        }
        var text = field.text();
        var words = text.flatMap(ShellWords::split);
        if (text.isPresent() && words.isEmpty()) {
            field.refuse("a quote is not closed", "write a list to avoid quoting");
        }
        return words.map(split -> Words.newBuilder().addAllWords(split).build());
    }

    private static Optional<RestartPolicy> restart(Field field) {
        var text = field.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int colon = text.get().indexOf(':');
        var name = colon < 0 ? text.get() : text.get().substring(0, colon);
        var mode = MODES.get(name);
        if (mode == null) {
            var guess = name.equals("false") ? Optional.of("no") : Suggestions.nearest(name, MODES.keySet());
            field.refuse(
                    "\"" + name + "\" is no restart policy",
                    guess.map(word -> "did you mean \"" + word + "\"?")
                            .orElse(
                                    "write \"always\", \"on-failure\", \"on-failure:3\", \"unless-stopped\" or \"no\""));
            return Optional.empty();
        }
        var policy = RestartPolicy.newBuilder().setMode(mode);
        if (colon >= 0) {
            retries(field, mode, text.get().substring(colon + 1)).ifPresent(policy::setRetriesMax);
        }
        return Optional.of(policy.build());
    }

    private static Optional<Integer> retries(Field field, RestartPolicy.Mode mode, String text) {
        if (mode != RestartPolicy.Mode.ON_FAILURE) {
            field.refuse("only \"on-failure\" takes a number");
            return Optional.empty();
        }
        if (!text.matches("[0-9]{1,6}")) {
            field.refuse("\"" + text + "\" is no number of retries", "write such as \"on-failure:3\"");
            return Optional.empty();
        }
        return Optional.of(Integer.parseInt(text));
    }
}
