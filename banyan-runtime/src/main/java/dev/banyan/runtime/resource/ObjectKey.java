package dev.banyan.runtime.resource;

import java.util.regex.Pattern;

/**
 * The identity of an object while it exists: kind, namespace and name. A deleted and recreated object has the same key and another
 * {@link ObjectMeta#uid()}.
 *
 * @param kind lower-case plural such as {@code tasks}; a leading dot marks kinds of the runtime itself, such as {@code .cluster}; a kind
 *     that a user defined has a group behind it, as in {@code cronjobs.example.com}; at most {@link #KIND_MAX} characters
 * @param namespace an RFC 1123 label, or {@link #CLUSTER_SCOPE} for kinds without namespaces
 * @param name lower-case letters, digits, {@code .}, {@code -} and {@code _}; 1 to 200 characters
 */
public record ObjectKey(String kind, String namespace, String name) implements Comparable<ObjectKey> {
    /** The namespace of kinds that have none. */
    public static final String CLUSTER_SCOPE = "-";

    /** Longest name in characters; with kind and namespace a key stays below 400 bytes. */
    public static final int NAME_MAX = 200;

    /** Longest name of a kind in characters. */
    public static final int KIND_MAX = 100;

    static final Pattern KIND = Pattern.compile("(?=.{1," + KIND_MAX + "}$)(\\.?[a-z][a-z0-9-]{0,61}"
            + "|[a-z][a-z0-9-]{0,61}(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+)");
    private static final Pattern NAMESPACE = Pattern.compile("-|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,198}[a-z0-9])?");

    /**
     * Checks the three parts.
     *
     * @throws IllegalArgumentException naming the part that is malformed
     */
    public ObjectKey {
        require(KIND, kind, "kind");
        require(NAMESPACE, namespace, "namespace");
        require(NAME, name, "name");
    }

    /** A key of a kind without namespaces. */
    public static ObjectKey cluster(String kind, String name) {
        return new ObjectKey(kind, CLUSTER_SCOPE, name);
    }

    /** {@code kind/namespace/name}, the form used in messages and under the store's prefix. */
    public String path() {
        return kind + "/" + namespace + "/" + name;
    }

    @Override
    public int compareTo(ObjectKey other) {
        int byKind = compare(kind, other.kind);
        int byPlace = byKind == 0 ? compare(namespace, other.namespace) : byKind;
        return byPlace == 0 ? name.compareTo(other.name) : byPlace;
    }

    /** Every step in a cache's tree compares keys of one kind, mostly of one namespace: often the very same texts. */
    private static int compare(String left, String right) {
        return left.equals(right) ? 0 : left.compareTo(right);
    }

    /** Names first: keys that meet differ there. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof ObjectKey that
                        && name.equals(that.name)
                        && namespace.equals(that.namespace)
                        && kind.equals(that.kind));
    }

    @Override
    public int hashCode() {
        return (31 * kind.hashCode() + namespace.hashCode()) * 31 + name.hashCode();
    }

    @Override
    public String toString() {
        return path();
    }

    private static void require(Pattern pattern, String value, String part) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException("malformed " + part + " in object key: '" + value + "'");
        }
    }
}
