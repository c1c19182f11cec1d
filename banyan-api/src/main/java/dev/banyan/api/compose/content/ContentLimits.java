package dev.banyan.api.compose.content;

import dev.banyan.api.v1.ContentMount;

/** How large contents may be, which loading and admission hold alike. */
public final class ContentLimits {
    /** As in Swarm, so that files move without surprise. */
    public static final int SECRET_MAX = 500 * 1024;

    /** Twice Swarm's: a config is a file that somebody wrote. */
    public static final int CONFIG_MAX = 1024 * 1024;

    /** Larger data belong into an image or a volume; each task has a copy in its agent's memory. */
    public static final int PROJECT_MAX = 8 * 1024 * 1024;

    /** Of all contents of an app together. */
    public static final int APP_MAX = 32 * 1024 * 1024;

    /** Mounts of one service. */
    public static final int MOUNTS_MAX = 64;

    /** Files, directories and links in one directory of a project. */
    public static final int ENTRIES_MAX = 4_096;

    private ContentLimits() {}

    /** Most bytes of a content that is mounted so. */
    public static int of(ContentMount.Kind kind) {
        return switch (kind) {
            case SECRET -> SECRET_MAX;
            case CONFIG -> CONFIG_MAX;
            case FILE, TREE, KIND_UNSPECIFIED, UNRECOGNIZED -> PROJECT_MAX;
        };
    }

    /** A number of bytes for people. */
    public static String words(long bytes) {
        return bytes < 10 * 1024 ? bytes + " bytes" : (bytes + 1023) / 1024 + " KiB";
    }
}
