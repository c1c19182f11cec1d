package dev.banyan.runtime.simulation.grpc;

import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a server offers.
 *
 * @param services with their interceptors
 * @param filters told of each connection, in this order
 * @param shown the certificates shown on the next connection, the server's own first; empty for none
 */
public record ServedCalls(
        List<ServerServiceDefinition> services,
        List<ServerTransportFilter> filters,
        Supplier<List<X509Certificate>> shown) {
    /** Keeps copies of the lists. */
    public ServedCalls {
        services = List.copyOf(services);
        filters = List.copyOf(filters);
    }

    /** Services alone. */
    public static ServedCalls of(ServerServiceDefinition... services) {
        return new ServedCalls(List.of(services), List.of(), List::of);
    }

    Optional<ServerMethodDefinition<?, ?>> method(String name) {
        return services.stream()
                .<ServerMethodDefinition<?, ?>>flatMap(service -> service.getMethods().stream())
                .filter(method ->
                        method.getMethodDescriptor().getFullMethodName().equals(name))
                .findFirst();
    }
}
