package dev.banyan.engine.secrets;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.banyan.api.v1.Environment;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.SealedEnvironment;
import dev.banyan.api.v1.ServiceManifest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Environments of services, sealed. */
final class Environments {
    private final Vault vault;

    Environments(Vault vault) {
        this.vault = vault;
    }

    /**
     * The service with its environment sealed. What an earlier release sealed of the same values is taken again, so that nothing changes
     * where nobody changed anything.
     */
    ServiceManifest seal(String namespace, String app, ServiceManifest service, List<ReleaseSpec> earlier) {
        if (service.getEnvironmentCount() == 0) {
            return service;
        }
        var purpose = Purpose.environment(namespace, app, service.getName());
        var digest = vault.digest(purpose, canonical(service.getEnvironmentMap()));
        var sealed = earlier(service.getName(), digest, earlier)
                .orElseGet(() -> sealed(purpose, digest, service.getEnvironmentMap()));
        return service.toBuilder()
                .clearEnvironment()
                .setSealedEnvironment(sealed)
                .build();
    }

    /** The values; empty when they were sealed with another key or elsewhere. */
    Optional<Environment> open(String namespace, String app, String service, SealedEnvironment sealed) {
        return vault.open(Purpose.environment(namespace, app, service), sealed.getBox())
                .map(Environments::parsed);
    }

    private SealedEnvironment sealed(Purpose purpose, String digest, Map<String, String> variables) {
        var plain = Environment.newBuilder().putAllVariables(variables).build();
        return SealedEnvironment.newBuilder()
                .setBox(vault.seal(purpose, plain.toByteString()))
                .setDigest(digest)
                .build();
    }

    private static Optional<SealedEnvironment> earlier(String service, String digest, List<ReleaseSpec> releases) {
        return releases.stream()
                .flatMap(release -> release.getManifest().getServicesList().stream())
                .filter(candidate -> candidate.getName().equals(service))
                .map(ServiceManifest::getSealedEnvironment)
                .filter(found -> found.getDigest().equals(digest))
                .findFirst();
    }

    /** In the order of names, each behind its length: equal environments and no others are equal. */
    private static byte[] canonical(Map<String, String> variables) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            for (var variable : new TreeMap<>(variables).entrySet()) {
                for (var text : List.of(variable.getKey(), variable.getValue())) {
                    var encoded = text.getBytes(StandardCharsets.UTF_8);
                    out.writeInt(encoded.length);
                    out.write(encoded);
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory does not refuse", impossible);
        }
        return bytes.toByteArray();
    }

    private static Environment parsed(ByteString plain) {
        try {
            return Environment.parseFrom(plain);
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("what was sealed is authentic", impossible);
        }
    }
}
