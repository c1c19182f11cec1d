package dev.banyan.engine.secrets;

import java.nio.charset.StandardCharsets;

/** What a box is for, and where: part of what opens it. Names hold no NUL, so that no two purposes read the same. */
record Purpose(String what, String namespace, String app, String name) {
    static Purpose environment(String namespace, String app, String service) {
        return new Purpose("environment", namespace, app, service);
    }

    /** Of a content as a whole. */
    static Purpose content(String namespace, String app) {
        return new Purpose("content", namespace, app, "");
    }

    /** Of one part of a content, in its place. */
    static Purpose part(String namespace, String app, String content, int part, long size) {
        return new Purpose("part", namespace, app, content + "/" + part + "/" + size);
    }

    /** Of the cluster's own {@code kind}, {@code secrets} or {@code configs}. */
    static Purpose value(String kind, String namespace, String name) {
        return new Purpose(kind, namespace, "", name);
    }

    byte[] bytes() {
        return String.join("\0", "banyan 1", what, namespace, app, name).getBytes(StandardCharsets.UTF_8);
    }
}
