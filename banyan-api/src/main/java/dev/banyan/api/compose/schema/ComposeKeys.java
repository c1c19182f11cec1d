package dev.banyan.api.compose.schema;

import static dev.banyan.api.compose.schema.Shape.fields;
import static dev.banyan.api.compose.schema.Shape.list;
import static dev.banyan.api.compose.schema.Shape.listOrOne;
import static dev.banyan.api.compose.schema.Shape.named;

import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.schema.Shape.Bare;
import dev.banyan.api.compose.schema.Shape.Fields;
import dev.banyan.api.compose.schema.Shape.Located;
import dev.banyan.api.compose.schema.Shape.One;
import dev.banyan.api.compose.schema.Shape.Pairs;
import java.util.Map;
import java.util.Optional;

/** The table of all keys of a Compose file. */
public final class ComposeKeys {
    /** Banyan's own: what an author accepts to be ignored. All keys that begin like it are Banyan's. */
    public static final String IGNORE = "x-banyan-ignore";

    /** Banyan's own: how long clients of a service keep their replica. */
    public static final String AFFINITY = "x-banyan-affinity";

    /** Banyan's own: the ranges of addresses that a published port is open to. */
    public static final String ALLOW = "x-banyan-allow";

    /** Banyan's own: the apps that an app reaches and is reached by. */
    public static final String PEERS = "x-banyan-peers";

    /** Banyan's own: which services may use which ports of others. */
    public static final String POLICY = "x-banyan-policy";

    private static final Map<String, String> PLACES = Map.of(
            IGNORE, "a service, or the top of the file",
            AFFINITY, "a service",
            ALLOW, "an entry of \"ports\" with \"target\" and \"published\"",
            PEERS, "the top of the file",
            POLICY, "a service, or the top of the file");

    private static final One TEXT = new One(Forms.TEXT);
    private static final One FLAG = new One(Forms.FLAG);
    private static final Pairs OPTIONS = new Pairs(Bare.EMPTY);

    /** One service. */
    public static final Fields SERVICE = ServiceKeys.SERVICE;

    /** One entry of {@code include}. */
    public static final Fields INCLUDE = fields(
                    "env_file", listOrOne(new Located(false), Uniqueness.WHOLE),
                    "path", listOrOne(new Located(false), Uniqueness.WHOLE),
                    "project_directory", new Located(false))
            .orShort(ShortForms.listed("path"))
            .needs("path");

    /** A whole file. */
    public static final Fields DOCUMENT = fields(
            "configs",
            named(config()),
            "include",
            list(INCLUDE),
            "models",
            named(model()),
            "name",
            TEXT,
            "networks",
            named(network()),
            "secrets",
            named(secret()),
            "services",
            named(SERVICE),
            "version",
            TEXT,
            "volumes",
            named(volume()),
            IGNORE,
            listOrOne(TEXT, Uniqueness.WHOLE),
            PEERS,
            listOrOne(TEXT, Uniqueness.WHOLE),
            POLICY,
            list(ServiceKeys.rule(true)));

    private ComposeKeys() {}

    /** Where a key of Banyan's own belongs, for who put it elsewhere. */
    static Optional<String> placeOf(String key) {
        return Optional.ofNullable(PLACES.get(key)).map(place -> "it belongs to " + place);
    }

    /** The name that is given with {@code external} is the resource's name. */
    private static Mapping withName(Mapping resource, Spot spot, Base base) {
        var external = resource.member("external");
        if (external.isEmpty() || !(external.get().value() instanceof Mapping inner)) {
            return resource;
        }
        var name = inner.member("name");
        if (name.isPresent() && resource.member("name").isPresent()) {
            spot.key("name", external.get().at()).refuse("is given twice, once under \"external\"");
        }
        var flag = new Scalar(inner.place(), "true", Kind.BOOLEAN);
        var lifted = resource.with(external.get().with(flag));
        return name.isPresent() ? lifted.with(name.get()) : lifted;
    }

    private static Fields network() {
        var pool = fields("aux_addresses", OPTIONS, "gateway", TEXT, "ip_range", TEXT, "subnet", TEXT);
        var ipam = fields("config", list(pool, Uniqueness.SUBNET), "driver", TEXT, "options", OPTIONS);
        return fields(
                        "attachable", FLAG,
                        "driver", TEXT,
                        "driver_opts", OPTIONS,
                        "enable_ipv4", FLAG,
                        "enable_ipv6", FLAG,
                        "external", new Shape.External(),
                        "internal", FLAG,
                        "ipam", ipam,
                        "labels", new Pairs(Bare.EMPTY),
                        "name", TEXT)
                .with(ComposeKeys::withName);
    }

    private static Fields volume() {
        return fields(
                        "driver", TEXT,
                        "driver_opts", OPTIONS,
                        "external", new Shape.External(),
                        "labels", new Pairs(Bare.EMPTY),
                        "name", TEXT)
                .with(ComposeKeys::withName);
    }

    private static Fields secret() {
        return fields(
                        "driver", TEXT,
                        "driver_opts", OPTIONS,
                        "environment", TEXT,
                        "external", new Shape.External(),
                        "file", new Located(false),
                        "labels", new Pairs(Bare.EMPTY),
                        "name", TEXT,
                        "template_driver", TEXT)
                .with(ComposeKeys::withName);
    }

    private static Fields config() {
        return fields(
                        "content", TEXT,
                        "environment", TEXT,
                        "external", new Shape.External(),
                        "file", new Located(false),
                        "labels", new Pairs(Bare.EMPTY),
                        "name", TEXT,
                        "template_driver", TEXT)
                .with(ComposeKeys::withName);
    }

    private static Fields model() {
        return fields(
                "context_size",
                new One(Forms.whole(0, Integer.MAX_VALUE)),
                "model",
                TEXT,
                "name",
                TEXT,
                "runtime_flags",
                list(TEXT));
    }
}
