package dev.banyan.api.compose.schema;

import static dev.banyan.api.compose.schema.Shape.fields;
import static dev.banyan.api.compose.schema.Shape.list;
import static dev.banyan.api.compose.schema.Shape.listOrOne;
import static dev.banyan.api.compose.schema.Shape.named;

import dev.banyan.api.compose.schema.Shape.Bare;
import dev.banyan.api.compose.schema.Shape.Fields;
import dev.banyan.api.compose.schema.Shape.Hosts;
import dev.banyan.api.compose.schema.Shape.Located;
import dev.banyan.api.compose.schema.Shape.One;
import dev.banyan.api.compose.schema.Shape.Pairs;
import dev.banyan.api.compose.schema.Shape.Words;

/** How an image is built, and what is watched while somebody develops it. */
final class BuildKeys {
    private static final One TEXT = new One(Forms.TEXT);
    private static final One FLAG = new One(Forms.FLAG);
    private static final One FLAG_OR_TEXT = new One(Forms.flagOr(Forms.TEXT));

    /** A command that is run at some moment. */
    static final Fields HOOK = fields(
            "command", new Words(false),
            "environment", new Pairs(Bare.INHERITED),
            "privileged", FLAG,
            "user", TEXT,
            "working_dir", TEXT);

    static final Fields ULIMIT = fields(
                    "hard", new One(Forms.whole(-1, Long.MAX_VALUE)), "soft", new One(Forms.whole(-1, Long.MAX_VALUE)))
            .orShort(ShortForms::limit);

    static final Fields BUILD = fields(
                    "additional_contexts",
                    new Pairs(Bare.WRONG),
                    "args",
                    new Pairs(Bare.INHERITED),
                    "cache_from",
                    list(TEXT, Uniqueness.WHOLE),
                    "cache_to",
                    list(TEXT, Uniqueness.WHOLE),
                    "context",
                    new Located(true),
                    "dockerfile",
                    TEXT,
                    "dockerfile_inline",
                    TEXT,
                    "entitlements",
                    list(TEXT, Uniqueness.WHOLE),
                    "extra_hosts",
                    new Hosts(),
                    "isolation",
                    TEXT,
                    "labels",
                    new Pairs(Bare.EMPTY),
                    "network",
                    TEXT,
                    "no_cache_filter",
                    listOrOne(TEXT, Uniqueness.WHOLE),
                    "no_cache",
                    FLAG,
                    "platforms",
                    list(new One(Forms.PLATFORM), Uniqueness.WHOLE),
                    "privileged",
                    FLAG,
                    "provenance",
                    FLAG_OR_TEXT,
                    "pull",
                    FLAG,
                    "sbom",
                    FLAG_OR_TEXT,
                    "secrets",
                    secrets(),
                    "shm_size",
                    new One(Forms.BYTES),
                    "ssh",
                    new Pairs(Bare.EMPTY),
                    "tags",
                    list(TEXT, Uniqueness.WHOLE),
                    "target",
                    TEXT,
                    "ulimits",
                    named(ULIMIT))
            .orShort(ShortForms.key("context"));

    static final Fields DEVELOP = fields("watch", list(watch()));

    private BuildKeys() {}

    private static Shape secrets() {
        var secret = fields("source", TEXT, "target", TEXT, "uid", TEXT, "gid", TEXT, "mode", new One(Forms.MODE));
        return list(secret.orShort(ShortForms.key("source")).needs("source"), Uniqueness.SECRET);
    }

    private static Fields watch() {
        return fields(
                        "action",
                        new One(Forms.word("action", "rebuild", "sync", "restart", "sync+restart", "sync+exec")),
                        "exec",
                        HOOK.needs("command"),
                        "ignore",
                        listOrOne(TEXT, Uniqueness.WHOLE),
                        "include",
                        listOrOne(TEXT, Uniqueness.WHOLE),
                        "initial_sync",
                        FLAG,
                        "path",
                        new Located(false),
                        "target",
                        TEXT)
                .needs("action", "path");
    }
}
