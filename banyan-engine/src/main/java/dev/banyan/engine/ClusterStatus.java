package dev.banyan.engine;

import dev.banyan.api.v1.ComponentHealth;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.wire.Level;
import dev.banyan.runtime.cache.WatchCache;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.manager.ControllerManager;
import java.util.List;
import java.util.Optional;

/** What the engine says of itself and the cluster. */
final class ClusterStatus {
    private ClusterStatus() {}

    static StatusResponse of(
            Engine engine, WatchCache store, Membership membership, Optional<ControllerManager> manager) {
        var credentials = engine.key().credentials();
        var status = StatusResponse.newBuilder()
                .setClusterId(credentials.identity().cluster())
                .setEngine(engine.name())
                .setVersion(Main.version())
                .setLevel(Level.CURRENT)
                .setRevision(store.revision())
                .addAllEngines(membership.view().map(view -> view.members()).orElse(List.of()))
                .setCertificateExpiresMs(credentials.expires().toEpochMilli());
        manager.ifPresent(all -> all.healths()
                .forEach((name, health) -> status.addComponents(ComponentHealth.newBuilder()
                        .setName(name)
                        .setReady(health.ready())
                        .setDetail(health.detail()))));
        return status.build();
    }
}
