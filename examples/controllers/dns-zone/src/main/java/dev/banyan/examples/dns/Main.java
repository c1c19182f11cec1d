package dev.banyan.examples.dns;

import static dev.banyan.examples.dns.Kinds.RECORDS;
import static dev.banyan.examples.dns.Kinds.ZONES;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.ownership.DeletionPolicy;
import dev.banyan.runtime.controller.ownership.GarbageCollector;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.etcd.EtcdConfig;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;

/** The controller, and what people ask of it. */
public final class Main {
    private static final String USAGE = """
            usage: dns-zone run DIRECTORY                 keeps the zone files in DIRECTORY
                   dns-zone zone add ZONE
                   dns-zone record add ZONE NAME TYPE VALUE
                   dns-zone rm ZONE [NAME TYPE]
                   dns-zone list
            The etcd is the one at ETCD, or at http://127.0.0.1:2379.""";

    public static void main(String... words) throws Exception {
        var env = new SystemEnv();
        var etcd = EtcdConfig.of(System.getenv().getOrDefault("ETCD", "http://127.0.0.1:2379")).under("/dns/");
        try (var store = EtcdStore.connect(etcd, env)) {
            obey(List.of(words), store, env);
        } catch (StoreException | IllegalArgumentException | IllegalStateException | NoSuchElementException failed) {
            System.err.println("dns-zone: " + failed.getMessage());
            System.exit(1);
        }
    }

    private static void obey(List<String> words, Store store, SystemEnv env) throws Exception {
        switch (words.isEmpty() ? "" : words.getFirst() + words.size()) {
            case "run2" -> run(Path.of(words.get(1)), store, env);
            case "zone3" -> addZone(words.get(2), store);
            case "record6" -> addRecord(words.subList(2, 6), store);
            case "rm2" -> remove(Kinds.zone(words.get(1)), store);
            case "rm4" -> remove(Kinds.record(words.get(1), words.get(2), Entry.Type.valueOf(words.get(3))), store);
            case "list1" -> list(store);
            default -> System.out.println(USAGE);
        }
    }

    /** The parts that work together; whoever has them starts them. */
    static ControllerManager assemble(Store store, ZoneFiles files, Env env) {
        var zones = Informer.of(ZONES, store, env).build();
        var records = ZoneReconciler.byZone(Informer.of(RECORDS, store, env)).build();
        var reconciler = new ZoneReconciler(zones.lister(), records.lister(), files, env.time());
        var controller = Controller.named("zones", env)
                .watches(zones)
                .owns(records, ZONES)
                .reconciler(store, reconciler)
                .build();
        return ControllerManager.of(
                zones, records, controller, new GarbageCollector(List.of(ZONES, RECORDS), store, env));
    }

    private static void run(Path directory, Store store, SystemEnv env) throws Exception {
        try (var manager = assemble(store, new ZoneFiles(Files.createDirectories(directory)), env)) {
            manager.start();
            env.awaitShutdown(Duration.ofSeconds(30));
        }
    }

    private static void addZone(String name, Store store) {
        var zone = new Zone("ns1." + name + ".", "hostmaster." + name + ".", 300);
        store.commit(Commit.of(Write.create(ZONES, Kinds.zone(name), zone))).orFail();
    }

    /** Adds a value to what the zone says of the name, or says something of it. */
    private static void addRecord(List<String> words, Store store) {
        var zone = ZONES.decode(store.get(Kinds.zone(words.get(0)), ReadAt.LATEST).orElseThrow());
        var wanted = new Entry(words.get(1), Entry.Type.valueOf(words.get(2)), List.of(words.get(3)));
        var key = Kinds.record(zone.name(), wanted.name(), wanted.type());
        var write = store.get(key, ReadAt.LATEST)
                .map(RECORDS::decode)
                .<Write>map(known -> Write.spec(RECORDS, known, known.spec().and(words.get(3))))
                .orElse(new Write.Create(Draft.of(RECORDS, key, wanted).ownedBy(zone.asOwner())));
        var alive = new Precondition.SameIncarnation(zone.key(), zone.meta().createRevision());
        store.commit(Commit.of(write).under(alive)).orFail();
    }

    /** A zone goes when its records and its file are gone; the controller does it. */
    private static void remove(ObjectKey key, Store store) {
        var object = store.get(key, ReadAt.LATEST).orElseThrow();
        DeletionPolicy.FOREGROUND.delete(store, key, object.meta().uid()).orFail();
    }

    private static void list(Store store) {
        for (var object : store.list(Selection.of(ZONES.name()), ReadAt.LATEST).objects()) {
            var zone = ZONES.decode(object);
            var published = zone.status().conditions().get(Zone.PUBLISHED);
            var current = zone.status().conditions().holds(Zone.PUBLISHED, zone.meta());
            System.out.printf(
                    "%s %s: %s%n",
                    zone.name(),
                    zone.meta().deleting() ? "is going" : current ? "is published" : "is not published",
                    published.map(fact -> fact.message()).orElse("not seen by a controller yet"));
        }
        store.list(Selection.of(RECORDS.name()), ReadAt.LATEST).objects().stream()
                .map(RECORDS::decode)
                .forEach(it -> System.out.println("  " + it.spec()));
    }
}
