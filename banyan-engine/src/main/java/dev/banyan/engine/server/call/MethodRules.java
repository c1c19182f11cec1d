package dev.banyan.engine.server.call;

import dev.banyan.api.v1.Access;
import dev.banyan.api.v1.AccessOuterClass;
import dev.banyan.api.v1.Role;
import dev.banyan.api.v1.Verb;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The access rule of every rpc that a server offers, by the rpc's full name. */
public final class MethodRules {
    /** Not ours to annotate. It says whether the engine serves, to anybody. */
    private static final String HEALTH = "grpc.health.v1.Health";

    private static final Access OPEN = Access.newBuilder()
            .setVerb(Verb.ENROL)
            .addRoles(Role.JOIN)
            .addRoles(Role.ADMIN)
            .addRoles(Role.AGENT)
            .addRoles(Role.ENGINE)
            .addRoles(Role.CONTROLLER)
            .build();

    private final Map<String, Access> rules;

    private MethodRules(Map<String, Access> rules) {
        this.rules = rules;
    }

    /**
     * Reads the options of all rpcs of {@code services}.
     *
     * @throws IllegalStateException naming an rpc without an access rule
     */
    public static MethodRules of(Collection<ServerServiceDefinition> services) {
        var rules = new TreeMap<String, Access>();
        for (var service : services) {
            for (var method : service.getMethods()) {
                var descriptor = method.getMethodDescriptor();
                rules.put(
                        descriptor.getFullMethodName(),
                        HEALTH.equals(descriptor.getServiceName()) ? OPEN : declared(descriptor));
            }
        }
        return new MethodRules(rules);
    }

    /** The rule of an rpc; empty for one that is not offered. */
    public Optional<Access> rule(String fullMethodName) {
        return Optional.ofNullable(rules.get(fullMethodName));
    }

    /** True when a caller of {@code role} may make this call at all; an rpc without a rule is denied. */
    public boolean allows(String fullMethodName, Role role) {
        return rule(fullMethodName)
                .filter(access -> access.getRolesList().contains(role))
                .isPresent();
    }

    private static Access declared(io.grpc.MethodDescriptor<?, ?> method) {
        if (method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier proto) {
            var options = proto.getMethodDescriptor().getOptions();
            var access = options.getExtension(AccessOuterClass.access);
            if (access.getVerb() != Verb.VERB_UNSPECIFIED && access.getRolesCount() > 0) {
                return access;
            }
        }
        throw new IllegalStateException("the rpc " + method.getFullMethodName() + " has no access rule in its proto");
    }
}
