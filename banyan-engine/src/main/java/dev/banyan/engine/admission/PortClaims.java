package dev.banyan.engine.admission;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ClaimSpec;
import dev.banyan.api.v1.ClaimStatus;
import dev.banyan.api.v1.Manifest;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The claims of one app's published ports: which it has, which it needs, which others hold. */
final class PortClaims {
    private final String holder;
    private final Map<String, String> wanted;
    private final Map<String, Resource<ClaimSpec, ClaimStatus>> held = new TreeMap<>();

    PortClaims(Store store, ObjectKey deployment, Manifest manifest) {
        this.holder = deployment.path();
        this.wanted = Ports.claims(manifest);
        store.list(Selection.of(Kinds.CLAIMS.name()), ReadAt.LATEST).objects().stream()
                .filter(object -> object.key().name().startsWith("port."))
                .map(Kinds.CLAIMS::decode)
                .forEach(claim -> held.put(claim.name(), claim));
    }

    /** One violation for every wanted port that another app holds. */
    List<Violation> taken() {
        return held.values().stream()
                .filter(claim -> wanted.containsKey(claim.name()) && !mine(claim))
                .map(claim -> violation(claim.key(), claim.spec().getHolder()))
                .toList();
    }

    Violation violation(ObjectKey claim, String by) {
        var words = claim.name().split("\\.", 3);
        return new Violation(
                wanted.getOrDefault(claim.name(), "services"),
                words[1] + " port " + words[2] + " is published by " + by);
    }

    /**
     * Creates what is missing, takes over what a removed app of this name has left, which would be collected, and deletes what is no longer
     * wanted.
     */
    List<Write> writes(OwnerReference owner) {
        var writes = new ArrayList<Write>();
        held.values().stream()
                .filter(claim -> mine(claim) && wanted.containsKey(claim.name()))
                .filter(claim -> !claim.meta().owners().contains(owner))
                .map(Kinds.CLAIMS::encode)
                .forEach(left ->
                        writes.add(new Write.Update(left, Draft.from(left).ownedBy(owner))));
        made().forEach(claim -> writes.add(
                new Write.Create(Draft.of(Admission.claimKey(claim), encoded()).ownedBy(owner))));
        held.values().stream()
                .filter(claim -> mine(claim) && !wanted.containsKey(claim.name()))
                .forEach(claim -> writes.add(new Write.Delete(claim.key(), claim.uid())));
        return writes;
    }

    /** Names of the claims that {@link #writes} makes. */
    List<String> made() {
        return wanted.keySet().stream()
                .filter(claim -> !held.containsKey(claim))
                .toList();
    }

    /** Names of the claims that {@link #writes} deletes. */
    List<String> givenBack() {
        return held.values().stream()
                .filter(claim -> mine(claim) && !wanted.containsKey(claim.name()))
                .map(Resource::name)
                .toList();
    }

    private Bytes encoded() {
        return Kinds.CLAIMS
                .spec()
                .encode(ClaimSpec.newBuilder().setHolder(holder).build());
    }

    private boolean mine(Resource<ClaimSpec, ClaimStatus> claim) {
        return claim.spec().getHolder().equals(holder);
    }
}
