package dev.banyan.agent.host.nft;

import java.util.ArrayList;
import java.util.List;

/**
 * What differs between the elements of a set.
 *
 * @param gone keys that are no more, or mean something else
 * @param missing elements that are new, as nft is given them
 */
record ElementChanges(List<String> gone, List<String> missing) {
    static ElementChanges between(NftElements before, NftElements after) {
        var gone = new ArrayList<String>();
        var missing = new ArrayList<String>();
        before.compare(after, gone::add, (key, value) -> missing.add(value.isEmpty() ? key : key + " : " + value));
        return new ElementChanges(gone, missing);
    }

    boolean isNone() {
        return gone.isEmpty() && missing.isEmpty();
    }
}
