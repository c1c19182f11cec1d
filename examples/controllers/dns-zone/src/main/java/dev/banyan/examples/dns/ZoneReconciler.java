package dev.banyan.examples.dns;

import static dev.banyan.examples.dns.Kinds.ZONES;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.controller.ownership.Finalizer;
import dev.banyan.runtime.env.TimeSource;
import dev.banyan.runtime.resource.Condition;
import dev.banyan.runtime.resource.Conditions;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.io.IOException;

/**
 * Keeps the file of each zone as its objects say. Each call makes one step that a crash may follow: hold the zone; take a number for new
 * content, in the store; put the file in place; say so. A zone that is to go loses its file first.
 */
record ZoneReconciler(
        Lister<Zone, Zone.Status> zones, Lister<Entry, String> records, ZoneFiles files, TimeSource time)
        implements Reconciler.Writing {
    private static final String BY_ZONE = "zone";

    static final Finalizer FILE = new Finalizer("dns.example.org/file");

    /** Files records under the uid of the zone that owns them. */
    static Informer.Builder<Entry, String> byZone(Informer.Builder<Entry, String> records) {
        return records.index(BY_ZONE, it -> it.meta().owners().stream().map(OwnerReference::uid).toList());
    }

    @Override
    public Result reconcile(Request request, Store store) throws IOException {
        var found = zones.get(request.key());
        if (found.isEmpty()) {
            return Result.done();
        }
        var zone = found.get();
        if (zone.meta().deleting()) {
            return withdraw(zone, store);
        }
        if (!FILE.holds(zone.meta())) {
            return Result.after(store.commit(FILE.holding(ZONES.encode(zone))));
        }
        var entries = records.byIndex(BY_ZONE, zone.uid());
        var fault = Content.fault(entries);
        return fault.isPresent()
                ? say(zone, Condition.Status.FALSE, "Refused", fault.get(), store)
                : publish(zone, Content.of(zone, entries), store);
    }

    private Result publish(Resource<Zone, Zone.Status> zone, Content content, Store store) throws IOException {
        var known = zone.status();
        if (!content.digest().equals(known.digest())) {
            var next = new Zone.Status(known.serial() + 1, content.digest(), known.conditions());
            return commit(zone, next, store);
        }
        files.write(zone.name(), content.text(known.serial()));
        return say(zone, Condition.Status.TRUE, "Served", "the file has serial " + known.serial(), store);
    }

    private Result withdraw(Resource<Zone, Zone.Status> zone, Store store) throws IOException {
        if (!FILE.holds(zone.meta())) {
            return Result.done();
        }
        files.withdraw(zone.name());
        return Result.after(store.commit(FILE.releasing(ZONES.encode(zone))));
    }

    private Result say(
            Resource<Zone, Zone.Status> zone, Condition.Status published, String reason, String message, Store store) {
        var known = zone.status();
        Conditions now = known.conditions().set(Zone.PUBLISHED, published, reason, message, zone.meta(), time.now());
        return now.equals(known.conditions())
                ? Result.done()
                : commit(zone, new Zone.Status(known.serial(), known.digest(), now), store);
    }

    /** Lands only while the zone is as it was read: of two processes one takes the next number. */
    private static Result commit(Resource<Zone, Zone.Status> zone, Zone.Status status, Store store) {
        var asRead = new Precondition.Unchanged(zone.key(), zone.meta().revision());
        return Result.after(store.commit(Commit.of(Write.status(ZONES, zone, status)).under(asRead)));
    }
}
