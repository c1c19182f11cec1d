package dev.banyan.engine;

import dev.banyan.engine.collection.Janitor;
import dev.banyan.runtime.store.etcd.EtcdMaintenance;

/** The upkeep of etcd's history. */
public final class EtcdHistory implements Janitor.History {
    private final EtcdMaintenance maintenance;

    /** The history of the etcd that is kept with {@code maintenance}. */
    public EtcdHistory(EtcdMaintenance maintenance) {
        this.maintenance = maintenance;
    }

    @Override
    public long revision() {
        return maintenance.members().stream()
                .mapToLong(EtcdMaintenance.Member::revision)
                .max()
                .orElse(0);
    }

    @Override
    public void compact(long revision) {
        maintenance.compact(revision);
    }
}
