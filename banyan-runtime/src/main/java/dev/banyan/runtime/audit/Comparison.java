package dev.banyan.runtime.audit;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.KeyRange;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A stretch of one copy's keys, to be compared with the store; at its ends it reaches as far as keys may. Pure.
 */
record Comparison(Audited.Contents shown, Selection selection) {
    /** A key on which copy and store differ; a revision of 0 stands for absence. */
    record Difference(ObjectKey key, long shownRevision, long storedRevision) {}

    /** A random stretch of at most {@code keysMax} shown keys; objects that only the store has add to it. */
    static Comparison pick(Audited.Contents shown, Selection selection, int keysMax, RandomSource random) {
        var paths =
                shown.objects().keySet().stream().map(ObjectKey::path).sorted().toList();
        int first = random.nextInt(paths.size() + 1) - keysMax / 2;
        int end = first + keysMax;
        var range = new KeyRange(
                first <= 0 ? "" : paths.get(Math.min(first, paths.size() - 1)),
                end >= paths.size() ? "" : paths.get(end));
        var narrowed = selection.keys().and(range).orElse(selection.keys());
        return new Comparison(shown, selection.within(narrowed).with(Selection.Detail.METADATA));
    }

    /** Where the store's listing of the selection, at the revision that is shown, says something else. */
    List<Difference> with(Listing stored) {
        var differences = new ArrayList<Difference>();
        var keys = new TreeSet<ObjectKey>();
        shown.objects().keySet().stream().filter(selection::covers).forEach(keys::add);
        for (var object : stored.objects()) {
            long here = shown.objects().getOrDefault(object.key(), 0L);
            if (here != object.meta().revision()) {
                differences.add(new Difference(object.key(), here, object.meta().revision()));
            }
            keys.remove(object.key());
        }
        keys.forEach(key -> differences.add(new Difference(key, shown.objects().getOrDefault(key, 0L), 0)));
        return List.copyOf(differences);
    }
}
