package dev.banyan.engine;

import dev.banyan.api.v1.ComponentHealth;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.wire.Level;
import dev.banyan.runtime.audit.RestoreGate;
import dev.banyan.runtime.cache.WatchCache;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.manager.Health;
import java.util.List;
import java.util.Optional;

/** What the engine says of itself and the cluster. */
final class ClusterStatus {
    private ClusterStatus() {}

    static StatusResponse.Builder of(
            Engine engine, WatchCache store, Membership membership, Optional<ControllerManager> manager) {
        var status = of(engine)
                .setRevision(store.revision())
                .addAllEngines(membership.view().map(view -> view.members()).orElse(List.of()));
        manager.ifPresent(all -> all.healths().forEach((name, health) -> status.addComponents(health(name, health))));
        return status;
    }

    /** Of an engine that waits for the operator's decision. */
    static StatusResponse.Builder of(Engine engine, RestoreGate gate) {
        return of(engine).setRevision(gate.newestSeen()).addComponents(health(gate.name(), gate.health()));
    }

    private static StatusResponse.Builder of(Engine engine) {
        var credentials = engine.key().credentials();
        return StatusResponse.newBuilder()
                .setClusterId(credentials.identity().cluster())
                .setEngine(engine.name())
                .setVersion(Main.version())
                .setLevel(Level.CURRENT)
                .setCertificateExpiresMs(credentials.expires().toEpochMilli());
    }

    private static ComponentHealth health(String name, Health health) {
        return ComponentHealth.newBuilder()
                .setName(name)
                .setReady(health.ready())
                .setDetail(health.detail())
                .build();
    }
}
