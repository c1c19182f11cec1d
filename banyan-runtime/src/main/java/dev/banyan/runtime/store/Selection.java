package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import java.util.Optional;

/**
 * Which objects a list or watch is about. All conditions must hold.
 *
 * <p><b>Where it is decided.</b> Kind, namespace, name and key range narrow the range that a list asks etcd for, so they cost what they
 * select. Labels are compared where the objects are decoded: by a server for its clients, and in this process for a store on etcd, which
 * knows nothing of labels. A watch on etcd hears the whole prefix, since its heartbeat lies there, and drops other keys before decoding
 * them.
 *
 * @param kind one kind; empty for all
 * @param namespace one namespace of the kind; empty for all
 * @param name one object; empty for all
 * @param keys a stretch of keys; {@link KeyRange#ALL} for all
 * @param labels what they must carry
 * @param detail how much of each object is wanted
 */
public record Selection(
        Optional<String> kind,
        Optional<String> namespace,
        Optional<String> name,
        KeyRange keys,
        LabelSelector labels,
        Detail detail) {
    /** Everything in the store. */
    public static final Selection EVERYTHING =
            new Selection(Optional.empty(), Optional.empty(), Optional.empty(), LabelSelector.EVERYTHING, Detail.FULL);

    /** A selection without a range of keys. */
    public Selection(
            Optional<String> kind,
            Optional<String> namespace,
            Optional<String> name,
            LabelSelector labels,
            Detail detail) {
        this(kind, namespace, name, KeyRange.ALL, labels, detail);
    }

    /** How much of an object is delivered. */
    public enum Detail {
        /** Metadata, spec and status. */
        FULL,
        /** Metadata; spec and status are empty. */
        METADATA
    }

    /** All objects of a kind. */
    public static Selection of(String kind) {
        return new Selection(
                Optional.of(kind), Optional.empty(), Optional.empty(), LabelSelector.EVERYTHING, Detail.FULL);
    }

    /** One object. */
    public static Selection of(ObjectKey key) {
        return new Selection(
                Optional.of(key.kind()),
                Optional.of(key.namespace()),
                Optional.of(key.name()),
                LabelSelector.EVERYTHING,
                Detail.FULL);
    }

    /** Only of this namespace. */
    public Selection in(String onlyNamespace) {
        return new Selection(kind, Optional.of(onlyNamespace), name, keys, labels, detail);
    }

    /** Only what {@code selector} matches; it replaces an earlier one. */
    public Selection labelled(LabelSelector selector) {
        return new Selection(kind, namespace, name, keys, selector, detail);
    }

    /** Only keys of {@code range}; it replaces an earlier range. */
    public Selection within(KeyRange range) {
        return new Selection(kind, namespace, name, range, labels, detail);
    }

    /** With as much of each object. */
    public Selection with(Detail wanted) {
        return new Selection(kind, namespace, name, keys, labels, wanted);
    }

    /** True when the key lies in the selected part of the key space; says nothing of labels. */
    public boolean covers(ObjectKey key) {
        return (kind.isEmpty() || kind.get().equals(key.kind()))
                && (namespace.isEmpty() || namespace.get().equals(key.namespace()))
                && (name.isEmpty() || name.get().equals(key.name()))
                && keys.contains(key);
    }

    /** Whether the object is selected, by key and labels. */
    public boolean matches(StoredObject object) {
        return covers(object.key()) && labels.matches(object.meta().labels());
    }

    /** The object with as much detail as wanted. */
    public StoredObject project(StoredObject object) {
        return detail == Detail.FULL ? object : object.metadataOnly();
    }
}
